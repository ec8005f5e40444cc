"""From what the way out knows to what an adapter says, with words for staff. No network's meanings here."""

from collections.abc import Mapping
from typing import Final

from outbound.errors import OutboundError, Reason
from platforms.errors import NotSent, OutcomeUnknown

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
