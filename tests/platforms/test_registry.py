"""Which connections there are, what they need, and what is said when something is missing."""

from collections.abc import Mapping
from datetime import datetime
from typing import get_args

import pytest

from outbound.errors import NoAnswer, NotConnected, Reason
from outbound.http import Client
from platforms import registry
from platforms.base import Adapter
from platforms.bluesky import Bluesky
from platforms.counting import networks
from platforms.errors import NotConfigured, NotSent, Unsupported
from platforms.training import Training
from platforms.wire import not_sent, outcome_unknown

CONFIG = {"base_url": "https://pds.example", "identifier": "koho.example"}
SECRET = {"app_password": "abcd-efgh"}


class Nowhere:
    def publish(self, *, key: str, text: str, at: datetime) -> str:
        return key


def build(
    network: str, connection: str, config: Mapping[str, str], secret: Mapping[str, str], client: Client | None
) -> Adapter:
    return registry.build(
        network=network,
        connection=connection,
        config=config,
        secret=secret,
        timeline=Nowhere(),
        client=client,
        tokens=None,
    )


def test_bluesky_is_built_when_everything_is_told(client: Client) -> None:
    assert isinstance(build("bluesky", "api", CONFIG, SECRET, client), Bluesky)


@pytest.mark.parametrize("network", networks())
def test_training_is_built_when_the_network_has_a_name(network: str) -> None:
    adapter = build(network, "training", {}, {}, None)
    assert isinstance(adapter, Training)
    assert registry.supports(network, "training")
    assert registry.fields(network, "training") == ()
    assert registry.capabilities(network, "training") is adapter.capabilities


@pytest.mark.parametrize("connection", [("tiktok", "api"), ("fax", "manual"), ("fax", "training"), ("", "")])
def test_connection_is_unsupported_when_there_is_no_adapter(connection: tuple[str, str]) -> None:
    assert not registry.supports(*connection)
    for question in (registry.fields, registry.capabilities):
        with pytest.raises(Unsupported):
            question(*connection)
    with pytest.raises(Unsupported):
        build(*connection, CONFIG, SECRET, None)


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("base_url", "接続先が設定されていません"),
        ("identifier", "ハンドルが設定されていません"),
        ("app_password", "アプリパスワードが設定されていません"),
    ],
)
@pytest.mark.parametrize(
    "left", [{}, {"base_url": " ", "identifier": "", "app_password": "　"}], ids=["gone", "blank"]
)
def test_connection_is_not_configured_when_a_field_is_missing(
    client: Client, missing: str, words: str, left: dict[str, str]
) -> None:
    told = {key: value for key, value in {**CONFIG, **SECRET}.items() if key != missing}
    told |= {missing: left[missing]} if left else {}
    with pytest.raises(NotConfigured) as caught:
        build("bluesky", "api", told, told, client)
    assert caught.value.detail == words
    assert isinstance(caught.value, NotSent)


def test_secret_is_not_taken_from_the_open_settings_when_it_is_missing(client: Client) -> None:
    with pytest.raises(NotConfigured):
        build("bluesky", "api", CONFIG | SECRET, {}, client)


def test_nothing_defaults_to_a_public_service_when_the_fields_are_listed() -> None:
    fields = {field.name: field for field in registry.fields("bluesky", "api")}
    assert [name for name, field in fields.items() if field.is_secret] == ["app_password"]
    assert [name for name, field in fields.items() if not field.is_required] == ["web_base"]


def test_connection_is_not_configured_when_there_is_no_timeline_and_no_client() -> None:
    for network, connection in (("x", "training"), ("bluesky", "api")):
        with pytest.raises(NotConfigured):
            registry.build(
                network=network,
                connection=connection,
                config=CONFIG,
                secret=SECRET,
                timeline=None,
                client=None,
                tokens=None,
            )


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_words_for_staff_when_a_call_comes_to_nothing(reason: Reason) -> None:
    assert not not_sent(NotConnected(reason, "host")).detail.isascii()
    assert not outcome_unknown(NoAnswer(reason, "host")).detail.isascii()
