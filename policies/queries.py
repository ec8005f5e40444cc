"""Reading policies: which version is in force, what waits for whom, what the city site shows."""

import json
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import SocialAccount
from accounts.sql import one_of, rows
from policies.models import CONTENT_FIELDS, OPEN_STATES, CitySite, PolicyVersion
from rules.states import AccountState, PolicyState

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


_TARGETS = """
SELECT a.id, a.name, a.section_id, a.state, a.network, a.rulebooks, a.research,
       (SELECT p.categories FROM policies_policyversion p
         WHERE p.social_account_id = a.id AND p.state = 'published' AND p.effective_on <= %s
         ORDER BY p.effective_on DESC, p.number DESC LIMIT 1)
  FROM accounts_socialaccount a WHERE a.id IN ({ids}) ORDER BY a.id
"""


def targets(ids: Sequence[int], on: date) -> list[tuple[SocialAccount, list[str] | None]]:
    """What the rules look at of these social accounts, each with item ウ of its policy in force, in one read."""
    found = rows(_TARGETS.format(ids=one_of(ids)), on, *ids)
    return [(_target(*row[:-1]), None if row[-1] is None else json.loads(row[-1])) for row in found]


def _target(
    pk: int, name: str, section: int, state: str, network: str, rulebooks: str, research: str
) -> SocialAccount:
    return SocialAccount(
        pk=pk,
        name=name,
        section_id=section,
        state=state,
        network=network,
        rulebooks=json.loads(rulebooks),
        research=research,
    )
