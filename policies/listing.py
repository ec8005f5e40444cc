"""運用方針の一覧: where each social account's policy stands, and in whose hands it is next. Reading only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.facts import approver_people
from accounts.models import SocialAccount
from accounts.queries import register
from policies.models import OPEN_STATES, PolicyVersion
from policies.queries import with_versions
from rules.facts import Person
from rules.states import AccountState, PolicyState


@dataclass(frozen=True)
class Row:
    """One social account. `latest` is its newest version, `current` the one in force, `coming` the next after it."""

    account: SocialAccount
    latest: PolicyVersion | None
    current: PolicyVersion | None
    coming: PolicyVersion | None
    deciders: str

    @property
    def stage(self) -> str:
        """What the next step is: write, go_on, decide, publish, or none while a published version applies."""
        if self.latest is None:
            return "write"
        stages = {
            PolicyState.DRAFTING: "go_on",
            PolicyState.AWAITING_DECISION: "decide",
            PolicyState.DECIDED: "publish",
        }
        return stages.get(PolicyState(self.latest.state), "none")

    @property
    def is_returned(self) -> bool:
        return self.stage == "go_on" and bool(self.latest and self.latest.returned_reason)

    @property
    def chip(self) -> str:
        if self.latest is None:
            return ""
        return "returned" if self.is_returned else str(self.latest.state)


def overview(on: date) -> list[Row]:
    """Every social account that is not closed."""
    accounts = list(with_versions(register().exclude(state=AccountState.CLOSED)))
    deciders = approver_people({account.section_id for account in accounts}, on)
    return [row_of(account, deciders.get(account.section_id, ()), on) for account in accounts]


def row_of(account: SocialAccount, deciders: Iterable[Person], on: date) -> Row:
    """`account` comes from `with_versions`: its versions are at hand."""
    versions = list(account.policy_versions.all())
    published = sorted(
        (version for version in versions if version.state == PolicyState.PUBLISHED),
        key=lambda version: (version.effective_on, version.number),
    )
    return Row(
        account,
        latest=versions[-1] if versions else None,
        current=next((version for version in reversed(published) if _applies(version, on)), None),
        coming=next((version for version in published if not _applies(version, on)), None),
        deciders="、".join(person.name for person in deciders),
    )


def version_before(version: PolicyVersion, others: Sequence[PolicyVersion], on: date) -> PolicyVersion | None:
    """What a version is compared with: the one in force, or for that one and older ones the one before it."""
    done = [other for other in others if other.state not in OPEN_STATES and other.number < version.number]
    applying = [other for other in done if other.state == PolicyState.PUBLISHED and _applies(other, on)]
    return max(applying or done, key=lambda other: other.number, default=None)


def _applies(version: PolicyVersion, on: date) -> bool:
    return version.effective_on is not None and version.effective_on <= on
