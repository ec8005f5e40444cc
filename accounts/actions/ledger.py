"""認証情報の台帳: recording a change of a credential, and asking for one. Never the secret itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from accounts.acts import Deed, perform
from accounts.ledger import NEVER_RECORDED, ledger_facts
from accounts.models import LedgerEntry, SocialAccount, StaffMember
from rules.asked import Asked
from rules.calendar import day_of
from rules.registered import LedgerLine
from rules.states import Verb
from rules.transitions import Transition


@dataclass(frozen=True)
class Change:
    """What is written down: who holds it, when it was last changed, and how it is guarded."""

    holder: StaffMember | None
    changed_on: date | None
    two_factor: bool = False
    recovery: str = ""
    note: str = ""


def record(
    *, account: SocialAccount, change: Change, by: StaffMember, now: datetime, form_no: int | None = None
) -> LedgerEntry:
    """台帳に書く. What was to be changed since before that day is done with it. Raises ActStale.

    Refuses nobody as holder, a day that has not come, and an address for recovery that is not the city's.
    """

    def facts(row: LedgerEntry) -> LedgerLine:
        for name, value in vars(change).items():
            setattr(row, name, value)
        return ledger_facts(row, on=day_of(now))

    def write(row: LedgerEntry, _: Transition) -> Mapping[str, object]:
        if row.rotate_since and change.changed_on and change.changed_on >= row.rotate_since:
            row.rotate_since, row.rotate_reason = None, ""
        _save(row, by, now)
        holder = change.holder.with_title if change.holder else ""
        return {**vars(change), "holder": holder, "changed_on": change.changed_on}

    deed = Deed(Verb.RECORD_CREDENTIAL, lambda: _locked(account), facts, write, _stream)
    return perform(deed, by=by, now=now, form_no=form_no)


def ask_rotation(*, account: SocialAccount, reason: str, by: StaffMember, now: datetime) -> LedgerEntry:
    """認証情報の変更を頼む, from today on. Refuses to ask without a reason."""
    deed = ask_rotation_deed(account=account, reason=reason, since=day_of(now), by=by, now=now)
    return perform(deed, by=by, now=now)


def ask_rotation_deed(
    *, account: SocialAccount, reason: str, since: date, by: StaffMember, now: datetime
) -> Deed[LedgerEntry]:
    """The act itself, for whoever does several together."""

    def facts(row: LedgerEntry) -> LedgerLine:
        return ledger_facts(row, on=day_of(now), asked=Asked(reason=reason))

    def write(row: LedgerEntry, _: Transition) -> Mapping[str, object]:
        # Of two that ask, the later day counts: a change made between them has not answered the second.
        row.rotate_since = max(row.rotate_since or since, since)
        row.rotate_reason = reason.strip()[:200]
        _save(row, by, now)
        return {"reason": reason, "since": row.rotate_since}

    return Deed(Verb.ASK_ROTATION, lambda: _locked(account), facts, write, _stream)


def note_connected(*, account: SocialAccount, by: StaffMember, now: datetime) -> None:
    """A new secret for the network is a change, too: its day goes into the ledger, within the act that set it.

    The caller holds the account's lock. What was asked for stays asked for until somebody records it as done: a key of
    our own shuts nobody out who knows the account's password.
    """
    row = _line_of(account)
    row.changed_on = day_of(now)
    _save(row, by, now)


def _locked(account: SocialAccount) -> LedgerEntry:
    """The account's line under lock. The account's own row is the lock, for there may be no line yet."""
    held = SocialAccount.objects.select_for_update(no_key=True, of=("self",)).select_related("section")
    return _line_of(held.get(pk=account.pk))


def _line_of(account: SocialAccount) -> LedgerEntry:
    """Its line; where nothing was recorded yet an empty one, whose number no form of a recorded line has."""
    entry = LedgerEntry.objects.filter(social_account=account).select_related("holder").first()
    entry = entry or LedgerEntry(form_no=NEVER_RECORDED)
    entry.social_account = account
    return entry


def _save(row: LedgerEntry, by: StaffMember, now: datetime) -> None:
    row.form_no += 1
    row.recorded_by, row.recorded_at = by, now
    row.save()


def _stream(row: LedgerEntry) -> str:
    return f"account:{row.social_account_id}"
