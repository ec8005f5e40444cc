"""運用方針: writing a version, asking for its decision, deciding, returning, publishing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.acts import ActError, Deed, perform, signature
from accounts.models import SocialAccount, StaffMember
from policies import events
from policies.actions import site
from policies.actions.gate import raise_epoch
from policies.facts import NOTHING_ASKED, policy_facts
from policies.models import CONTENT_FIELDS, OPEN_STATES, PolicyVersion
from policies.queries import TRAINING, next_version
from policies.site.content import page_address
from policies.site.digest import digest_of
from policies.site.target import TargetError
from rules.calendar import day_of
from rules.facts import Asked
from rules.states import Verb
from rules.transitions import Transition


class PublishFailed(ActError):
    """The city site could not be written. The text says what happened, what is unchanged, and what to do."""

    def __init__(self, problem: str, record: str) -> None:
        super().__init__(
            f"{problem}運用方針はまだ公表していません。ホームページは前のままです。"
            "システム管理者に公表先を直してもらい、もう一度公表してください。"
        )
        self.problem, self.record = problem, record


def write(
    *,
    account: SocialAccount,
    content: Mapping[str, Any],
    by: StaffMember,
    now: datetime,
    form_no: int | None = None,
) -> PolicyVersion:
    """書く: the open draft, or a new version that starts as a copy of the last one. May be incomplete.

    `content` maps some of CONTENT_FIELDS to values; `form_no` 0 says that there was no draft yet. Refuses people
    who may not write, and a version that waits for its decision. Raises ActStale, ValidationError.
    """

    def store(version: PolicyVersion, row: Transition) -> Mapping[str, object]:
        changed = _put_content(version, content)
        version.written_by, version.written_at = by, now
        version.state, version.form_no = row.target or version.state, version.form_no + 1
        version.save()
        return {"version": version.number, "changed": changed, "digest": digest_of(version)}

    def lock() -> PolicyVersion:
        owner = _locked_account(account.pk)
        # A version not saved yet counts as the draft it will be: two who write the first one meet here.
        return _open_version(owner) or next_version(owner)

    return _perform(Verb.WRITE_POLICY, lock, store, by=by, now=now, form_no=form_no)


def ask_decision(
    *, version: PolicyVersion, by: StaffMember, now: datetime, form_no: int | None = None
) -> PolicyVersion:
    """決裁を頼む. Refuses empty items, a missing or too early day, and what the rulebooks want said."""

    def store(version: PolicyVersion, row: Transition) -> Mapping[str, object]:
        _move(version, row, returned_reason="")
        return {"version": version.number, "digest": digest_of(version)}

    return _act(Verb.ASK_DECISION, version, store, by=by, now=now, form_no=form_no)


def decide(
    *, version: PolicyVersion, by: StaffMember, now: datetime, form_no: int | None = None
) -> PolicyVersion:
    """決裁する: from here on the content never changes. Refuses everybody but the section's chief and deputies."""

    def store(version: PolicyVersion, row: Transition) -> Mapping[str, object]:
        _move(version, row, decided_by=by, decided_at=now, decided_as=by.with_title)
        return {
            "version": version.number,
            "digest": digest_of(version),
            "effective_on": version.effective_on,
        }

    return _act(Verb.DECIDE_POLICY, version, store, by=by, now=now, form_no=form_no)


def return_(
    *, version: PolicyVersion, reason: str, by: StaffMember, now: datetime, form_no: int | None = None
) -> PolicyVersion:
    """差し戻す, with the reason as it was written. Refuses a return without one."""

    def store(version: PolicyVersion, row: Transition) -> Mapping[str, object]:
        _move(version, row, returned_reason=reason.strip())
        return {"version": version.number, "reason": reason.strip()}

    asked = Asked(reason=reason)
    return _act(Verb.RETURN_POLICY, version, store, by=by, now=now, form_no=form_no, asked=asked)


def publish(*, version: PolicyVersion, by: StaffMember, now: datetime) -> PolicyVersion:
    """公表する: the site's files are written and read back first; only then is the version published.

    Again on a published version it writes the site anew. Raises PublishFailed when the folder refuses.
    """

    def store(version: PolicyVersion, row: Transition) -> Mapping[str, object]:
        first = {} if version.published_at else {"published_by": by, "published_at": now}
        _move(version, row, **first, published_url=_address(version))
        return {
            "version": version.number,
            "digest": digest_of(version),
            **site.payload(site.put_site(now=now)),
        }

    try:
        return _act(Verb.PUBLISH_POLICY, version, store, by=by, now=now)
    except TargetError as error:
        record = site.remember_problem(
            str(error),
            stream=_stream(version),
            event=events.POLICY_PUBLISH_FAILED,
            by=signature(by),
            now=now,
        )
        raise PublishFailed(str(error), record) from error


def _act(
    verb: Verb,
    version: PolicyVersion,
    store: Any,
    *,
    by: StaffMember,
    now: datetime,
    form_no: int | None = None,
    asked: Asked = NOTHING_ASKED,
) -> PolicyVersion:
    """One act on an existing version; the caller's object is brought up to date with what was written."""

    def lock() -> PolicyVersion:
        if verb == Verb.PUBLISH_POLICY:
            raise_epoch()  # a new version may allow fewer categories than the one in force
        _locked_account(version.social_account_id)
        return _locked_version(version.pk)

    done = _perform(verb, lock, store, by=by, now=now, form_no=form_no, asked=asked)
    version.refresh_from_db()
    return done


def _perform(
    verb: Verb,
    lock: Any,
    store: Any,
    *,
    by: StaffMember,
    now: datetime,
    form_no: int | None,
    asked: Asked = NOTHING_ASKED,
) -> PolicyVersion:
    deed = Deed(verb, lock, lambda row: policy_facts(row, day_of(now), asked=asked), store, _stream)
    return perform(deed, by=by, now=now, form_no=form_no)


def _locked_account(pk: int) -> SocialAccount:
    """The account's lock comes first; it also puts two writers of a first draft in a queue."""
    return SocialAccount.objects.select_for_update(of=("self",)).select_related("section").get(pk=pk)


def _locked_version(pk: int) -> PolicyVersion:
    versions = PolicyVersion.objects.select_for_update(of=("self",))
    return versions.select_related("social_account__section", "written_by").get(pk=pk)


def _open_version(account: SocialAccount) -> PolicyVersion | None:
    pk = account.policy_versions.filter(state__in=OPEN_STATES).values_list("pk", flat=True).first()
    return _locked_version(pk) if pk else None


def _put_content(version: PolicyVersion, content: Mapping[str, Any]) -> list[str]:
    """Set the fields, cleaned as the model says; the names of those that changed. ValueError for another name."""
    if unknown := content.keys() - set(CONTENT_FIELDS):
        raise ValueError(f"no content of a policy: {', '.join(sorted(unknown))}")
    before = {name: getattr(version, name) for name in content}
    for name, value in content.items():
        setattr(version, name, value)
    version.clean_fields(exclude={field.name for field in version._meta.fields} - set(content))
    return sorted(name for name in content if getattr(version, name) != before[name])


def _move(version: PolicyVersion, row: Transition, **fields: object) -> None:
    values: dict[str, object] = {**fields, "state": row.target, "form_no": version.form_no + 1}
    for name, value in values.items():
        setattr(version, name, value)
    version.save(update_fields=list(values))


def _address(version: PolicyVersion) -> str:
    """Where citizens find it; a training connection's policy is published nowhere."""
    account = version.social_account
    return "" if account.connection == TRAINING else page_address(account)


def _stream(version: PolicyVersion) -> str:
    return f"account:{version.social_account_id}"
