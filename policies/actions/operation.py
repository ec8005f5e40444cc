"""公式アカウント台帳: requesting, approving, opening, suspending, resuming and closing; connecting to the network."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import IntegrityError
from guardian.shortcuts import assign_perm

from accounts.actions import credentials
from accounts.actions.ledger import note_connected
from accounts.acts import ActError, Deed, perform, signature
from accounts.models import Section, SocialAccount, StaffMember
from policies.actions import site
from policies.actions.gate import raise_epoch
from policies.facts import NOTHING_ASKED, account_facts_of
from policies.queries import TRAINING
from rules.calendar import day_of
from rules.facts import Asked
from rules.states import AccountState, Verb
from rules.transitions import Transition

Write = Callable[[SocialAccount, Transition], Mapping[str, object]]


class AlreadyRegistered(ActError):
    """Somebody entered a social account with this name, address or handle at the same moment."""


class Entry(TypedDict):
    """What an entry of the register says when it is requested."""

    section: Section
    name: str
    network: str
    connection: str
    handle: str
    url: str
    rulebooks: Sequence[str]
    research: str
    purpose: str


def request(*, by: StaffMember, now: datetime, **entry: Unpack[Entry]) -> SocialAccount:
    """開設を申し出る: a new entry of the register. Refuses people outside the section who are no web admins.

    Raises AlreadyRegistered when the name, the address or the handle is in the register.
    """
    rulebooks = list(entry["rulebooks"])
    account = SocialAccount(**{**entry, "rulebooks": rulebooks}, requested_by=by, requested_at=now)

    def store(account: SocialAccount, row: Transition) -> Mapping[str, object]:
        account.state = row.target or account.state
        account.save(force_insert=True)
        said = ("name", "network", "connection", "handle", "url", "rulebooks")
        return {name: getattr(account, name) for name in said}

    return _request(account, store, by, now)


def _request(account: SocialAccount, store: Write, by: StaffMember, now: datetime) -> SocialAccount:
    deed = Deed(
        Verb.REQUEST_ACCOUNT,
        lambda: account,
        lambda row: account_facts_of(row, day_of(now)),
        store,
        lambda row: _stream(row) if row.pk else f"staff:{by.pk}",
        new=True,
    )
    try:
        return perform(deed, by=by, now=now)
    except IntegrityError as error:
        raise AlreadyRegistered(
            "同じ名前・URL・ユーザー名の公式アカウントが、もう台帳にあります。"
        ) from error


def approve(
    *, account: SocialAccount, by: StaffMember, now: datetime, form_no: int | None = None
) -> SocialAccount:
    """開設を認める. Refuses, under rulebooks that want it, a service nobody looked into."""
    return _act(Verb.APPROVE_ACCOUNT, account, _moving(), by=by, now=now, form_no=form_no)


def open_(
    *, account: SocialAccount, by: StaffMember, now: datetime, form_no: int | None = None
) -> SocialAccount:
    """運用を始める: whoever asked for it may draft from now on. Refuses an account without a policy in force."""
    moving = _moving(opened_at=now)

    def store(account: SocialAccount, row: Transition) -> Mapping[str, object]:
        if account.requested_by is not None:
            assign_perm("accounts.draft", account.requested_by, account)
        return {**moving(account, row), "may_draft": str(account.requested_by or "")}

    done = _act(Verb.OPEN_ACCOUNT, account, store, by=by, now=now, form_no=form_no)
    return _shown(done, by, now)


def suspend(
    *, account: SocialAccount, reason: str, by: StaffMember, now: datetime, form_no: int | None = None
) -> SocialAccount:
    """休止する: from this moment on nothing is armed any more. Refuses a suspension without a reason."""
    done = _narrow(Verb.SUSPEND_ACCOUNT, account, reason, _moving(reason), by=by, now=now, form_no=form_no)
    return _shown(done, by, now)


def resume(
    *, account: SocialAccount, by: StaffMember, now: datetime, form_no: int | None = None
) -> SocialAccount:
    """再開する. Refuses an account without a policy in force."""
    done = _act(Verb.RESUME_ACCOUNT, account, _moving(), by=by, now=now, form_no=form_no)
    return _shown(done, by, now)


def close(
    *, account: SocialAccount, reason: str, by: StaffMember, now: datetime, form_no: int | None = None
) -> SocialAccount:
    """運用を終える, for good: the entry stays in the register. Refuses a closing without a reason."""
    write = _moving(reason, closed_at=now, closed_reason=reason.strip())
    done = _narrow(Verb.CLOSE_ACCOUNT, account, reason, write, by=by, now=now, form_no=form_no)
    return _shown(done, by, now)


def set_credential(
    *,
    account: SocialAccount,
    config: Mapping[str, str],
    secret: Mapping[str, str],
    by: StaffMember,
    now: datetime,
    form_no: int | None = None,
) -> SocialAccount:
    """接続を設定する. `secret` holds what is new: all else that is stored stays. A new one is a change in
    認証情報の台帳, too. Refuses everybody but system admins.

    The record gets the key's id and the names of what changed, never a value.
    """

    def store(account: SocialAccount, row: Transition) -> Mapping[str, object]:
        changed = sorted(name for name, value in config.items() if account.config.get(name, "") != value)
        account.config, account.form_no = dict(config), account.form_no + 1
        account.save(update_fields=["config", "form_no"])
        key_id = ""
        if secret:
            key_id = credentials.seal(account=account, typed=secret, by=by, now=now).key_id
            note_connected(account=account, by=by, now=now)
        return {"changed": [*changed, *sorted(secret)], "key": key_id}

    return _act(Verb.SET_CREDENTIAL, account, store, by=by, now=now, form_no=form_no)


def mark_board(
    *, account: SocialAccount, is_board: bool, by: StaffMember, now: datetime, form_no: int | None = None
) -> SocialAccount:
    """選挙管理委員会の公式アカウントとする (or no longer): it may name who stands. Refuses everybody but the chief."""

    def store(account: SocialAccount, row: Transition) -> Mapping[str, object]:
        account.is_election_board, account.form_no = is_board, account.form_no + 1
        account.save(update_fields=["is_election_board", "form_no"])
        return {"is_election_board": is_board}

    return _act(Verb.MARK_BOARD, account, store, by=by, now=now, form_no=form_no)


def _moving(reason: str = "", **fields: object) -> Write:
    """Write the table's target state, and whatever goes with it."""

    def store(account: SocialAccount, row: Transition) -> Mapping[str, object]:
        values: dict[str, object] = {**fields, "state": row.target, "form_no": account.form_no + 1}
        for name, value in values.items():
            setattr(account, name, value)
        account.save(update_fields=list(values))
        return {"reason": reason.strip()} if reason else {}

    return store


