"""Which adapter serves which network by which connection, and what it needs to be told.

The only importer of adapters: adding a network's connection is adding a row here. Here must
not live: credentials at rest, Django, the rules.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeVar

from outbound.http import Client
from platforms.base import Adapter, Capabilities, Tokens
from platforms.bluesky import Bluesky
from platforms.counting import NETWORKS
from platforms.errors import NotConfigured, Unsupported
from platforms.line import Line
from platforms.manual import Manual
from platforms.mastodon import Mastodon
from platforms.training import Timeline, Training
from platforms.x import X

TRAINING: Final = "training"
MANUAL: Final = "manual"
_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Field:
    """One thing a connection needs to be told; a secret one is kept sealed and never shown again."""

    name: str
    label_ja: str
    is_secret: bool = False
    is_required: bool = True
    hint_ja: str = ""


@dataclass(frozen=True)
class _Kind:
    """A way of connecting to one network."""

    fields: tuple[Field, ...]
    capabilities: Capabilities
    make: Callable[[Mapping[str, str], Client, Tokens | None], Adapter]


def _line(told: Mapping[str, str], client: Client, tokens: Tokens | None) -> Adapter:
    return Line(told["base_url"], told["channel_id"], told["channel_secret"], client)


def _mastodon(told: Mapping[str, str], client: Client, tokens: Tokens | None) -> Adapter:
    return Mastodon(told["base_url"], told["access_token"], client)


def _x(told: Mapping[str, str], client: Client, tokens: Tokens | None) -> Adapter:
    return X(told["base_url"], told["handle"], _given(tokens, "認証情報"), client)


def _bluesky(told: Mapping[str, str], client: Client, tokens: Tokens | None) -> Adapter:
    return Bluesky(
        told["base_url"],
        told["identifier"],
        told["app_password"],
        client,
        web_base=told.get("web_base", ""),
    )


_KINDS: Final[Mapping[tuple[str, str], _Kind]] = MappingProxyType(
    {
        ("bluesky", "api"): _Kind(
            fields=(
                Field("base_url", "接続先", hint_ja="httpsで始まるURLです。例: https://bsky.social"),
                Field("identifier", "ハンドル", hint_ja="先頭の @ は付けません。例: kurashi.mihon.example"),
                Field("app_password", "アプリパスワード", is_secret=True),
                Field("web_base", "投稿を見るページのURL", is_required=False, hint_ja="例: https://bsky.app"),
            ),
            capabilities=Bluesky.capabilities,
            make=_bluesky,
        ),
        ("line", "api"): _Kind(
            fields=(
                Field("base_url", "接続先", hint_ja="https://api.line.me"),
                Field(
                    "channel_id",
                    "チャネルID",
                    hint_ja="LINE Developersの「チャネル基本設定」にある数字です。",
                ),
                Field("channel_secret", "チャネルシークレット", is_secret=True),
            ),
            capabilities=Line.capabilities,
            make=_line,
        ),
        ("mastodon", "api"): _Kind(
            fields=(
                Field(
                    "base_url", "接続先", hint_ja="httpsで始まるURLです。例: https://mastodon.mihon.example"
                ),
                Field(
                    "access_token",
                    "アクセストークン",
                    is_secret=True,
                    hint_ja="サーバーの「開発」の画面で作ります。範囲はread:accounts、read:statuses、write:statusesです。",
                ),
            ),
            capabilities=Mastodon.capabilities,
            make=_mastodon,
        ),
        ("x", "api"): _Kind(
            fields=(
                Field("base_url", "接続先", hint_ja="https://api.x.com"),
                Field("handle", "ユーザー名", hint_ja="先頭の @ は付けません。例: mihon_kanko"),
                Field(
                    "client_id",
                    "クライアントID",
                    hint_ja="X Developer Portalで作ったアプリのOAuth 2.0のIDです。",
                ),
                Field("client_secret", "クライアントシークレット", is_secret=True, is_required=False),
                Field("access_token", "アクセストークン", is_secret=True),
                Field(
                    "refresh_token",
                    "リフレッシュトークン",
                    is_secret=True,
                    is_required=False,
                    hint_ja="2時間ごとの更新に使います。なければ、2時間でつながらなくなります。",
                ),
            ),
            capabilities=X.capabilities,
            make=_x,
        ),
    }
)


def networks_by_api() -> tuple[str, ...]:
    """The networks that the program can send to by itself."""
    return tuple(network for network in NETWORKS if (network, "api") in _KINDS)


def supports(network: str, connection: str) -> bool:
    """Whether this program has an adapter for it."""
    return _needs_nothing(network, connection) or (network, connection) in _KINDS


def fields(network: str, connection: str) -> tuple[Field, ...]:
    """What the connection needs to be told. Raises Unsupported."""
    return () if _needs_nothing(network, connection) else _kind(network, connection).fields


def capabilities(network: str, connection: str) -> Capabilities:
    """What the connection can do. Raises Unsupported."""
    if _needs_nothing(network, connection):
        return (Manual if connection == MANUAL else Training).capabilities
    return _kind(network, connection).capabilities


def build(
    *,
    network: str,
    connection: str,
    config: Mapping[str, str],
    secret: Mapping[str, str],
    timeline: Timeline | None,
    client: Client | None,
    tokens: Tokens | None,
) -> Adapter:
    """The adapter. Raises Unsupported, NotConfigured."""
    if _needs_nothing(network, connection):
        by_hand = connection == MANUAL
        return Manual(network) if by_hand else Training(network, _given(timeline, "訓練タイムライン"))
    kind = _kind(network, connection)
    told = {each.name: (secret if each.is_secret else config).get(each.name, "") for each in kind.fields}
    for each in kind.fields:
        if each.is_required and not told[each.name].strip():
            raise NotConfigured(f"{each.label_ja}が設定されていません")
    return kind.make(told, _given(client, "外部への接続"), tokens)


def _needs_nothing(network: str, connection: str) -> bool:
    """Ways that every network we know has, and that no setting belongs to."""
    return connection in (TRAINING, MANUAL) and network in NETWORKS


def _kind(network: str, connection: str) -> _Kind:
    try:
        return _KINDS[network, connection]
    except KeyError:
        raise Unsupported(f"この接続には対応していません（{network}・{connection}）") from None


def _given(thing: _Thing | None, label_ja: str) -> _Thing:
    if thing is None:
        raise NotConfigured(f"{label_ja}が設定されていません")
    return thing
