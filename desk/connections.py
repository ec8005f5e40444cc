"""接続の状態: how each social account's connection stands, by the newest thing a network told us. Reading only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, QuerySet, Subquery

from accounts.connections import BY_HAND
from accounts.models import ConnectionCheck, Credential, SocialAccount
from posts.models import Attempt, Delivery
from rules.states import OPEN

# What a look at a connection is called beside what an attempt to send came to (chips.CONNECTION).
_AS_ATTEMPT: Mapping[str, str] = {"ok": "accepted", "not_configured": "unset", "refused": "auth_expired"}
NEXT_STEPS: Mapping[str, str] = {
    "unset": "システム管理者が、接続を設定してください。",
    "auth_expired": "システム管理者が、つなぎ直してください。それまで、予約した投稿は出ません。",
    "not_sent": "仕組みがまた試します。1時間たっても変わらないときは、システム管理者に知らせてください。",
    "rate_limited": "サービスの制限が終わるまで待ちます。急ぐときは、所属長に相談してください。",
    "unknown": "届いたか分からない投稿があります。投稿のページで照合してください。",
    "rejected": "前の投稿は、内容が受け付けられませんでした。投稿のページで理由を確かめてください。",
}


@dataclass(frozen=True)
class Connection:
    """A social account and how its connection stands: `state` is a key of chips.CONNECTION, `at` when that was so.

    `waiting` deliveries go out over it next, the first at `next_at`.
    """

    account: SocialAccount
    state: str
    at: datetime | None
    detail: str
    found: str
    waiting: int
    next_at: datetime | None

    @property
    def next_step(self) -> str:
        return NEXT_STEPS.get(self.state, "")

    @property
    def is_sick(self) -> bool:
        return self.state in ("unset", "auth_expired")


def connections(accounts: QuerySet[SocialAccount]) -> list[Connection]:
    """Each of them, in four questions to the database."""
    last = Attempt.objects.filter(social_account=OuterRef("pk"), taken_by=None).order_by("-pk")
    rows = accounts.select_related("section", "connection_check").annotate(
        last_outcome=Subquery(last.values("outcome")[:1]),
        last_at=Subquery(last.values("armed_at")[:1]),
        last_detail=Subquery(last.values("detail")[:1]),
        sealed=Exists(Credential.objects.filter(social_account=OuterRef("pk"))),
    )
    found = list(rows.order_by("section", "pk"))
    waiting, first = _waiting(found)
    return [_connection(row, waiting[row.pk], first.get(row.pk)) for row in found]


def _waiting(accounts: Sequence[SocialAccount]) -> tuple[Counter[int], Mapping[int, datetime]]:
    rows = Delivery.objects.filter(social_account__in=accounts, state__in=OPEN)
    counted = rows.values_list("social_account").annotate(first=Min("due_at")).order_by()
    first = dict(counted.values_list("social_account", "first"))
    return Counter(rows.values_list("social_account", flat=True)), first


def _connection(account: SocialAccount, waiting: int, next_at: datetime | None) -> Connection:
    check: ConnectionCheck | None = getattr(account, "connection_check", None)
    state, at, detail = _state(account, check)
    found = f"@{check.handle}" if check is not None and check.handle else ""
    return Connection(account, state, at, detail, found, waiting, next_at)


def _state(account: SocialAccount, check: ConnectionCheck | None) -> tuple[str, datetime | None, str]:
    """未設定 until a credential is stored; then what was learnt last, by looking or by sending."""
    if account.connection == BY_HAND:
        return "by_hand", None, ""
    if account.connection == "api" and not account.sealed:  # type: ignore[attr-defined]  # annotated
        return "unset", None, ""
    sent_at = account.last_at  # type: ignore[attr-defined]
    if (
        check is not None
        and check.outcome != "unsupported"
        # What went out to somebody else's account makes a connection no better.
        and (sent_at is None or check.checked_at > sent_at or check.outcome == ConnectionCheck.REFUSED)
    ):
        return _AS_ATTEMPT.get(check.outcome, check.outcome), check.checked_at, check.detail
    return account.last_outcome or "untried", sent_at, account.last_detail or ""  # type: ignore[attr-defined]
