"""What a restriction lets pass: every kind, road, ground and bearing, and what was decided before it began.

The tables are written from the decision table (domain report, section 4) and the design (section 5), row by row;
each test that proves one row alone is named after it. How a restriction ends: `test_releasing.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product

import pytest

from rules.facts import (
    Account,
    Actor,
    Case,
    Claim,
    Clearance,
    Delivery,
    Evidence,
    LawCitation,
    PastFact,
    Post,
)
from rules.footing import footing_of
from rules.restraint_gates import RESTRAINED
from rules.restraints import Confirmation, Restriction
from rules.states import (
    Basis,
    Cause,
    ConfirmationState,
    DeliveryState,
    Ground,
    PostKind,
    RestrictionKind,
    Tick,
    Verb,
)
from rules.workflow import Refused
from tests.rules.cast import (
    CAST,
    CITY,
    DEPARTMENT,
    DEPUTY,
    DIGEST,
    EVACUATION,
    HOUR,
    NOTE,
    NOW,
    PARENT_CHIEF,
    POST_ACTS,
    PUBLISHED,
    SATO,
    SOUND_DELIVERY,
    SOUND_POST,
    SOUND_RESTRICTION,
    SUZUKI,
    TANAKA,
    TICK,
    TODAY,
    X,
    codes,
    judge,
    on_every_account,
)

BEGAN = NOW - 2 * HOUR
DISASTER = replace(SOUND_RESTRICTION, id=71, started_at=BEGAN, cause=Cause.DISASTER)
SCANDAL = replace(DISASTER, id=72, cause=Cause.SCANDAL)
LIMITED = replace(DISASTER, id=73, kind=RestrictionKind.DISASTER_ONLY, cause=None)
FLAMING = replace(DISASTER, id=74, kind=RestrictionKind.FLAMING, cause=None)
KINDS = {"disaster": DISASTER, "scandal": SCANDAL, "limited": LIMITED, "flaming": FLAMING}
WORKER = CAST["worker"]
WHOLE: dict[Ground, Evidence] = {
    Ground.PUBLIC: PUBLISHED,
    Ground.FACT: PastFact("うだつマルシェ", TODAY),
    Ground.LAW: LawCitation("災害対策基本法", "第60条"),
    Ground.DISASTER: EVACUATION,
}
GROUND_OF = dict(zip("1234", Ground, strict=True))

# What a post is about, as far as restrictions ask. "information" and "related" are the drafter's two marks.
BEARINGS: dict[str, dict[str, object]] = {
    "ordinary": {},
    "related": {"disaster_related": True},
    "information": {"disaster_information": True},
    "statement": {"kind": PostKind.STATEMENT},
    "correction": {"kind": PostKind.CORRECTION},
    "mending": {"kind": PostKind.CORRECTION, "corrects_disaster": True},
    "mending+related": {"kind": PostKind.CORRECTION, "corrects_disaster": True, "disaster_related": True},
    "reply": {"kind": PostKind.REPLY},
    "warning": {"kind": PostKind.REPLY, "disaster_information": True},
}
# Road and bearing → what passes under each restriction alone. The road is the chief's approval given while it lasts
# (a), the same of a claim on ground 1 to 4 that was handed up to them (e1 to e4), a second check on ground 1 to 4
# (c1 to c4), the waiver on ground 1 to 4 (w1 to w4). "mending" corrects disaster information: on the original's
# path it passes everything (row 19), that is past the chief or on (4); on (1) to (3) it is a post like any other.
# o: passes; -: is held; n: passes once its approval names the suspension; c: passes once the chief has confirmed it.
ORACLE = """
                 disaster scandal limited flaming
