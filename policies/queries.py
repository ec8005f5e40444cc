"""Reading policies: which version is in force, what waits for whom, what the city site shows."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import SocialAccount
from accounts.sql import one_of, rows
from policies.models import CONTENT_FIELDS, OPEN_STATES, CitySite, PolicyVersion, Restriction
from rules.states import AccountState, PolicyState, Scope

TRAINING = "training"
_CARRIED_OVER = tuple(name for name in CONTENT_FIELDS if name not in ("effective_on", "change_note"))


def with_policy(accounts: QuerySet[SocialAccount], on: date) -> QuerySet[SocialAccount]:
    """Annotates `policy_categories`: item ウ of the version in force that day, None where there is none."""
    mine = PolicyVersion.objects.in_force(on).filter(social_account=OuterRef("pk"))
    return accounts.annotate(policy_categories=Subquery(mine.values("categories")[:1]))


def policy_in_force(account: SocialAccount, on: date) -> PolicyVersion | None:
    return account.policy_versions.in_force(on).first()


def versions_of(account: SocialAccount) -> QuerySet[PolicyVersion]:
    """Every version, the newest first."""
    people = ("written_by__section", "decided_by__section", "published_by__section")
    return account.policy_versions.select_related(*people).order_by("-number")


def version(pk: int) -> PolicyVersion | None:
    return (
        PolicyVersion.objects.select_related(
            "social_account__section", "written_by__section", "decided_by__section", "published_by__section"
        )
        .filter(pk=pk)
        .first()
    )


def open_version(account: SocialAccount) -> PolicyVersion | None:
    """The one version that is being written or waits for its decision."""
    return versions_of(account).filter(state__in=OPEN_STATES).first()


def next_version(account: SocialAccount) -> PolicyVersion:
    """What the next draft begins as, not saved: the last version's words, without its day and its news."""
    last = account.policy_versions.order_by("-number").first()
    content = {name: getattr(last, name) for name in _CARRIED_OVER} if last else {}
    number = last.number + 1 if last else 1
    return PolicyVersion(social_account=account, number=number, form_no=0, **content)


def waiting_for_decision(sections: Iterable[int]) -> QuerySet[PolicyVersion]:
    """What chiefs and deputies of these sections have to decide, the longest waiting first."""
    return (
        PolicyVersion.objects.filter(
            state=PolicyState.AWAITING_DECISION, social_account__section__in=list(sections)
        )
        .select_related("social_account__section", "written_by__section")
        .order_by("written_at", "pk")
    )


def to_publish() -> QuerySet[PolicyVersion]:
    """What web admins have to publish."""
    return (
        PolicyVersion.objects.filter(state=PolicyState.DECIDED)
        .select_related("social_account__section", "decided_by__section")
        .order_by("effective_on", "pk")
    )


def with_versions(accounts: QuerySet[SocialAccount]) -> QuerySet[SocialAccount]:
    """The social accounts, each with its section and all its versions (`policy_versions`), oldest first."""
    versions = PolicyVersion.objects.select_related("written_by__section").order_by("number")
    return accounts.select_related("section", "requested_by__section").prefetch_related(
        Prefetch("policy_versions", versions)
    )


def for_site() -> QuerySet[SocialAccount]:
    """What citizens may see: accounts with a published policy, and those that were closed after operation.

    Training connections never appear. Each comes with its published versions (`published_versions`), oldest first.
    """
    published = PolicyVersion.objects.filter(state=PolicyState.PUBLISHED).order_by("effective_on", "number")
    listed = Q(
        state__in=[AccountState.APPROVED, AccountState.IN_OPERATION, AccountState.SUSPENDED],
        pk__in=published.values("social_account"),
    )
    closed = Q(state=AccountState.CLOSED, opened_at__isnull=False)
    return (
        SocialAccount.objects.exclude(connection=TRAINING)
        .filter(listed | closed)
        .select_related("section")
        .prefetch_related(Prefetch("policy_versions", published, to_attr="published_versions"))
        .order_by("section", "pk")
    )


def site_status() -> CitySite:
    return CitySite.objects.get(pk=1)


def accounts_under(restriction: Restriction | None) -> QuerySet[SocialAccount]:
    """The social accounts in the scope of that restriction; without one, of all that are in force."""
    rows = [restriction] if restriction else list(Restriction.objects.filter(ended_at__isnull=True))
    if any(row.scope == Scope.CITY for row in rows):
        return SocialAccount.objects.all()
    sections = [row.section_id for row in rows if row.scope == Scope.SECTION]
    accounts = [row.social_account_id for row in rows if row.social_account_id]
    return SocialAccount.objects.filter(Q(section__in=sections) | Q(pk__in=accounts))


_TARGETS = """
SELECT a.id, a.name, a.section_id, a.state, a.network, a.rulebooks, a.research, a.is_election_board,
       p.categories, p.hours_start, p.hours_end
  FROM accounts_socialaccount a LEFT JOIN policies_policyversion p ON p.id =
       (SELECT v.id FROM policies_policyversion v
         WHERE v.social_account_id = a.id AND v.state = 'published' AND v.effective_on <= %s
         ORDER BY v.effective_on DESC, v.number DESC LIMIT 1)
 WHERE a.id IN ({ids}) ORDER BY a.id
"""


@dataclass(frozen=True)
class Target:
    """A social account with what its policy in force says: item ウ (None without a policy), item エ's hours."""

    account: SocialAccount
    categories: list[str] | None
    opens: time | None
    closes: time | None


def targets(ids: Sequence[int], on: date) -> list[Target]:
    """What the rules look at of these social accounts, each with its policy in force, in one read."""
    found = rows(_TARGETS.format(ids=one_of(ids)), on, *ids)
    return [
        Target(
            _target(*row[:8]), None if row[8] is None else json.loads(row[8]), _clock(row[9]), _clock(row[10])
        )
        for row in found
    ]


def _target(
    pk: int, name: str, section: int, state: str, network: str, rulebooks: str, research: str, board: bool
) -> SocialAccount:
    return SocialAccount(
        pk=pk,
        name=name,
        section_id=section,
        state=state,
        network=network,
        rulebooks=json.loads(rulebooks),
        research=research,
        is_election_board=bool(board),
    )


def _clock(value: time | str | None) -> time | None:
    """SQLite keeps times as text."""
    return time.fromisoformat(value) if isinstance(value, str) else value
