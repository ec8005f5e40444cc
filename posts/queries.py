"""Reading posts: who is waiting for what, what is to be sent, one case whole. Lists page by key, never by offset."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When, Window
from django.db.models.functions import RowNumber
from guardian.models import UserObjectPermission

from accounts.models import RoleAssignment, SocialAccount, StaffMember
from posts.models import Attempt, Contribution, Decision, Delivery, Post, Topic, Version
from rules.states import OPEN, DeliveryState, PostState, Role, Verb

PAGE = 25
TO_SEND = (*OPEN, DeliveryState.UNKNOWN)


# --- for the worker


def to_send(*, now: datetime, before: datetime, limit: int = 200) -> list[int]:
    """Ids of deliveries to wake somebody for, due before that moment: for each social account the one whose turn it is.

    The rest of its account's follows in the same hands (see `sending.send_in_turn`): one account has one call at a
    time anyway. Warnings come first, then each section's longest due in turn, so that one section's twenty accounts do
    not keep every other section waiting.
    """
    rows = Delivery.objects.filter(state__in=TO_SEND, next_try_at__lte=before)
    is_due = Case(When(next_try_at__lte=now, then=0), default=1)
    first = Window(
        RowNumber(), partition_by=F("social_account"), order_by=[is_due, F("urgent").desc(), *_LONGEST_DUE]
    )
    firsts = rows.annotate(first=first).filter(first=1).order_by("-urgent", *_LONGEST_DUE)
    return _by_turns(firsts.values_list("pk", "urgent", "post__section"))[:limit]


_LONGEST_DUE = ("next_try_at", "pk")


def _by_turns(rows: Iterable[tuple[int, bool, int]]) -> list[int]:
    """The first of every section, then the second of every section, and so on; warnings before all others."""
    turns: Counter[tuple[bool, int]] = Counter()
    keyed = []
    for pk, urgent, section in rows:
        turns[urgent, section] += 1
        keyed.append((not urgent, turns[urgent, section], pk))
    return [pk for *_, pk in sorted(keyed, key=lambda row: row[:2])]


def urgent_due(now: datetime) -> list[int]:
    """Ids of due warnings whose social account nobody sends on at the moment."""
    calls = Attempt.objects.filter(
        social_account=OuterRef("social_account"), taken_by__isnull=True, finished_at__isnull=True
    )
    rows = Delivery.objects.filter(state__in=TO_SEND, urgent=True, next_try_at__lte=now)
    return list(rows.exclude(Exists(calls)).order_by("next_try_at", "pk").values_list("pk", flat=True)[:50])


# --- queues


def review_queue(staff: StaffMember, on: date) -> QuerySet[Post]:
    """承認待ち for this person: of sections they are chief or deputy of on that day, and of sections below."""
    mine = RoleAssignment.objects.in_force(on).filter(staff=staff, role__in=[Role.CHIEF, Role.DEPUTY])
    sections = mine.values("section")
    return (
        Post.objects.filter(state=PostState.AWAITING_APPROVAL)
        .filter(Q(section__in=sections) | Q(section__parent__in=sections))
        .select_related("section", "drafter")
        .order_by(F("due_at").asc(nulls_first=True), "pk")
    )


def check_queue(staff: StaffMember) -> QuerySet[Post]:
    """確認待ち that this person could check: of their section or accounts, and nothing of their own in it."""
    mine = Contribution.objects.filter(post=OuterRef("pk"), staff=staff)
    return (
        Post.objects.filter(state=PostState.AWAITING_CHECK)
        .filter(_in_scope(staff))
        .exclude(Exists(mine))
        .select_related("section", "drafter")
        .order_by(F("due_at").asc(nulls_first=True), "pk")
    )


def _in_scope(staff: StaffMember) -> Q:
    """Posts of the person's section, or of sections whose social accounts they may draft for."""
    drafts_for = UserObjectPermission.objects.filter(
        user=staff, permission__codename="draft", permission__content_type__app_label="accounts"
    ).values_list("object_pk", flat=True)
    accounts = SocialAccount.objects.filter(pk__in=[int(pk) for pk in drafts_for])
    return Q(section_id=staff.section_id) | Q(section__in=accounts.values("section"))


# --- my work


def returned_to(staff: StaffMember) -> QuerySet[Post]:
    """差戻し: drafts that this person wrote in whose last decision sent them back."""
    posts = _of(staff).annotate(last_verb=_last("verb"), last_reason=_last("reason"))
    return posts.filter(state=PostState.DRAFTING, last_verb=Verb.RETURN)