a-ordinary       -        -       -       o
a-related        -        -       o       o
a-information    o        o       o       o
a-statement      -        n       -       o
a-correction     -        -       -       o
a-mending        o        o       o       o
a-reply          -        -       -       o
a-warning        o        o       o       o
e1-ordinary      -        -       -       o
e1-related       -        -       o       o
e1-information   o        o       o       o
e1-mending       o        o       o       o
e2-ordinary      -        -       -       o
e2-related       -        -       o       o
e2-mending       o        o       o       o
e3-ordinary      -        -       -       o
e3-mending       o        o       o       o
e3-statement     -        n       -       o
e3-reply         -        -       -       o
e4-ordinary      o        o       o       o
e4-related       o        o       o       o
e4-correction    o        o       o       o
e4-mending       o        o       o       o
e4-statement     -        n       -       o
e4-reply         o        o       o       o
e4-warning       o        o       o       o
c1-ordinary      -        -       -       -
c1-related       -        -       o       -
c1-information   -        -       o       -
c1-statement     -        -       -       -
c1-correction    -        -       -       -
c1-mending       -        -       -       -
c1-mending+related -      -       o       -
c1-reply         -        -       -       -
c2-ordinary      -        -       -       -
c2-related       -        -       -       -
c2-information   -        -       -       -
c2-mending       -        -       -       -
c2-mending+related -      -       -       -
c3-ordinary      -        -       -       -
c3-related       -        -       o       -
c3-information   -        -       o       -
c3-mending       -        -       -       -
c3-mending+related -      -       o       -
c4-ordinary      o        c       o       o
c4-related       o        c       o       o
c4-information   o        c       o       o
c4-mending       o        o       o       o
c4-mending+related o      o       o       o
c4-correction    o        c       o       o
c4-statement     -        -       -       -
c4-reply         o        c       o       -
c4-warning       o        c       o       -
w1-ordinary      -        -       -       -
w1-related       -        -       -       -
w1-information   -        -       -       -
w1-mending       -        -       -       -
w1-mending+related -      -       -       -
w2-related       -        -       -       -
w2-ordinary      -        -       -       -
w2-mending       -        -       -       -
w2-mending+related -      -       -       -
w3-ordinary      -        -       -       -
w3-related       -        -       -       -
w3-mending       -        -       -       -
w3-mending+related -      -       -       -
w4-ordinary      o        c       o       o
w4-related       o        c       o       o
w4-mending       o        o       o       o
w4-reply         o        c       o       -
"""
CODE = {"disaster": "suspended_disaster", "scandal": "suspended_scandal", "limited": "disaster_only"}
BASIS = {"a": Basis.APPROVAL, "e": Basis.APPROVAL, "c": Basis.SECOND_CHECK, "w": Basis.WAIVER}


def read(oracle: str) -> dict[str, dict[str, str]]:
    head, *rows = (line.split() for line in oracle.strip().splitlines())
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows}


PASSES = read(ORACLE)


@dataclass(frozen=True)
class Way:
    """One post on its road: what it rests on, and what the chief did about it since BEGAN."""

    name: str
    named: frozenset[int] = frozenset()
    confirmations: tuple[Confirmation, ...] = ()
    given_at: datetime | None = BEGAN
    by_chief: bool = True

    @property
    def road(self) -> str:
        return self.name[0]

    @property
    def post(self) -> Post:
        road, _, bearing = self.name.partition("-")
        post: Post = replace(SOUND_POST, targets=(X,), **BEARINGS[bearing])  # type: ignore[arg-type]
        ground = GROUND_OF.get(road[1:])
        claim = None if ground is None else Claim(ground, WHOLE[ground])
        return replace(post, claim=claim, confirmations=self.confirmations)

    def delivery(self, restrictions: Iterable[Restriction]) -> Delivery:
        clearance = Clearance(
            BASIS[self.road], DIGEST, given_at=self.given_at, by_chief=self.by_chief, named=self.named
        )
        account = replace(X, restrictions=tuple(restrictions))
        post = replace(self.post, clearance=clearance, targets=(account,))
        return replace(SOUND_DELIVERY, post=post, account=account)


def sent(way: Way, *restrictions: Restriction) -> list[str]:
    return codes(judge(Verb.SEND, way.delivery(restrictions), WORKER))


def word(at: datetime, state: ConfirmationState = ConfirmationState.RECORDED) -> Confirmation:
    return Confirmation(at, state)


CONFIRMED = (word(BEGAN),)


def is_approved(name: str) -> bool:
    return BASIS[name[0]] == Basis.APPROVAL


def code_of(kind: str, name: str) -> str:
    if kind == "flaming":
        return "flaming" if is_approved(name) else "flaming_exemption"
    return CODE[kind]


def wanted(name: str, kinds: Iterable[str], *, named: bool, confirmed: bool) -> list[str]:
    """Several restrictions: each holds what it holds alone; suspensions are silent beside disaster-only."""
    passing = {"o"} | ({"n"} if named else set()) | ({"c"} if confirmed else set())
    speaking = [k for k in kinds if not ("limited" in kinds and k in ("disaster", "scandal"))]
    return sorted(code_of(kind, name) for kind in speaking if PASSES[name][kind] not in passing)


def subsets(kinds: Iterable[str]) -> Iterator[tuple[str, ...]]:
    all_kinds = list(kinds)
    return chain.from_iterable(combinations(all_kinds, size) for size in range(len(all_kinds) + 1))


@pytest.mark.clause("mima:8-1-停止", "mima:8-2", "mima:7-4-反論禁止")
@pytest.mark.parametrize("kinds", list(subsets(KINDS)), ids="+".join)
def test_delivery_passes_exactly_what_the_decision_table_lets_pass_when_restricted(
    kinds: tuple[str, ...],
) -> None:
    restrictions = [KINDS[kind] for kind in kinds]
    for name, named, confirmed in product(PASSES, (False, True), (False, True)):
        way = Way(name, frozenset({SCANDAL.id}) if named else frozenset(), CONFIRMED if confirmed else ())
        for order in (restrictions, restrictions[::-1]):
            got = sent(way, *order)
            assert got == wanted(name, kinds, named=named, confirmed=confirmed), (way, kinds)


def test_delivery_is_told_every_restriction_when_two_of_a_kind_hold_it() -> None:
    assert sent(Way("a-ordinary"), DISASTER, replace(DISASTER, id=9)) == ["suspended_disaster"] * 2
    both = sent(Way("a-ordinary"), DISASTER, SCANDAL)
    assert both == ["suspended_disaster", "suspended_scandal"]


# --- In the acts themselves: the clearance is the one in prospect

# Act → the roads of the table above that it is the clearance of.
ACTS = {"approve": "ae", "second check": "c", "send in emergency": "w"}
KINDS_OF_ROAD = [(act, name) for act, roads in ACTS.items() for name in PASSES if name[0] in roads]


def acted(act: str, way: Way, *restrictions: Restriction, by: Actor | None = None) -> list[str]:
    post = on_every_account(restrictions=restrictions)(way.post)
    post = replace(post, asked=replace(post.asked, named=way.named))
    verb, state = POST_ACTS[act].verb, POST_ACTS[act].state
    return codes(judge(verb, replace(post, state=state), by or POST_ACTS[act].by))


@pytest.mark.clause("mima:8-1-停止", "mima:8-2", "mima:7-4-反論禁止")
@pytest.mark.parametrize("kind", list(KINDS))
def test_clearing_is_refused_exactly_where_sending_would_be_when_restricted(kind: str) -> None:
    for (act, name), named, confirmed in product(KINDS_OF_ROAD, (False, True), (False, True)):
        way = Way(name, frozenset({SCANDAL.id}) if named else frozenset(), CONFIRMED if confirmed else ())
        want = wanted(name, [kind], named=named, confirmed=confirmed)
        if act == "send in emergency" and name.endswith("statement"):
            want = sorted([*want, "statement_needs_chief"])
        assert acted(act, way, KINDS[kind]) == want, (act, way)


# What may still come with the decision is not asked of whoever asks for it: the naming, the chief's word, the chief.
ASKED = {"o": True, "n": True, "c": True, "-": False}


@pytest.mark.clause("mima:8-1-停止", "mima:7-4-反論禁止")
@pytest.mark.parametrize("kind", list(KINDS))
def test_submission_is_refused_only_where_no_decision_could_help_when_restricted(kind: str) -> None:
    for act, roads in (("submit", "ae"), ("claim", "c")):
        for name in (name for name in PASSES if name[0] in roads):
            want = [] if ASKED[PASSES[name][kind]] else [code_of(kind, name)]
            if act == "claim" and name.endswith("statement"):
                want = sorted([*want, "statement_needs_chief"])
            assert acted(act, Way(name), KINDS[kind]) == want, (act, name)


def test_restriction_holds_the_whole_post_and_names_the_one_account_when_it_weighs_on_one_of_two() -> None:
    post = replace(SOUND_POST, targets=(X, replace(NOTE, restrictions=(DISASTER,))))
    for act in ("submit", "claim", "approve", "second check", "send in emergency"):
        decision = POST_ACTS[act].on(post)
        assert isinstance(decision, Refused), act
        assert [(reason.code, reason.account) for reason in decision.reasons] == [
            ("suspended_disaster", NOTE.name)
        ]
    delivery = replace(SOUND_DELIVERY, post=replace(post, clearance=SOUND_DELIVERY.post.clearance))
    assert codes(judge(Verb.SEND, delivery, WORKER)) == [], "the other account's delivery goes"


def test_restriction_is_silent_once_it_has_ended_when_a_post_is_asked_for_or_cleared_after_it() -> None:
    for kind, act in product(KINDS, ("submit", "claim", "approve", "second check", "send in emergency")):
        ended = replace(KINDS[kind], ended_at=NOW - TICK)
        post = on_every_account(restrictions=(ended,))(SOUND_POST)
        assert codes(POST_ACTS[act].on(post)) == [], (kind, act)


def test_disaster_only_silences_suspensions_only_while_it_stands_when_both_weigh() -> None:
    over = replace(LIMITED, ended_at=NOW - HOUR)
    way = Way("a-related", given_at=NOW)
    assert sent(way, LIMITED, DISASTER, SCANDAL) == []
    assert sent(way, over, DISASTER, SCANDAL) == ["suspended_disaster", "suspended_scandal"]


# --- The very instant: what was given before a restriction began did not know of it

MOMENTS = [(BEGAN - TICK, False), (BEGAN, True), (BEGAN + TICK, True), (NOW, True)]


@pytest.mark.parametrize(("at", "knows"), [*MOMENTS, (None, False)])
@pytest.mark.parametrize("by_chief", [True, False])
@pytest.mark.parametrize("name", ["a-information", "e4-ordinary"])
def test_row_9_approval_of_disaster_information_counts_from_the_instant_a_scandal_suspension_began(
    at: datetime | None, knows: bool, by_chief: bool, name: str
) -> None:
    """Chief or deputy: it is the approval that knew of the suspension."""
    way = Way(name, given_at=at, by_chief=by_chief)
    assert sent(way, SCANDAL) == ([] if knows else ["suspended_scandal"])
    assert sent(replace(way, confirmations=CONFIRMED), SCANDAL) == []


@pytest.mark.clause("mima:8-1-停止")
@pytest.mark.parametrize(("at", "knows"), [moment for moment in MOMENTS if moment[0] != NOW])
@pytest.mark.parametrize("name", ["c4-ordinary", "w4-ordinary"])
def test_row_9_confirmation_counts_from_the_instant_a_scandal_suspension_began(
    name: str, at: datetime, knows: bool
) -> None:
    held = ["suspended_scandal"]
    assert sent(Way(name), SCANDAL) == held, "the check itself is not the chief's word"
    assert sent(Way(name, confirmations=(word(at),)), SCANDAL) == ([] if knows else held)
    ratified = (word(at, ConfirmationState.RATIFIED),)
    assert sent(Way(name, confirmations=ratified), SCANDAL) == ([] if knows else held)
    denied = (word(at, ConfirmationState.DENIED),)
    assert sent(Way(name, confirmations=denied), SCANDAL) == held
    for words in ((*denied, word(BEGAN)), (word(BEGAN), *denied)):
        assert sent(Way(name, confirmations=words), SCANDAL) == held, "after a denial a note is not enough"
    since = word(BEGAN, ConfirmationState.RATIFIED)
    for words in ((*denied, since), (since, *denied), (*denied, word(BEGAN), since)):
        assert sent(Way(name, confirmations=words), SCANDAL) == []


SECOND = timedelta(seconds=1)


@pytest.mark.clause("mima:8-1-停止")
@pytest.mark.parametrize("name", ["c4-ordinary", "w4-ordinary"])
@pytest.mark.parametrize("seconds", [0 * SECOND, TICK, SECOND, 59 * SECOND, 60 * SECOND - TICK])
def test_row_9_confirmation_counts_from_the_minute_in_which_a_scandal_suspension_began(
    name: str, seconds: timedelta
) -> None:
    """People write hours and minutes; nobody can tell the chief's word of 8:00 from a suspension of 8:00:40."""
    scandal = replace(SCANDAL, started_at=BEGAN + seconds)
    held = ["suspended_scandal"]
    for at, want in (
        (BEGAN - timedelta(minutes=1), held),
        (BEGAN - TICK, held),
        (BEGAN, []),
        (BEGAN.astimezone(UTC), []),
        (BEGAN + 59 * SECOND, []),
        (BEGAN + timedelta(minutes=1), []),
    ):
        assert sent(Way(name, confirmations=(word(at),)), scandal) == want, at
        in_utc = replace(scandal, started_at=(BEGAN + seconds).astimezone(UTC))
        assert sent(Way(name, confirmations=(word(at),)), in_utc) == want, at
    # An approval is stamped by the program: to the instant.
    assert sent(Way("a-information", given_at=BEGAN + seconds - TICK), scandal) == held
    assert sent(Way("a-information", given_at=BEGAN + seconds), scandal) == []


