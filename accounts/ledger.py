"""認証情報の台帳: each social account's line, what is owed on it, and since when. Reading only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from accounts.facts import approver_people
from accounts.models import LedgerEntry, Section, SocialAccount, StaffMember
from rules.asked import Asked
from rules.calendar import months_after
from rules.registered import LedgerLine
from rules.states import NOT_STAFF, AccountState

NOBODY_ASKED = Asked()
# The number of a line that nobody has written in: the first record gives it 1.
NEVER_RECORDED = 0


@dataclass(frozen=True)
class Line:
    """One social account with its entry, if there is one. `owed` says in words what is to be done about it."""

    account: SocialAccount
    entry: LedgerEntry | None
    due_on: date | None
    owed: Sequence[str]
    is_old: bool = False
    holder_gone: bool = False

    @property
    def must_change(self) -> bool:
        """The credential itself is to be changed: asked for, too old, or its holder went."""
        asked = self.entry is not None and self.entry.rotate_since is not None
        return asked or self.is_old or self.holder_gone

    @property
    def form_no(self) -> int:
        return self.entry.form_no if self.entry else NEVER_RECORDED

    @property
    def is_owed(self) -> bool:
        return bool(self.owed)


def lines(on: date, sections: Iterable[int] | None = None) -> list[Line]:
    """Every social account in use, those that something is owed on first; of these sections, or of all."""
    accounts = SocialAccount.objects.exclude(state=AccountState.CLOSED).select_related(
        "section", "ledger__holder__section", "ledger__recorded_by__section"
    )
    rows = accounts if sections is None else accounts.filter(section__in=sections)
    found = [line_of(account, on) for account in rows.order_by("section", "pk")]
    return sorted(found, key=lambda line: not line.is_owed)


def line_of(account: SocialAccount, on: date) -> Line:
    entry = entry_of(account)
    due_on = (
        months_after(entry.changed_on, settings.CREDENTIAL_MONTHS) if entry and entry.changed_on else None
    )
    is_old = due_on is not None and due_on <= on
    gone = entry is not None and entry.holder is not None and not _belongs(entry.holder, account.section)
    return Line(account, entry, due_on, tuple(_owed(entry, is_old, gone)), is_old, gone)


def entry_of(account: SocialAccount) -> LedgerEntry | None:
    return getattr(account, "ledger", None)


def _owed(entry: LedgerEntry | None, is_old: bool, gone: bool) -> Iterable[str]:
    """The change itself first, then what its line lacks."""
    if entry is not None and entry.rotate_since is not None:
        yield f"パスワードなどを変えてください（{entry.rotate_reason}）。"
    elif is_old:
        yield f"最後に変えてから{settings.CREDENTIAL_MONTHS}か月たちました。変えてください。"
    if gone:
        yield "管理する職員が、担当の所属にいません。パスワードなどを変えて、ほかの職員にしてください。"
    if entry is None or entry.changed_on is None:
        yield "管理する職員も、最後に変えた日も、まだ記録がありません。"
        return
    if entry.holder is None:
        yield "管理する職員の記録がありません。担当の所属から選んでください。"
    if not entry.two_factor:
        yield "2要素認証を使っていません。使う設定に変えてください。"
    if not entry.recovery:
        yield "復旧用のメールアドレスの記録がありません。市のアドレスにしてください。"


def _belongs(holder: StaffMember, section: Section) -> bool:
    """Of the section that owns the account, or of the one above it, and still here."""
    return holder.is_active and holder.section_id in (section.pk, section.parent_id)


def ledger_facts(entry: LedgerEntry, *, on: date, asked: Asked = NOBODY_ASKED) -> LedgerLine:
    """The line as it would be, as the rules see it."""
    account, holder = entry.social_account, entry.holder
    return LedgerLine(
        id=account.pk,
        name=account.name,
        section=account.section_id,
        holder=holder.pk if holder else None,
        holder_able=holder is not None and _is_able(holder),
        changed_on=entry.changed_on,
        recovery=entry.recovery,
        recovery_of_city=is_of_city(entry.recovery),
        approvers=approver_people([account.section_id], on).get(account.section_id, ()),
        books=tuple(account.rulebooks),
        asked=asked,
    )


def _is_able(holder: StaffMember) -> bool:
    return holder.is_active and not holder.is_elected and holder.employment not in NOT_STAFF


def is_of_city(address: str) -> bool:
    """Whether the address is in one of the city's domains; where none is set, nobody can tell, and all pass."""
    domain = address.rpartition("@")[2].lower()
    domains = [name.lower().lstrip("@") for name in settings.CITY_MAIL_DOMAINS]
    return not domains or any(domain == name or domain.endswith(f".{name}") for name in domains)
