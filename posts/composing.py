"""What stands around the composer's form: the social accounts to choose from, who comes next, what was read.

Reads and arranges for one person and one post; whether anything is allowed is asked of the rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from accounts.books import books_of
from accounts.facts import account_facts, actor_facts, approver_people, city_facts, drafts_for
from accounts.models import Section, SocialAccount, StaffMember
from accounts.refusals import ShownReason, shown
from policies.queries import with_policy
from posts import canonical
from posts.canonical import Content
from posts.facts import around_of, people_of, post_facts
from posts.models import Post, Version
from posts.queries import current_version
from posts.restrained import OffHours, Weight, goes_out_at, is_touched, off_hours, weights
from rules import clauses, facts
from rules.calendar import day_of
from rules.clauses import Clause
from rules.facts import Account, Actor, Person, Reason
from rules.states import AccountState, PostKind, PostState, Verb
from rules.workflow import Refused, decide, standings

# What a social account must have before anybody can write for it, by the gates of asking for approval.
_READY = frozenset({"in_operation", "policy"})
# A number longer than this is no id of ours, and more than a database takes.
_LONGEST_ID = 15


@dataclass(frozen=True)
class Pick:
    """One card of step 1; with reasons it cannot be chosen, unless it was chosen before. What weighs on it says
    who restricted it since when; it can be chosen all the same, for what still passes."""

    account: SocialAccount
    reasons: Sequence[ShownReason]
    weights: Sequence[Weight] = ()

    @property
    def key(self) -> str:
        """The value of its checkbox."""
        return str(self.account.pk)


@dataclass(frozen=True)
class Principles:
    """What the declaration says was read: one rulebook, its version, its clauses."""

    short: str
    article: str
    version_on: date | None
    clauses: Sequence[Clause]


@dataclass(frozen=True)
class Sheet:
    """The composer as one person has it before them; `post` None for a post that is not saved yet."""

    by: StaffMember
    now: datetime
    actor: Actor
    accounts: Sequence[SocialAccount]
    post: Post | None = None
    version: Version | None = None
    content: Content = field(default_factory=lambda: Content(""))
    around: Mapping[int, Account] = field(default_factory=dict)

    @property
    def on(self) -> date:
        return day_of(self.now)

    @property
    def kind(self) -> PostKind:
        return self.content.kind

    @property
    def is_cleared(self) -> bool:
        return self.post is not None and self.post.state == PostState.CLEARED

    def refusal(self) -> Refused | None:
        """Why this person cannot edit the post now; None when they may, or when it is new."""
        if self.post is None or self.version is None:
            return None
        known = post_facts(self.post, self.version, on=self.on)
        decision = decide(Verb.EDIT, known, self.actor, city_facts(self.now), self.now)
        return decision if isinstance(decision, Refused) else None

    def picks(self) -> list[Pick]:
        """Every social account to choose from, with what stands against writing for it."""
        reasons = self._reasons()
        return [
            Pick(
                row,
                [shown(reason) for reason in reasons if reason.account == row.name],
                weights(self._chosen([row.pk])),
            )
            for row in self.accounts
        ]

    def weights(self, chosen: Iterable[int]) -> list[Weight]:
        """The restrictions in force over the social accounts chosen in the form."""
        return weights(self._chosen(chosen))

    def is_touched(self, chosen: Iterable[int]) -> bool:
        """What a post has to do with a disaster decides over its way now: a restriction or an HQ is in force."""
        return is_touched(self._chosen(chosen))

    def off_hours(self, chosen: Iterable[int], due_at: datetime | None) -> OffHours | None:
        """Whom the time typed (or now) finds not at work; None when it is in working hours for all."""
        return off_hours(self._chosen(chosen), goes_out_at(due_at, self.now))

    def _chosen(self, chosen: Iterable[int]) -> list[Account]:
        return [self.around[pk] for pk in chosen if pk in self.around]

    def other_sections(self) -> dict[str, str]:
        """Sections whose field a post may be about besides one's own: id → name."""
        own = {self.post.section_id} if self.post else {row.section_id for row in self.accounts}
        rows = Section.objects.exclude(pk__in=own or {self.by.section_id}).order_by("pk")
        kept = Section.objects.filter(pk__in=self.content.topic_sections)
        return {str(row.pk): row.name for row in (*rows, *kept)}

    def categories(self) -> list[str]:
        """種類: what the policies of these social accounts name, each once."""
        named = (row.policy_categories or () for row in self.accounts)  # type: ignore[attr-defined]
        return list(dict.fromkeys(category for categories in named for category in categories))

    def approvers(self) -> tuple[Person, ...]:
        """Who would approve: chiefs and deputies without a part in it, else those of the section above."""
        sections = [self.post.section] if self.post else [row.section for row in self.accounts]
        above = {section.pk: section.parent_id for section in sections or [self.by.section]}
        people = approver_people({pk for pair in above.items() for pk in pair if pk}, self.on)
        wrote = {self.by.pk} | (people_of(self.post)[0] if self.post else set())
        free = {pk: _without(people.get(pk, ()), wrote) for pk in people}
        return tuple(
            dict.fromkeys(
                person
                for pk, parent in above.items()
                for person in free.get(pk) or free.get(parent or 0) or ()
            )
        )

    def _reasons(self) -> tuple[Reason, ...]:
        """What the rules have against the social accounts themselves, each reason under its account's name."""
        subject = _only_targets(self.by, tuple(_known(row) for row in self.accounts))
        rows = standings(Verb.SUBMIT, subject, self.actor, city_facts(self.now), self.now)
        return tuple(reason for row in rows if row.gate.name in _READY for reason in row.reasons)