def test_row_9_word_written_down_late_counts_when_the_suspension_still_stands() -> None:
    for recorded_at in (None, BEGAN, NOW):
        said = Confirmation(BEGAN, recorded_at=recorded_at)
        assert sent(Way("c4-ordinary", confirmations=(said,)), SCANDAL) == []
    # When it was given counts, not when it was written down.
    before = Confirmation(BEGAN - HOUR, recorded_at=NOW)
    assert sent(Way("c4-ordinary", confirmations=(before,)), SCANDAL) == ["suspended_scandal"]


def test_instant_is_compared_whatever_its_time_zone_when_a_restriction_began() -> None:
    in_utc = replace(SCANDAL, started_at=BEGAN.astimezone(UTC))
    assert sent(Way("a-information", given_at=BEGAN), in_utc) == []
    assert sent(Way("a-information", given_at=(BEGAN - TICK).astimezone(UTC)), SCANDAL) == [
        "suspended_scandal"
    ]


@pytest.mark.clause("mima:8-1-停止")
@pytest.mark.parametrize(("at", "knows"), [*MOMENTS, (None, False)])
def test_row_8_statement_passes_only_when_an_approval_since_names_this_suspension(
    at: datetime | None, knows: bool
) -> None:
    for named, names_it in (
        (frozenset({SCANDAL.id}), True),
        (frozenset({SCANDAL.id, 5}), True),
        (frozenset({DISASTER.id}), False),
        (frozenset(), False),
    ):
        want = [] if knows and names_it else ["suspended_scandal"]
        assert sent(Way("a-statement", named=named, given_at=at), SCANDAL) == want, named
    everything = frozenset({SCANDAL.id, DISASTER.id})
    assert sent(Way("a-ordinary", named=everything), SCANDAL) == ["suspended_scandal"], "no statement"
    assert sent(Way("c1-statement", named=everything), SCANDAL) == ["suspended_scandal"], "no approval"
    another = replace(SCANDAL, id=99)
    assert sent(Way("a-statement", named=everything), SCANDAL, another) == ["suspended_scandal"]