def drafts_of(staff: StaffMember) -> QuerySet[Post]:
    """起案中: drafts that this person wrote in and nobody has sent back."""
    posts = _of(staff).annotate(last_verb=_last("verb")).filter(state=PostState.DRAFTING)
    return posts.filter(~Q(last_verb=Verb.RETURN) | Q(last_verb__isnull=True))


def sent_by(staff: StaffMember) -> QuerySet[Post]:
    """What this person asked for or brought out: waiting, cleared, gone out."""
    return _of(staff).filter(
        state__in=[PostState.AWAITING_APPROVAL, PostState.AWAITING_CHECK, PostState.CLEARED]
    )


def troubled(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Those with a delivery that is held, failed, expired, unknown, or was not sent at the last try."""
    bad = Q(
        state__in=[DeliveryState.HELD, DeliveryState.REJECTED, DeliveryState.EXPIRED, DeliveryState.UNKNOWN]
    )
    stuck = Delivery.objects.filter(
        bad | (Q(state=DeliveryState.WAITING) & ~Q(problem="")), post=OuterRef("pk")
    )
    return posts.filter(Exists(stuck))


def visible_to(staff: StaffMember, roles: Iterable[str], on: date) -> QuerySet[Post]:
    """Posts this person may read on that day: auditors and admins all, others their section's and accounts',
    and what their section was asked about."""
    everything = {Role.AUDITOR, Role.SYSTEM_ADMIN, Role.WEB_ADMIN} & set(roles)
    posts = Post.objects.select_related("section", "drafter")
    if everything:
        return posts
    led = RoleAssignment.objects.in_force(on).filter(staff=staff, role__in=[Role.CHIEF, Role.DEPUTY])
    sections = led.values("section")
    mine = Contribution.objects.filter(post=OuterRef("pk"), staff=staff)
    below = Q(section__in=sections) | Q(section__parent__in=sections)
    asked = Topic.objects.filter(version__post=OuterRef("pk"), section=staff.section_id)
    return posts.filter(_in_scope(staff) | below | Exists(mine) | Exists(asked))


def page_of(
    posts: QuerySet[Post], *, before: int | None = None, limit: int = PAGE
) -> tuple[list[Post], int | None]:
    """Newest first, by key: the rows, and the key to ask the next page with (None at the end)."""
    rows = posts.order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    return found[:limit], (found[limit - 1].pk if len(found) > limit else None)


def _of(staff: StaffMember) -> QuerySet[Post]:
    mine = Contribution.objects.filter(post=OuterRef("pk"), staff=staff)
    return Post.objects.filter(Exists(mine)).select_related("section", "drafter").order_by("-pk")


def _last(field: str) -> Subquery:
    return Subquery(Decision.objects.filter(post=OuterRef("pk")).order_by("-pk").values(field)[:1])


# --- one case


def drafted_from(draft_key: str | None, staff: StaffMember) -> Post | None:
    """The post that this person's form with that number has become."""
    return Post.objects.filter(drafter=staff, draft_key=draft_key).first() if draft_key else None


def current_version(post: Post) -> Version:
    return post.versions.select_related("written_by").get(number=post.version_no)


def deliveries_of(post: Post) -> list[Delivery]:
    """The case's deliveries, those of the newest clearance first, without the superseded ones."""
    rows = post.deliveries.exclude(state=DeliveryState.SUPERSEDED).prefetch_related("attempts", "releases")
    cleared = ("clearance__version", "clearance__decision", "clearance__post", "clearance__waiver")
    with_all = rows.select_related("post", "social_account", *cleared)
    return list(with_all.order_by("-clearance", "social_account"))


def display_state(post: Post, deliveries: Iterable[Delivery], last_verb: str = "") -> str:
    """The word on the chip: the editorial state, or what its deliveries make of it."""
    if post.state == PostState.DRAFTING and last_verb == Verb.RETURN:
        return "returned"
    if post.state not in (PostState.CLEARED, PostState.CANCELLED):
        return post.state
    states = {delivery.state for delivery in deliveries} - {DeliveryState.SUPERSEDED}
    return _from_deliveries(states) or post.state


def _from_deliveries(states: set[str]) -> str | None:
    first = ("unknown", "armed", "held", "waiting")
    words = {"armed": "sending", "waiting": None}
    for state in first:
        if state in states:
            partly = "accepted" in states and state in ("held", "waiting")
            return "partly" if partly else words.get(state, state)
    if "accepted" in states:
        return "published" if states == {"accepted"} else "partly"
    for state, word in (("rejected", "failed"), ("expired", "expired"), ("dropped", "cancelled")):
        if state in states:
            return word
    return None
