"""あとの確認 of emergencies: what waits for a person, what is overdue, one review whole, and how often it happens.

Reading only; who may finish a review is asked of the rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from accounts.facts import actor_facts, approver_people, city_facts
from accounts.models import RoleAssignment, Section, StaffMember
from posts import canonical
from posts.facts import people_of
from posts.judging import Grounds, Hand, Preview, grounds_of, hands_in, previews
from posts.models import AfterwardsReview, Clearance, Contribution
from posts.queries import deliveries_of
from rules import restraints
from rules.asked import Asked, Person
from rules.calendar import JST, day_of
from rules.states import Basis, ReviewState, Role, Verb
from rules.workflow import available_verbs

MOST_OPEN = 50
MOST_DONE = 20
MONTHS = 12
NOBODY_ASKED = Asked()
_WITH_ALL = (
    "clearance__post__section",
    "clearance__post__drafter",
    "clearance__version",
    "clearance__waiver__urgency",
    "clearance__waiver__by",
)


@dataclass(frozen=True)
class Waiting:
    """A review that is open, for one reader. `people` may make it; None of them is the reader where `mine` is False."""

    review: AfterwardsReview
    people: Sequence[Person]
    mine: bool
    is_overdue: bool


@dataclass(frozen=True)
class Reviewed:
    """One review with exactly what went out, for one reader; `wrote` says that they have a part in it."""

    review: AfterwardsReview
    previews: Sequence[Preview]
    grounds: Grounds | None
    hands: Sequence[Hand]
    deliveries: Sequence
    people: Sequence[Person]
    wrote: bool
    may_finish: bool
    is_overdue: bool


# --- who may


def review_facts(row: AfterwardsReview, *, now: datetime, asked: Asked = NOBODY_ASKED) -> restraints.Review:
    """A review with whose hands were in the post, and who may make it."""
    post = row.clearance.post
    return restraints.Review(
        state=ReviewState.DONE if row.done_at else ReviewState.OPEN,
        section=post.section_id,
        parent_section=post.section.parent_id,
        due_at=row.due_at,
        contributors=people_of(post)[0],
        approvers=approver_people([post.section_id], day_of(now)).get(post.section_id, ()),
        escalated=row.escalated_at is not None,
        asked=asked,
    )


def reviewers(known: restraints.Review, on: date) -> tuple[Person, ...]:
    """The section's chief and deputies without a part in it, and where it falls to them those of the section above."""
    people = known.approvers
    if known.falls_to_parent and known.parent_section is not None:
        people += approver_people([known.parent_section], on).get(known.parent_section, ())
    return tuple(person for person in people if person.id not in known.contributors)


# --- what waits


def open_for(staff: StaffMember, on: date) -> QuerySet[AfterwardsReview]:
    """Open reviews of sections this person leads, and of sections below that were told to them; the oldest due first.

    Told are those that are overdue, and those that nobody in the section below could make.
    """
    offices = RoleAssignment.objects.in_force(on).filter(role__in=[Role.CHIEF, Role.DEPUTY])
    led = list(offices.filter(staff=staff, section__isnull=False).values_list("section", flat=True))
    mine, below = Q(clearance__post__section__in=led), Q(clearance__post__section__parent__in=led)
    rows = open_everywhere().filter(mine | below)
    kept = [row.pk for row in rows if row.clearance.post.section_id in led or _is_told(row, on)]
    return rows.filter(pk__in=kept)


def waiting_for(staff: StaffMember, *, now: datetime) -> list[Waiting]:
    """What this person could make or has been told of: overdue ones are on top, for they were due first."""
    return [_waiting(row, staff, now) for row in open_for(staff, day_of(now))[:MOST_OPEN]]


def all_waiting(staff: StaffMember, *, now: datetime) -> list[Waiting]:
    """Every open one, for those who read all."""
    return [_waiting(row, staff, now) for row in open_everywhere()[:MOST_OPEN]]


def done_lately(sections: Iterable[int] | None) -> list[AfterwardsReview]:
    """The last ones that were made, of these sections and those below; None for the whole city."""
    rows = AfterwardsReview.objects.filter(done_at__isnull=False).select_related(*_WITH_ALL, "done_by")
    if sections is not None:
        ids = list(sections)
        rows = rows.filter(Q(clearance__post__section__in=ids) | Q(clearance__post__section__parent__in=ids))
    return list(rows.order_by("-done_at", "-pk")[:MOST_DONE])