def test_row_8_statement_by_the_deputy_passes_when_it_names_the_suspension() -> None:
    way = Way("a-statement", named=frozenset({SCANDAL.id}), by_chief=False)
    assert sent(way, SCANDAL) == []


@pytest.mark.clause("mima:7-4-反論禁止")
@pytest.mark.parametrize(("at", "knows"), [*MOMENTS, (None, False)])
@pytest.mark.parametrize("bearing", ["ordinary", "related", "statement", "correction", "reply"])
def test_row_17_post_passes_flaming_only_on_the_chiefs_own_approval_from_its_first_instant(
    bearing: str, at: datetime | None, knows: bool
) -> None:
    for by_chief in (True, False):
        want = [] if knows and by_chief else ["flaming"]
        assert sent(Way(f"a-{bearing}", given_at=at, by_chief=by_chief), FLAMING) == want


DECIDED_BEFORE = (
    *("a-information", "a-mending", "e1-information", "e1-mending"),
    *("e4-ordinary", "e4-mending", "c4-ordinary", "c4-mending", "w4-ordinary"),
)


def test_disaster_information_passes_these_on_any_road_when_decided_before_they_began() -> None:
    early = BEGAN - HOUR
    for name, kind in product(DECIDED_BEFORE, KINDS):
        way = Way(name, given_at=early, by_chief=False)
        waits = kind == "scandal" and not name.endswith("mending")
        assert sent(way, KINDS[kind]) == (["suspended_scandal"] if waits else []), (name, kind)
    assert sent(Way("a-related", given_at=early), LIMITED) == []


