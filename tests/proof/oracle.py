"""An independent oracle for the gates of publication, written from the decision table alone.

Source: domain.md, section 4 (the table, rows 1-19, judged at the moment of publication), read with the notes
in section 3 ("note n" below). It shares nothing with the gates of the product: no import, no constant, no
text. Every function names the row or the note it comes from, so that a reader can lay the table beside it.

The check of the content, 4(9), is outside: every post here is taken to be clean. Grounds 5(1)-(3) are claims
nobody can verify here and are believed; a claim of 5(4) is believed only for disaster information.
Where the text leaves a choice, the choice made here is listed in OPEN at the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Final


class Hq(StrEnum):
    """The disaster headquarters, and the restriction of 8(2) while it stands."""

    NONE = "none"
    STANDING = "standing"  # set up, restriction off
    LIMITED = "limited"  # set up, restriction on
    DISSOLVED = "dissolved"  # closed


class Suspension(StrEnum):
    """The holds under 8(1) in force now."""

    NONE = "none"
    DISASTER = "disaster"
    SCANDAL = "scandal"
    BOTH = "both"


class Bearing(StrEnum):
    """What the post is about, as far as the table asks."""

    ORDINARY = "ordinary"
    STATEMENT = "statement"  # the city's statement on the scandal
    RELATED = "related"  # 防災に関連する情報, outside 5(4)
    INFORMATION = "information"  # 防災情報 in the sense of 5(4)
    CORRECTION = "correction"  # a 7(1) correction of published disaster information


class Road(StrEnum):
    """The road through Article 5."""

    APPROVAL = "approval"  # the main clause
    CHECK = "check"  # the proviso: exemption and a second staff member
    WAIVER = "waiver"  # the proviso in urgency: exemption without the second check


class Ground(StrEnum):
    """The exemption claimed."""

    NONE = "none"
    PUBLIC = "5-1"
    FACT = "5-2"
    LAW = "5-3"
    DISASTER = "5-4"


class Decider(StrEnum):
    """Who approved or checked."""

    CHIEF = "chief"
    DEPUTY = "deputy"  # 代決者 in office
    OTHER = "other"  # another staff member, no rank
    AUTHOR = "author"  # somebody who wrote in it, whatever rank
    CONTRACTOR = "contractor"


class Urgency(StrEnum):
    """The urgency named for a waiver."""

    NONE = "none"
    LISTED = "listed"  # on the city's list, with a reason
    LISTED_NO_REASON = "listed-no-reason"


class Hours(StrEnum):
    """The due time against the hours of 9(1)."""

    IN = "in"
    OUT = "out"


class Confirmation(StrEnum):
    """The confirmation of 9(1)."""

    NONE = "none"
    TICK = "tick"  # the chief's tick on the approval itself
    RECORD = "record"  # the chief's separate confirmation, in the app or by phone
    STANDING = "standing"  # 包括確認 in force, limited to 5(4)
    EXPIRED = "expired"  # a standing confirmation whose time is over


class Since(StrEnum):
    """When the approval, check or waiver was given."""

    BEFORE = "before"  # before the hold, restriction or flaming began
    DURING = "during"


class Held(StrEnum):
    """Whether a hold that has ended had caught this post."""

    NO = "no"
    LIFTED = "lifted"  # caught, the hold ended by a resumption record, not re-decided yet
    REDECIDED = "redecided"  # re-decided by name after that


class Stop(StrEnum):
    """The gates that can stop a post."""

    DEVICE = "9-2"
    LIMITED = "8-2"
    HOLD = "8-1"
    FLAMING = "7-4"
    ROAD = "5"
    HOURS = "9-1"
    REDECIDE = "8-1-再開"


@dataclass(frozen=True, slots=True)
class Situation:
    """One post at the moment of publication, with the state of its account."""

    registered_device: bool
    hq: Hq
    suspension: Suspension
    flaming: bool
    bearing: Bearing
    road: Road
    ground: Ground
    decider: Decider
    urgency: Urgency
    hours: Hours
    confirmation: Confirmation
    named: bool
    chief_confirmed: bool
    since: Since
    held: Held


# Members are bound once: looking them up on the class is slow in Python 3.11, and `stops` runs very often.
_STANDING, _LIMITED, _DISSOLVED = Hq.STANDING, Hq.LIMITED, Hq.DISSOLVED
_DISASTER, _SCANDAL, _BOTH = Suspension.DISASTER, Suspension.SCANDAL, Suspension.BOTH
_STATEMENT, _RELATED = Bearing.STATEMENT, Bearing.RELATED
_INFORMATION, _CORRECTION = Bearing.INFORMATION, Bearing.CORRECTION
_APPROVAL, _CHECK = Road.APPROVAL, Road.CHECK
_NO_GROUND, _FACT, _5_4 = Ground.NONE, Ground.FACT, Ground.DISASTER
_CHIEF, _DEPUTY, _AUTHOR, _CONTRACTOR = Decider.CHIEF, Decider.DEPUTY, Decider.AUTHOR, Decider.CONTRACTOR
_LISTED, _IN = Urgency.LISTED, Hours.IN
_TICK, _RECORD, _STANDING_CONFIRMATION = Confirmation.TICK, Confirmation.RECORD, Confirmation.STANDING
_DURING, _NOT_HELD, _LIFTED = Since.DURING, Held.NO, Held.LIFTED


# --- What the post is ----------------------------------------------------------------------------------


def is_5_4(s: Situation) -> bool:
    """The post column "5(4)" (rows 4, 6, 9, 10): disaster information, on the exempt roads claimed as such.

    A correction of disaster information is disaster information (row 19: on the original's path).
    """
    b = s.bearing
    if b is not _INFORMATION and b is not _CORRECTION:
        return False
    return s.road is _APPROVAL or s.ground is _5_4


def is_disaster_related(s: Situation) -> bool:
    """The post column "disaster-related" (rows 10, 11, 15; note 8): wider than 5(4) and containing it."""
    b = s.bearing
    return b is _INFORMATION or b is _RELATED or b is _CORRECTION


def is_row_11(s: Situation) -> bool:
    """Row 11: restriction on, disaster-related but outside 5(4). A correction keeps to row 19."""
    if s.hq is not _LIMITED or s.bearing is _CORRECTION:
        return False
    return is_disaster_related(s) and not is_5_4(s)


# --- What state the account is in ----------------------------------------------------------------------


def in_rows_13_14(s: Situation) -> bool:
    """Rows 13 and 14 (note 8): an HQ unrestricted, or closed, leaves rows 5-6 until a resumption decision.

    The one trace of such a decision among the facts is `held`: LIFTED and REDECIDED name a resumption record.
    """
    return (s.hq is _STANDING or s.hq is _DISSOLVED) and s.held is _NOT_HELD


def in_disaster_hold(s: Situation) -> bool:
    """Rows 5-6, also by way of rows 13 and 14."""
    return s.suspension is _DISASTER or s.suspension is _BOTH or in_rows_13_14(s)


def in_scandal_hold(s: Situation) -> bool:
    """Rows 7-9."""
    return s.suspension is _SCANDAL or s.suspension is _BOTH


def in_emergency(s: Situation) -> bool:
    """Note 4 (b), 災害時: an HQ stands or a natural disaster holds the account."""
    return s.hq is _STANDING or s.hq is _LIMITED or in_disaster_hold(s)


# --- What the chief did --------------------------------------------------------------------------------


def chief_approved(s: Situation) -> bool:
    """Row 1 (note 2): approved by the chief or the deputy in office, neither of whom wrote in it."""
    return s.road is _APPROVAL and (s.decider is _CHIEF or s.decider is _DEPUTY)


def chief_approved_during(s: Situation) -> bool:
    """Rows 8, 9, 17: the chief decided on this post knowing the state, so not before it began."""
    return s.since is _DURING and chief_approved(s)


# --- 9(2) ----------------------------------------------------------------------------------------------


def article_9_2(s: Situation) -> bool:
    """Row 18 (note 10): an unregistered device never publishes."""
    return not s.registered_device


# --- 8(2) ----------------------------------------------------------------------------------------------


def article_8_2(s: Situation) -> bool:
    """Row 12, against rows 10, 11, 15, 19: no post but a disaster-related one, even if approved."""
    return s.hq is _LIMITED and not is_disaster_related(s)


# --- 8(1) ----------------------------------------------------------------------------------------------


def row_5_6(s: Situation) -> bool:
    """Rows 5 and 6 (note 7): a natural disaster holds everything except disaster information."""
    return in_disaster_hold(s) and not is_5_4(s)


def row_8(s: Situation) -> bool:
    """Row 8: the statement goes with an approval that is part of the consultation record of this hold."""
    return s.named and chief_approved_during(s)


def row_9(s: Situation) -> bool:
    """Row 9 (note 7): disaster information goes once the chief has confirmed it under the hold."""
    return s.chief_confirmed or chief_approved_during(s)


def row_7_8_9(s: Situation) -> bool:
    """Rows 7, 8, 9: a scandal holds everything but the statement and confirmed disaster information."""
    if not in_scandal_hold(s):
        return False
    if is_5_4(s):
        return not row_9(s)
    return s.bearing is not _STATEMENT or not row_8(s)


def article_8_1(s: Situation) -> bool:
    """Rows 5-9, 13, 14; silent under the restriction (note 7, row 15) and for a correction (row 19)."""
    if s.hq is _LIMITED or s.bearing is _CORRECTION:
        return False
    return row_5_6(s) or row_7_8_9(s)


def resumption(s: Situation) -> bool:
    """Row 14 (note 6): a post that the hold caught waits for its own decision after the resumption."""
    return s.held is _LIFTED


# --- 7(4) ----------------------------------------------------------------------------------------------


def article_7_4(s: Situation) -> bool:
    """Rows 16, 17: the chief decides while it burns; 5(4) and corrections (row 19) are not ordinary."""
    if not s.flaming or s.bearing is _CORRECTION or is_5_4(s):
        return False
    return not chief_approved_during(s)


# --- 5 -------------------------------------------------------------------------------------------------


def row_1(s: Situation) -> bool:
    """Row 1: without exemption the chief's approval is required, and the approver is not the author."""
    return not chief_approved(s)


def has_ground(s: Situation) -> bool:
    """Rows 2-4, 11 (notes 4, 8): a ground; 5(4) is for disaster information; row 11 has no 5(2)."""
    if s.ground is _5_4:
        return is_5_4(s)
    return s.ground is not _NO_GROUND and not (s.ground is _FACT and is_row_11(s))


def row_2(s: Situation) -> bool:
    """Row 2 (note 3): any staff member who did not write in it may check, no rank; contractors may not."""
    return s.decider is _AUTHOR or s.decider is _CONTRACTOR or not has_ground(s)


def row_3(s: Situation) -> bool:
    """Row 3 (note 4): 5(1)-(3) need a listed urgency with a reason, or 災害時; never in row 11."""
    return is_row_11(s) or not (s.urgency is _LISTED or in_emergency(s))


def row_3_4(s: Situation) -> bool:
    """Rows 3, 4 (and 6, 9, 10): on 5(4) the urgency is the disaster; on the others row 3 asks for more."""
    if not has_ground(s):
        return True
    return s.ground is not _5_4 and row_3(s)


def article_5(s: Situation) -> bool:
    """Column 5 and column 5ただし書 of rows 1-4, 6, 9-11, 19: the road taken must carry the post."""
    if s.road is _APPROVAL:
        return row_1(s)
    return row_2(s) if s.road is _CHECK else row_3_4(s)


# --- 9(1) ----------------------------------------------------------------------------------------------


def same_act(s: Situation) -> bool:
    """Row 9, column 9(1): the chief's confirmation under the scandal hold is the one of 9(1) as well."""
    return s.chief_confirmed and in_scandal_hold(s) and s.hq is not _LIMITED and is_5_4(s)


def confirmed(s: Situation) -> bool:
    """Column 9(1) of rows 1-4, 6, 8-11, 17 (note 9): tick on a real approval, record, standing for 5(4)."""
    c = s.confirmation
    if c is _RECORD or (c is _TICK and chief_approved(s)):
        return True
    return (c is _STANDING_CONFIRMATION and is_5_4(s)) or same_act(s)


def article_9_1(s: Situation) -> bool:
    """Column 9(1) (note 9): no waiver of it in any row."""
    return s.hours is not _IN and not confirmed(s)


# --- All gates -----------------------------------------------------------------------------------------

_GATES: Final = (
    (article_9_2, Stop.DEVICE),
    (article_8_2, Stop.LIMITED),
    (article_8_1, Stop.HOLD),
    (article_7_4, Stop.FLAMING),
    (article_5, Stop.ROAD),
    (article_9_1, Stop.HOURS),
    (resumption, Stop.REDECIDE),
)


def stops(s: Situation) -> frozenset[Stop] | None:
    """Every gate that stops the post on its own; an empty set lets it out; None is no situation at all."""
    if s.road is _APPROVAL and s.ground is not _NO_GROUND:
        return None  # Missing: a sentence for a post that claims an exemption and asks for approval at once.
    return frozenset([stop for gate, stop in _GATES if gate(s)])


# --- The whole product ---------------------------------------------------------------------------------

_BOOLS: Final = (False, True)
_ANY_DECIDER: Final = tuple(Decider)
# By road, the facts that differ with it: ground, decider, urgency, named.
_BY_ROAD: Final = {
    Road.APPROVAL: ((Ground.NONE,), _ANY_DECIDER, (Urgency.NONE,), _BOOLS),
    Road.CHECK: (tuple(Ground), _ANY_DECIDER, (Urgency.NONE,), (False,)),
    Road.WAIVER: (tuple(Ground), (Decider.CHIEF,), tuple(Urgency), (False,)),
}


def axes(road: Road) -> tuple[tuple[object, ...], ...]:
    """The values of each fact on this road, in the order of the fields."""
    ground, decider, urgency, named = _BY_ROAD[road]
    state = (_BOOLS, tuple(Hq), tuple(Suspension), _BOOLS, tuple(Bearing), (road,))
    post = (ground, decider, urgency, tuple(Hours), tuple(Confirmation))
    return (*state, *post, named, _BOOLS, tuple(Since), tuple(Held))


def situations() -> Iterator[Situation]:
    """Every situation, road by road; facts that mean nothing on a road stand still there."""
    for road in Road:
        for facts in product(*axes(road)):
            yield Situation(*facts)  # type: ignore[arg-type]


def size() -> int:
    """How many situations there are, without walking through them."""
    total = 0
    for road in Road:
        count = 1
        for axis in axes(road):
            count *= len(axis)
        total += count
    return total


OPEN: Final[tuple[str, ...]] = (
    "An approval with an exemption ground is contradictory in itself: None (never produced by situations()).",
    (
        "Rows 13-14 hold 'until a resumption decision', which is no fact of its own: it is read off `held`, "
        "so an HQ that stands or is closed with `held` NO holds as rows 5-6 even where no 8(1) hold was "
        "ever recorded."
    ),
    (
        "With `held` LIFTED or REDECIDED that resumption is taken to be the one rows 13-14 wait for, and "
        "only a hold in `suspension` still holds."
    ),
    (
        "The restriction of 8(2) without any 8(1) hold is outside the state machine but inside rows 10-12: "
        "decided."
    ),
    (
        "Note 7 calls 8(2) the special rule while row 15 says so for disaster-related posts only: under the "
        "restriction HOLD is silent for every post, and row 12 alone stops the rest."
    ),
    "Row 12 against row 8: the statement on the scandal is 'anything else' and stays stopped by 8(2).",
    (
        "Row 5 against row 8 when both holds run: neither is said to win, so row 5 (even if approved) holds "
        "the statement."
    ),
    (
        "No row has a disaster-related post outside 5(4) in a hold without restriction: held, because note "
        "7 lets only disaster information pass."
    ),
    (
        "Disaster information that claims 5(1)-(3), or nothing, on an exempt road counts as "
        "disaster-related outside 5(4): held in holds, row 11 under the restriction, row 17 in flaming "
        "mode."
    ),
    (
        "A claim of 5(4) for a post that is not disaster information is no ground (notes 4 and 8): ROAD, "
        "and the other gates judge the post as what it is."
    ),
    "An exempt road without a ground is row 1 without its approval: ROAD.",
    (
        "Row 19 against row 9: a correction of disaster information passes a scandal hold without the "
        "chief, since the row says yes also in holds."
    ),
    (
        "Row 19 against rows 16-17: a linked correction is neither an edit (note 11) nor an ordinary post, "
        "so FLAMING is silent for it on every road and ground."
    ),
    (
        "Row 19 against row 11: a correction may keep the original's ground 5(2) or its waiver under the "
        "restriction."
    ),
    (
        "Row 11 'per row 1/2' is read literally: no waiver there, whatever the urgency; and 5(2) is "
        "missing: both ROAD."
    ),
    (
        "Rows 4, 6, 9, 10 'just struck' / 'if urgent' is what the waiver claims: on 5(4) no listed urgency "
        "is asked."
    ),
    (
        "A waiver on 5(1)-(3) in a declared emergency (HQ set up, natural-disaster hold, rows 13-14) has "
        "note 4 (b) without a listed urgency; the table asks for the list in the normal state only."
    ),
    "A scandal hold and flaming mode are no emergency for the waiver.",
    "The deputy in office stands in for the chief everywhere, also in rows 8, 9 and 17.",
    (
        "Rows 8 and 17: an approval from before the hold or the flaming is not the chief's decision on it, "
        "even if it claims to name the suspension."
    ),
    (
        "Row 9: the chief's (or deputy's) approval given while the scandal hold lasts is the confirmation, "
        "an earlier one is not; a confirmation of 9(1) by record is not, either."
    ),
    (
        "Row 9 'same act' covers the confirmation of the post under the hold, not an approval without the "
        "tick, and not under the restriction, where rows 10-11 apply (row 15)."
    ),
    (
        "Row 8's demand for approval speaks as 8(1), row 17's as 7(4), row 11's as 5, because 8(2) lets row "
        "11 out."
    ),
    (
        "Flaming mode: 5(4) is no 'ordinary' post and its exemption is not suspended; the statement and "
        "related posts are ordinary; replies, removals and edits of row 16 are not posts and are not "
        "modelled."
    ),
    "9(1): a separate record by the chief is enough also where the row says 'tick' (note 9).",
    (
        "9(1): a tick counts only on an approval by the chief or deputy; on an exempt road or on anybody "
        "else's approval there is nothing it could stand on: HOURS."
    ),
    (
        "9(1): a standing confirmation covers 5(4) information (and corrections) also when it was approved "
        "instead of exempted, and in row 2; it never covers a claim of 5(1)-(3)."
    ),
    "Row 6 'strict city: chief opens it once' is a setting that is not among the facts: taken as off.",
    (
        "Facts without their state (named or chief_confirmed without a scandal hold, since without any hold "
        "or flaming) are ignored."
    ),
    (
        "One `since` serves hold, restriction and flaming together; an approval before the restriction is "
        "good in rows 10-11."
    ),
    (
        "REDECIDE asks every post a hold had caught, also disaster information and corrections, and also "
        "while another hold or a restriction runs."
    ),
)
"""What the table left open, one sentence each, with the reading chosen above."""