def _act(
    verb: Verb,
    account: SocialAccount,
    store: Write,
    *,
    by: StaffMember,
    now: datetime,
    form_no: int | None,
    asked: Asked = NOTHING_ASKED,
    first: Callable[[], object] = lambda: None,
) -> SocialAccount:
    """One act on an entry of the register; `first` takes a lock that comes before the account's."""

    def lock() -> SocialAccount:
        first()
        rows = SocialAccount.objects.select_for_update(of=("self",)).select_related("section")
        return rows.get(pk=account.pk)

    deed = Deed(verb, lock, lambda row: account_facts_of(row, day_of(now), asked=asked), store, _stream)
    done = perform(deed, by=by, now=now, form_no=form_no)
    account.refresh_from_db()
    return done


def _narrow(
    verb: Verb,
    account: SocialAccount,
    reason: str,
    store: Write,
    *,
    by: StaffMember,
    now: datetime,
    form_no: int | None,
) -> SocialAccount:
    """An act that stops sending: it takes the gate first, and a refusal gives the gate back unchanged."""
    asked = Asked(reason=reason)
    return _act(verb, account, store, by=by, now=now, form_no=form_no, asked=asked, first=raise_epoch)


def _shown(account: SocialAccount, by: StaffMember, now: datetime) -> SocialAccount:
    """Bring the public register up to date. Its failure is remembered and warned of, and blocks nothing."""
    was_public = account.opened_at is not None or account.state != AccountState.CLOSED
    if account.connection != TRAINING and was_public:
        site.refresh(by=signature(by), now=now)
    return account


def _stream(account: SocialAccount) -> str:
    return f"account:{account.pk}"