# --- Who decides, at the act


@pytest.mark.clause("mima:7-4-反論禁止")
@pytest.mark.parametrize(
    ("by", "wrote", "want"),
    [
        (SUZUKI, frozenset({SATO.id}), []),
        (DEPUTY, frozenset({SATO.id}), ["flaming"]),
        (CAST["deputy_from_pr"], frozenset({SATO.id}), ["flaming"]),
        # The only chief wrote in it: the parent section's chief decides, and is a chief.
        (PARENT_CHIEF, frozenset({SUZUKI.id}), []),
    ],
)
def test_row_17_approval_passes_flaming_when_its_giver_is_a_chief_and_no_deputy(
    by: Actor, wrote: frozenset[int], want: list[str]
) -> None:
    flaming = on_every_account(restrictions=(FLAMING,))(SOUND_POST)
    post = replace(flaming, contributors=wrote, state=POST_ACTS["approve"].state)
    assert codes(judge(Verb.APPROVE, post, by)) == want * 2
    information = replace(post, disaster_information=True)
    assert codes(judge(Verb.APPROVE, information, by)) == []


def test_row_17_deputy_of_the_parent_section_does_not_stand_in_for_a_chief_when_flaming() -> None:
    deputy_above = replace(
        PARENT_CHIEF, roles=(replace(PARENT_CHIEF.roles[0], role=DEPUTY.roles[0].role, section=DEPARTMENT),)
    )
    post = on_every_account(restrictions=(FLAMING,))(replace(SOUND_POST, approvers=()))
    decision = judge(Verb.APPROVE, replace(post, state=POST_ACTS["approve"].state), deputy_above)
    assert codes(decision) == ["flaming"] * 2
    top = replace(post, parent_section=None, approvers=X.approvers, state=POST_ACTS["approve"].state)
    assert codes(judge(Verb.APPROVE, top, SUZUKI)) == [], "a section of its own has its chief"


