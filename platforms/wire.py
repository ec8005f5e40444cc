"""From what the way out knows to what an adapter says, with words for staff. No network's meanings here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from outbound.errors import OutboundError, Reason
from outbound.http import Response
from platforms.errors import NotSent, OutcomeUnknown, Refused

# Why what the network shows tells nothing.
TOO_MANY: Final = "そのあとの投稿が多すぎて、すべては読み返せません"
UNREADABLE: Final = "接続先の投稿を読み取れませんでした"
_MAX_WORDS: Final = 300
_MASK: Final = "●●●"
_JWT: Final = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")

_WORDS: Final[Mapping[Reason, str]] = {
    "address": "接続先が、接続してよい範囲の外にあります",
    "answer": "応答の途中で接続が切れました",
    "connect": "接続先につながりません",
    "dns": "接続先の名前が見つかりません",
    "host": "接続先が、接続を許可した一覧にありません",
    "proxy": "プロキシを通って接続できません",
    "request": "接続先の設定に、使えない文字があります",
    "scheme": "接続先は、httpsで始まるURLにしてください",
    "timeout": "時間内に応答がありませんでした",
    "tls": "接続先の証明書を確認できません",
    "too_large": "接続先の応答が大きすぎます",
    "too_many_hops": "接続先の転送が多すぎます",
}


def not_sent(error: OutboundError) -> NotSent:
    """For a call that publishes nothing, or of which nothing has left."""
    return NotSent(_WORDS[error.reason])


def outcome_unknown(error: OutboundError) -> OutcomeUnknown:
    """For a publishing call that may have arrived."""
    return OutcomeUnknown(_WORDS[error.reason])


def json_object(answer: Response) -> Mapping[str, object]:
    """The answer's JSON object; {} when it is something else, or no JSON at all."""
    data = _json(answer)
    return data if isinstance(data, dict) else {}


def json_list(answer: Response) -> Sequence[object] | None:
    """The answer's JSON list; None when it is something else: no list is not an empty one."""
    data = _json(answer)
    return data if isinstance(data, list) else None


def _json(answer: Response) -> object:
    try:
        return answer.json()
    except (ValueError, RecursionError):  # also what is no UTF-8, and brackets without end
        return None


def words(said: str, status: int, secrets: Iterable[str]) -> str:
    """What a network says, in one line for staff; never our own secrets, should it echo them."""
    for secret in secrets:
        if secret:
            said = said.replace(secret, _MASK)
    shown = " ".join(_JWT.sub(_MASK, said).split())
    return shown[:_MAX_WORDS] or f"HTTP {status}"


def checked_text(text: str) -> str:
    """The text, if it can be sent at all. Raises Refused."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Refused("本文に、文字として送れない符号があります")
    return text


def unix_moment(text: str) -> datetime | None:
    """Seconds of the Unix clock, as headers tell the end of a rate limit's window; None for nonsense."""
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def iso_moment(told: object) -> datetime:
    """An instant as networks write it. Raises NotSent when it is none: then nothing is certain."""
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        raise NotSent(UNREADABLE) from None
    if moment.tzinfo is None:
        raise NotSent(UNREADABLE)
    return moment
