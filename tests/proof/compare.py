"""Oracle against product: what the two say about one situation, and the account of many of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from tests.proof.oracle import Decider, Road, Situation, Stop
from tests.proof.rulings import Stops, ended_restriction, expected, suspended_with_the_hq, word_in_the_scandal
from tests.proof.world import Answer, answer

_SHOWN = 5


@dataclass
class Tally:
    """How many were asked, agreed, excluded; how many each ruling touched; and the first disagreements."""

    asked: int = 0
    agreed: int = 0
    excluded: int = 0
    go: int = 0
    touched: Counter[str] = field(default_factory=Counter)
    differing: int = 0
    complaints: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.asked += other.asked
        self.agreed += other.agreed
        self.excluded += other.excluded
        self.go += other.go
        self.touched += other.touched
        self.differing += other.differing
        self.complaints = [*self.complaints, *other.complaints][:_SHOWN]


def tally(situations: Iterable[Situation]) -> Tally:
    """Asks both about each situation."""
    account = Tally()
    for s in situations:
        _count(account, s)
    return account


def _count(account: Tally, s: Situation) -> None:
    account.asked += 1
    stops, touched = expected(s)
    account.touched.update(touched)
    _count_world(account, s)
    if stops is None:
        account.excluded += 1
        return
    told = answer(s)
    account.go += told.goes
    if differences := _differences(s, stops, told):
        account.differing += 1
        if len(account.complaints) < _SHOWN:
            account.complaints.append(_complaint(s, stops, told, differences))
    else:
        account.agreed += 1


def _count_world(account: Tally, s: Situation) -> None:
    account.touched["R4"] += suspended_with_the_hq(s)
    account.touched["R5 in the world"] += word_in_the_scandal(s)
    if kind := ended_restriction(s):
        account.touched[f"R6 {kind}"] += 1


def _differences(s: Situation, stops: Stops, told: Answer) -> list[str]:
    """What differs: whether it goes, and, where a gate of the product speaks for itself, that gate."""
    pairs = [("goes", not stops, told.goes)]
    if not told.forbidden:
        pairs.append(("device", Stop.DEVICE in stops, "unregistered_device" in told.cleared))
    if s.road is not Road.APPROVAL or s.decider is Decider.CHIEF or s.decider is Decider.DEPUTY:
        # Whether a tick counts is asked of real approvals only: the sending has no other.
        pairs.append(("hours", Stop.HOURS in stops, "out_of_hours" in told.sent))
    pairs.append(("redecide", Stop.REDECIDE in stops, "awaiting_release" in told.sent))
    return [name for name, wanted, got in pairs if wanted is not got]


def _complaint(s: Situation, stops: Stops, told: Answer, differences: list[str]) -> str:
    facts = ", ".join(f"{f.name}={getattr(s, f.name)}" for f in fields(s))
    wanted = " ".join(sorted(stops)) or "goes"
    acts = f"cleared {sorted(told.cleared)}, released {sorted(told.released)}, sent {sorted(told.sent)}"
    return f"{'/'.join(differences)}: {facts}\n  expected: {wanted}\n  product: {acts}"
