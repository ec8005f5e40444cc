"""What the transfer page shows of a plan: its steps by kind, and the rows of the example. Reading only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desk.actions.transfer_steps import Step
from desk.actions.transferring import Plan

# In the order in which somebody reads a list: people first, then what follows.
_KINDS = ("採用", "異動", "退職", "役割", "権限", "投稿", "認証情報", "端末")
_FOLLOWS = frozenset({"認証情報", "端末"})


@dataclass(frozen=True)
class Group:
    """All steps of one kind; `follows` says that they leave somebody something to do."""

    kind: str
    steps: Sequence[Step]

    @property
    def follows(self) -> bool:
        return self.kind in _FOLLOWS


def groups_of(plan: Plan) -> list[Group]:
    groups = [Group(kind, [step for step in plan.steps if step.kind == kind]) for kind in _KINDS]
    return [group for group in groups if group.steps]


def example_rows() -> Iterator[tuple[str, ...]]:
    yield (
        "k.yamada",
        "山田 花子",
        "異動",
        "観光交流課",
        "観光交流課長",
        "正規職員",
        "所属長",
        "",
        "",
        "t.suzuki",
    )
    yield ("t.sato", "佐藤 太郎", "退職", "", "", "正規職員", "", "", "", "k.yamada")