def sheet_for(
    post: Post | None,
    by: StaffMember,
    *,
    now: datetime,
    posted: Iterable[str] = (),
    kind: PostKind = PostKind.POST,
) -> Sheet:
    """The composer for this person; `posted` are targets as they came in, so that the rules can judge them.

    `kind` is what a new post is to be; one that is stored stays what it is.
    """
    version = current_version(post) if post else None
    content = canonical.parse(version.canonical) if version else Content("", kind=kind)
    actor = actor_facts(by)
    accounts = _accounts_for(by, {*content.targets, *ids_in(posted)}, day_of(now))
    around = around_of(Content("", targets=tuple(row.pk for row in accounts)), day_of(now))
    return Sheet(
        by, now, actor, accounts, post, version, content, {target.id: target for target in around.targets}
    )


def ids_in(typed: Iterable[str]) -> list[int]:
    """The ids among what a browser sent."""
    return [int(pk) for pk in typed if pk.isascii() and pk.isdigit() and len(pk) <= _LONGEST_ID]


def principles(on: date) -> list[Principles]:
    """The articles that the declaration is about, in the city's rulebooks as of that day."""
    books = books_of((), on)
    return [
        Principles(book.short, article, book.version_on(on), clauses.by_place(book)[article])
        for book in books
        for article in dict.fromkeys(clause.article for clause in clauses.clauses_for("declaration", [book]))
    ]


def _accounts_for(by: StaffMember, chosen: Iterable[int], on: date) -> list[SocialAccount]:
    """What this person may draft for and what is closed to nobody, and whatever the post has already."""
    open_ones = Q(pk__in=drafts_for(by)) & ~Q(state=AccountState.CLOSED)
    rows = SocialAccount.objects.filter(open_ones | Q(pk__in=set(chosen))).select_related("section")
    return list(with_policy(rows.order_by("section", "pk"), on))


def _known(account: SocialAccount) -> Account:
    categories = account.policy_categories  # type: ignore[attr-defined]  # annotated by with_policy
    return account_facts(account, policy_categories=None if categories is None else frozenset(categories))


def _only_targets(by: StaffMember, targets: tuple[Account, ...]) -> facts.Post:
    """A post of which nothing is known but where it might go."""
    return facts.Post(
        id=0,
        state=PostState.DRAFTING,
        section=by.section_id,
        parent_section=None,
        kind=PostKind.POST,
        digest="",
        category="",
        category_note="",
        title="",
        targets=targets,
        contributors=frozenset(),
        deciders=frozenset(),
    )


def _without(people: Iterable[Person], ids: Iterable[int]) -> tuple[Person, ...]:
    left_out = set(ids)
    return tuple(person for person in people if person.id not in left_out)