@pytest.mark.clause("mima:7-4-反論禁止")
def test_row_16_reply_goes_only_on_the_chiefs_own_decision_when_flaming() -> None:
    """Not on a deputy's approval, not on any exemption, not even with disaster information in it."""
    for name in PASSES:
        if name.endswith(("reply", "warning")):
            want = [] if is_approved(name) else ["flaming_exemption"]
            assert sent(Way(name), FLAMING) == want, name
            assert sent(Way(name)) == [], "without the storm a reply is a post like others"
    replies = ("a-reply", "a-warning", "e4-reply", "e4-warning")
    for name, since, by_chief in product(replies, (BEGAN, BEGAN - TICK), (True, False)):
        way = Way(name, given_at=since, by_chief=by_chief)
        want = [] if since == BEGAN and by_chief else ["flaming"]
        assert sent(way, FLAMING) == want, way


@pytest.mark.clause("mima:7-4-反論禁止", "mima:8-1-停止", "mima:7-1")
def test_row_19_correction_goes_in_every_hold_when_it_corrects_disaster_information() -> None:
    everything = [DISASTER, SCANDAL, LIMITED, FLAMING]
    for road in ("a", "e1", "e2", "e3", "e4", "c4", "w4"):
        way = Way(f"{road}-mending", given_at=BEGAN - HOUR, by_chief=False)
        assert sent(way, *everything) == [], road
        assert sent(way, *everything[:2], FLAMING) == [], road
    # Without the chief and on another ground it is a post like any other, whatever the chief said of it.
    for road, like in product(("c1", "c2", "c3", "w1", "w2", "w3"), ("", "related")):
        mending = Way(f"{road}-mending{'+' * bool(like)}{like}", confirmations=CONFIRMED)
        another = Way(f"{road}-{like or 'ordinary'}", confirmations=CONFIRMED)
        for weighing in subsets(KINDS):
            restrictions = [KINDS[kind] for kind in weighing]
            assert sent(mending, *restrictions) == sent(another, *restrictions), (road, weighing)
        assert sent(mending, DISASTER, SCANDAL) == ["suspended_disaster", "suspended_scandal"]
    for kind, restriction in KINDS.items():
        way = Way("a-correction", given_at=BEGAN)
        want = [] if kind == "flaming" else [code_of(kind, "a")]
        assert sent(way, restriction) == want, "a correction of anything else goes as a post does"
        assert sent(way) == sent(Way("c1-correction")) == []


