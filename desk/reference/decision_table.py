"""The decision table as the rules answer it: each restriction × each post × each road, asked of `decide()` itself.

Generated for people who compare it with the regulation. The table against which the rules are tested is another
one, written from the regulation alone (tests/proof).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from rules.calendar import JST
from rules.facts import (
    SYSTEM,
    Account,
    City,
    Claim,
    Clearance,
    Delivery,
    DisasterReport,
    Post,
    PublicSource,
)
from rules.restraints import Restriction
from rules.states import (
    AccountState,
    Basis,
    Cause,
    DeliveryState,
    Ground,
    PostKind,
    PostState,
    RestrictionKind,
    Verb,
)
from rules.workflow import Refused, decide

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=JST)
_BEGAN = NOW - timedelta(hours=1)
_CITY = City("市", ("mima",))
_SUSPENSION, _LIMIT, _STORM = (
    RestrictionKind.SUSPENSION,
    RestrictionKind.DISASTER_ONLY,
    RestrictionKind.FLAMING,
)


def _in_force(number: int, kind: RestrictionKind, cause: Cause | None = None) -> Restriction:
    return Restriction(kind, _BEGAN, id=number, cause=cause)


_DISASTER = _in_force(1, _SUSPENSION, Cause.DISASTER)
_SCANDAL = _in_force(2, _SUSPENSION, Cause.SCANDAL)
WORLDS: Mapping[str, tuple[Restriction, ...]] = {
    "nothing in force": (),
    "8(1) 投稿停止（自然災害）": (_DISASTER,),
    "8(1) 投稿停止（不祥事）": (_SCANDAL,),
    "8(1) both": (_DISASTER, _SCANDAL),
    "8(2) 防災情報限定": (_DISASTER, _in_force(3, _LIMIT)),
    "8(2) and the scandal": (_DISASTER, _SCANDAL, _in_force(3, _LIMIT)),
    "7(4) 炎上対応": (_in_force(4, _STORM),),
}
POSTS: Mapping[str, Mapping[str, Any]] = {
    "ordinary": {},
    "the city's statement": {"kind": PostKind.STATEMENT},
    "disaster-related": {"disaster_related": True},
    "disaster information": {"disaster_related": True, "disaster_information": True},
    "correction of disaster information": {"kind": PostKind.CORRECTION, "corrects_disaster": True},
}
_PUBLIC = Claim(Ground.PUBLIC, PublicSource("https://www.city.example/", NOW.date()))
_REPORT = Claim(Ground.DISASTER, DisasterReport("避難情報", "本部", NOW))
# Road → the clearance it gives, and the claim it rests on.
ROADS: Mapping[str, tuple[Clearance, Claim | None]] = {
    "chief's approval": (Clearance(Basis.APPROVAL, "d", NOW, by_chief=True), None),
    "chief's, naming the suspension": (
        Clearance(Basis.APPROVAL, "d", NOW, by_chief=True, named=frozenset({1, 2})),
        None,
    ),
    "deputy's approval": (Clearance(Basis.APPROVAL, "d", NOW), None),
    "chief's, from before": (Clearance(Basis.APPROVAL, "d", _BEGAN - timedelta(days=1), by_chief=True), None),
    "check on (1)": (Clearance(Basis.SECOND_CHECK, "d", NOW), _PUBLIC),
    "check on (4)": (Clearance(Basis.SECOND_CHECK, "d", NOW), _REPORT),
    "emergency on (4)": (Clearance(Basis.WAIVER, "d", NOW), _REPORT),
}


def decision_table() -> str:
    """One table for each world: a post in each row, a road in each column, and what the last instant says."""
    head = (
        "# Decision table\n\nWhat the sending worker is told in the last instant, in office hours, asked of the rules"
        " themselves. A code names what holds the post; — goes out.\n"
    )
    return head + "".join(part for world in WORLDS for part in _world(world))


def _world(name: str) -> Iterator[str]:
    yield f"\n## {name}\n\n| post | {' | '.join(ROADS)} |\n|---|{'---|' * len(ROADS)}\n"
    for post in POSTS:
        cells = (_answer(WORLDS[name], POSTS[post], *road) for road in ROADS.values())
        yield f"| {post} | {' | '.join(cells)} |\n"


def _answer(
    world: tuple[Restriction, ...], said: Mapping[str, Any], clearance: Clearance, claim: Claim | None
) -> str:
    account = Account(1, "公式", 1, AccountState.IN_OPERATION, ("mima",), True, restrictions=world)
    post = _post(account, clearance, claim, said)
    delivery = Delivery(DeliveryState.WAITING, account, post, clearance_live=True, latest_at=None, due_at=NOW)
    decision = decide(Verb.SEND, delivery, SYSTEM, _CITY, NOW)
    return ", ".join(sorted(decision.codes)) if isinstance(decision, Refused) else "—"


def _post(account: Account, clearance: Clearance, claim: Claim | None, said: Mapping[str, Any]) -> Post:
    known: dict[str, Any] = {"kind": PostKind.POST, "category": "観光", "category_note": "見本", **said}
    return Post(
        id=1,
        state=PostState.CLEARED,
        section=1,
        parent_section=None,
        digest=clearance.digest,
        title="見本",
        targets=(account,),
        contributors=frozenset(),
        deciders=frozenset(),
        claim=claim,
        clearance=clearance,
        **known,
    )