def open_everywhere() -> QuerySet[AfterwardsReview]:
    rows = AfterwardsReview.objects.filter(done_at__isnull=True).select_related(*_WITH_ALL)
    return rows.order_by("due_at", "pk")


def led_by(staff: StaffMember, on: date) -> list[int]:
    """Sections whose chief or deputy this person is on that day."""
    rows = RoleAssignment.objects.in_force(on).filter(staff=staff, role__in=[Role.CHIEF, Role.DEPUTY])
    return [pk for pk in rows.values_list("section", flat=True) if pk is not None]


def _is_told(row: AfterwardsReview, on: date) -> bool:
    if row.escalated_at is not None:
        return True
    post = row.clearance.post
    wrote = set(Contribution.objects.filter(post=post).values_list("staff", flat=True))
    own = approver_people([post.section_id], on).get(post.section_id, ())
    return all(person.id in wrote for person in own)


def _waiting(row: AfterwardsReview, staff: StaffMember, now: datetime) -> Waiting:
    people = reviewers(review_facts(row, now=now), day_of(now))
    return Waiting(row, people, any(person.id == staff.pk for person in people), row.due_at < now)


# --- one review


def review_whole(row: AfterwardsReview, staff: StaffMember, *, now: datetime) -> Reviewed:
    """The review with what went out, as this person may look at it."""
    known, post = review_facts(row, now=now), row.clearance.post
    content = canonical.parse(row.clearance.version.canonical)
    offered = available_verbs(known, actor_facts(staff), city_facts(now), now)
    wrote = staff.pk in known.contributors
    return Reviewed(
        review=row,
        previews=previews(content),
        grounds=grounds_of(content.claim),
        hands=hands_in(post),
        deliveries=[found for found in deliveries_of(post) if found.clearance_id == row.clearance_id],
        people=reviewers(known, day_of(now)),
        wrote=wrote,
        may_finish=Verb.REVIEW_AFTERWARDS in offered and not wrote,
        is_overdue=row.done_at is None and row.due_at < now,
    )


def review_by_key(pk: int) -> AfterwardsReview | None:
    return AfterwardsReview.objects.select_related(*_WITH_ALL, "done_by__section").filter(pk=pk).first()


# --- how often


@dataclass(frozen=True)
class Share:
    """One month of one section: how many clearances were waivers, of how many, and how many turned out wrong."""

    section: Section
    month: date
    waived: int
    in_all: int
    wrong: int

    @property
    def percent(self) -> float:
        """With one decimal; 0 where nothing was cleared."""
        return round(100 * self.waived / self.in_all, 1) if self.in_all else 0.0


def shares(sections: Iterable[int] | None, on: date) -> list[tuple[Section, list[Share]]]:
    """緊急発信の割合, newest month first, for sections that cleared anything in the last twelve months.

    Of these sections and those below; None for the whole city.
    """
    months = _months(on)
    counted: dict[int, dict[date, tuple[int, int, int]]] = defaultdict(dict)
    for pk, month, waived, in_all, wrong in _counted(sections, months[-1]):
        counted[pk][month] = (waived, in_all, wrong)
    rows = Section.objects.filter(pk__in=counted).order_by("pk")
    nothing = (0, 0, 0)
    return [
        (row, [Share(row, month, *counted[row.pk].get(month, nothing)) for month in months]) for row in rows
    ]


def _counted(sections: Iterable[int] | None, first: date) -> list[tuple[int, date, int, int, int]]:
    since = datetime(first.year, first.month, 1, tzinfo=JST)
    rows = Clearance.objects.filter(cleared_at__gte=since)
    if sections is not None:
        ids = list(sections)
        rows = rows.filter(Q(post__section__in=ids) | Q(post__section__parent__in=ids))
    found = (
        rows.annotate(month=TruncMonth("cleared_at", tzinfo=JST))
        .order_by()
        .values("post__section", "month")
        .annotate(
            waived=Count("pk", filter=Q(basis=Basis.WAIVER)),
            in_all=Count("pk"),
            wrong=Count("pk", filter=Q(review__was_right=False)),
        )
        .values_list("post__section", "month", "waived", "in_all", "wrong")
    )
    return [(pk, month.date(), *numbers) for pk, month, *numbers in found]


def _months(on: date) -> list[date]:
    """The first days of this month and the eleven before it."""
    count = on.year * 12 + on.month - 1
    return [date((count - ago) // 12, (count - ago) % 12 + 1, 1) for ago in range(MONTHS)]