# --- Replies to disaster information, statements on the exempt path


@pytest.mark.clause("mima:8-1-停止")
def test_statement_is_never_claimed_or_sent_without_the_chief_when_whatever_the_restrictions() -> None:
    for restrictions in ((), (SCANDAL,)):
        for act in ("claim", "send in emergency"):
            for name in ("c1-statement", "c4-statement"):
                assert "statement_needs_chief" in acted(act, Way(name), *restrictions)
    for kind in set(PostKind) - {PostKind.STATEMENT}:
        post = replace(SOUND_POST, kind=kind)
        assert [codes(POST_ACTS[act].on(post)) for act in ("claim", "send in emergency")] == [[], []], kind
    for act in ("submit", "approve"):
        assert acted(act, Way("a-statement")) == []


CONSULTING = [
    (frozenset({TANAKA.id}), []),
    (frozenset({TANAKA.id, SUZUKI.id}), []),
    (frozenset({SUZUKI.id}), ["statement_without_consultation"]),
    (frozenset(), ["statement_without_consultation"]),
]


@pytest.mark.clause("mima:8-1-停止", "mima:8-1-再開")
@pytest.mark.parametrize(("consulted", "want"), CONSULTING)
def test_row_8_statement_is_approved_in_consultation_with_somebody_else_when_on_a_scandal(
    consulted: frozenset[int], want: list[str]
) -> None:
    def approved(restriction: Restriction | None, account: Account = X, **changes: object) -> list[str]:
        weighing = () if restriction is None else (restriction,)
        other = replace(NOTE, restrictions=weighing) if account is NOTE else NOTE
        here = replace(X, restrictions=weighing) if account is X else X
        asked = replace(SOUND_POST.asked, consulted=consulted, named=frozenset({SCANDAL.id}))
        post = replace(SOUND_POST, kind=PostKind.STATEMENT, targets=(here, other), asked=asked)
        post = replace(post, state=POST_ACTS["approve"].state, **changes)  # type: ignore[arg-type]
        return codes(judge(Verb.APPROVE, post, SUZUKI))

    assert approved(SCANDAL) == want
    assert approved(SCANDAL, NOTE) == want
    assert approved(None) == [], "no scandal: no consultation"
    assert approved(replace(SCANDAL, ended_at=NOW)) == [], "it is over"
    assert approved(FLAMING) == [], "the storm asks for the chief alone"
    assert approved(SCANDAL, kind=PostKind.POST, disaster_information=True) == [], "no statement"


# --- What the reason says

SAYS = {
    "disaster": ("投稿停止（自然災害）", "suspension", "防災の情報（4）は出せます"),
    "scandal": ("投稿停止（不祥事）", "suspension", "名指しして承認"),
    "limited": ("防災情報限定", "disaster_only", "防災に関連する情報なら"),
    "flaming": ("炎上対応", "flaming", "承認の省略をやめ"),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_reason_names_the_restriction_since_when_and_the_way_on_when_held(kind: str) -> None:
    title, duty, way_on = SAYS[kind]
    decision = judge(Verb.SEND, Way("c1-ordinary").delivery([KINDS[kind]]), WORKER)
    assert isinstance(decision, Refused)
    (reason,) = decision.reasons
    assert reason.sentence == f"「{X.name}」は{title}の間です（{DISASTER.words}）。この投稿は出せません。"
    assert (reason.duty, reason.account) == (duty, X.name)
    assert way_on in reason.next_step
    wordless = judge(Verb.SEND, Way("c1-ordinary").delivery([replace(KINDS[kind], words="")]), WORKER)
    assert isinstance(wordless, Refused)
    assert wordless.reasons[0].sentence == f"「{X.name}」は{title}の間です。この投稿は出せません。"


def test_reason_asks_for_the_chief_when_an_approval_does_not_pass_flaming() -> None:
    decision = judge(Verb.SEND, Way("a-ordinary", by_chief=False).delivery([FLAMING]), WORKER)
    assert isinstance(decision, Refused)
    assert "所属長本人の承認" in decision.reasons[0].next_step
    assert "炎上対応の前の承認では出せません" in decision.reasons[0].next_step


def test_codes_that_keep_a_delivery_for_a_person_are_those_of_restrictions_when_named() -> None:
    """However late it gets: whatever a restriction holds or has caught waits for somebody's decision."""
    holding = {code_of(kind, name) for kind in KINDS for name in ("a-ordinary", "c1-ordinary")}
    assert {*holding, "awaiting_release"} == RESTRAINED


# --- In every state from which the worker sends, and for what has no clearance at all


def test_restriction_holds_whatever_the_worker_takes_up_when_it_weighs() -> None:
    for state in (DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.UNKNOWN):
        delivery = replace(Way("a-ordinary").delivery([DISASTER]), state=state)
        assert codes(judge(Verb.SEND, delivery, WORKER)) == ["suspended_disaster"], state


def test_delivery_without_a_clearance_is_judged_as_an_approval_nobody_gave_when_restricted() -> None:
    bare = Way("a-ordinary").delivery([FLAMING])
    bare = replace(bare, post=replace(bare.post, clearance=None))
    assert codes(judge(Verb.SEND, bare, WORKER)) == ["flaming", "no_clearance"]


def test_check_without_a_ground_is_judged_as_an_ordinary_post_when_restricted() -> None:
    """It cannot be claimed, and if it should ever exist nothing opens for it."""
    for kind, road in product(KINDS, ("c1-related", "w1-related")):
        bare = Way(road).delivery([KINDS[kind]])
        bare = replace(bare, post=replace(bare.post, claim=None))
        assert codes(judge(Verb.SEND, bare, WORKER)) == [code_of(kind, road)], road


def test_ground_4_says_what_the_post_is_when_the_claim_was_handed_up_and_approved_instead() -> None:
    """The chief saw it claimed as disaster information; the other grounds open nothing, approved or not."""
    for ground, evidence in WHOLE.items():
        escalated = Way("a-ordinary").delivery([])
        escalated = replace(escalated, post=replace(escalated.post, claim=Claim(ground, evidence)))
        for restriction, code in ((DISASTER, "suspended_disaster"), (LIMITED, "disaster_only")):
            weighing = replace(escalated, account=replace(X, restrictions=(restriction,)))
            want = [] if ground == Ground.DISASTER else [code]
            assert codes(judge(Verb.SEND, weighing, WORKER)) == want, ground
        footing = footing_of(Case(Verb.SEND, escalated, WORKER, CITY, NOW, TODAY))
        assert footing.ground is None, "an approval uses no ground"
        assert footing.is_information == footing.is_related == (ground == Ground.DISASTER)


@pytest.mark.parametrize("mark", ["disaster_information", "corrects_disaster"])
def test_mark_of_the_drafter_speaks_to_the_approver_alone_when_the_roads_are_compared(mark: str) -> None:
    for basis, ground in product(Basis, (*Ground, None)):
        claim = None if ground is None else Claim(ground, WHOLE[ground])
        clearance = Clearance(basis, DIGEST, given_at=BEGAN)
        for marked in (True, False):
            post = replace(SOUND_DELIVERY.post, clearance=clearance, claim=claim, **{mark: marked})  # type: ignore[arg-type]
            case = Case(Verb.SEND, replace(SOUND_DELIVERY, post=post), WORKER, CITY, NOW, TODAY)
            want = ground == Ground.DISASTER or (basis == Basis.APPROVAL and marked)
            assert footing_of(case).is_information == want, (basis, ground, marked)


def test_approval_is_not_known_to_be_since_when_the_beginning_is_not_known() -> None:
    unknown = replace(SCANDAL, started_at=None)
    assert sent(Way("a-information"), unknown) == ["suspended_scandal"]
    assert sent(Way("a-information", confirmations=CONFIRMED), unknown) == []


def test_ticks_of_the_chief_move_no_restriction_when_a_post_is_held() -> None:
    ticked = Way("a-ordinary").delivery([DISASTER])
    clearance = Clearance(Basis.APPROVAL, DIGEST, BEGAN, by_chief=True, ticks=frozenset(Tick))
    ticked = replace(ticked, post=replace(ticked.post, clearance=clearance))
    assert codes(judge(Verb.SEND, ticked, WORKER)) == ["suspended_disaster"]
