"""Values from the environment: what production accepts, and the sentence when it does not."""

import base64
from datetime import time
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from scripts import make_secrets
from sns_governance import env

STRONG = "q7Gk2Lw9Zx4Vb8Nm1Rt6Yp3Hs5Jd0FcQeUaIoXzKvWnBgTmRy-_PlMk"


def ring(*keys: bytes) -> str:
    return ",".join(f"k{i}:{base64.b64encode(key).decode()}" for i, key in enumerate(keys))


def test_secret_comes_from_its_file_when_only_the_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text(STRONG + "\n", encoding="utf-8")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert env.secret("SECRET_KEY", strict=True) == STRONG


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("", "設定されていません"),
        (STRONG[:49], "50文字以上"),
        ("ab" * 40, "繰り返し"),
        ("django-insecure-" + STRONG, "見本の値"),
        (env._DEVELOPMENT_SECRET, "見本の値"),
    ],
)
def test_secret_stops_production_with_a_hint_when_weak(
    value: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", value)
    with pytest.raises(ImproperlyConfigured, match=fault) as refused:
        env.secret("SECRET_KEY", strict=True)
    assert "make secrets" in str(refused.value)
    assert not value or value not in str(refused.value)


def test_secret_has_a_known_value_in_development_when_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("SECRET_KEY_FILE", raising=False)
    assert env.weakness(env.secret("SECRET_KEY", strict=False)) == "見本の値です"


def test_secret_is_refused_when_given_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text(STRONG, encoding="utf-8")
    monkeypatch.setenv("SECRET_KEY", STRONG)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="両方"):
        env.secret("SECRET_KEY", strict=True)


def test_secret_names_the_file_when_it_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match="nowhere"):
        env.secret("SECRET_KEY", strict=True)


def test_key_ring_keeps_its_order_when_several_keys_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [bytes(range(start, start + 32)) for start in (0, 40, 80)]
    monkeypatch.setenv("CREDENTIAL_KEYS", ring(*keys))
    assert list(env.credential_keys(strict=True).items()) == [(f"k{i}", key) for i, key in enumerate(keys)]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("", "設定されていません"),
        (ring(bytes(range(31))), "32バイト"),
        (ring(b"a" * 32), "弱すぎます"),
        (env._DEVELOPMENT_KEYS, "弱すぎます"),
        ("k1:これは鍵ではない", "Base64"),
        ("k1", "32バイト"),
        (ring(bytes(range(32))) + ",", "名前"),
        (ring(bytes(range(32))) + "," + ring(bytes(range(32))), "重なって"),
    ],
)
def test_key_ring_stops_production_when_a_key_is_wrong(
    value: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIAL_KEYS", value)
    with pytest.raises(ImproperlyConfigured, match=fault):
        env.credential_keys(strict=True)


def test_made_secrets_are_strong_closed_and_kept_when_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "secrets"
    made = make_secrets.make(folder, make_secrets.APPLICATION)
    before = {path.name: path.read_text(encoding="utf-8") for path in made}
    monkeypatch.setenv("CREDENTIAL_KEYS", before["credential_keys"])
    assert env.weakness(before["secret_key"]) == ""
    assert len(env.credential_keys(strict=True)) == 1
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert make_secrets.make(folder, make_secrets.APPLICATION) == []
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("value", "opens", "closes"),
    [
        ("", time(8, 30), time(17, 15)),
        ("9:00-18:00", time(9), time(18)),
        ("08:30-17:15", time(8, 30), time(17, 15)),
        (" 8:30-17:15 ", time(8, 30), time(17, 15)),
        ("0:00-0:00", time(0), time(0)),
    ],
)
def test_hours_are_read_as_they_are_written(
    value: str, opens: time, closes: time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITY_HOURS", value)
    assert env.hours("CITY_HOURS", default="8:30-17:15") == (opens, closes)


@pytest.mark.parametrize(
    "value",
    ["9", "9-18", "9:00", "24:00-25:00", "8:60-17:15", "8:30〜17:15", "8:30 - 17:15", "8:30-17:15-20:00"],
)
def test_hours_that_cannot_be_read_stop_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_HOURS", value)
    with pytest.raises(ImproperlyConfigured, match="CITY_HOURS は 8:30-17:15 のように"):
        env.hours("CITY_HOURS", default="8:30-17:15")


def test_networks_are_read_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_NETWORKS", " 10.20.0.0/16, 2001:db8::/32 ,192.168.1.7,")
    found = env.networks("CITY_NETWORKS", strict=True)
    assert found == (ip_network("10.20.0.0/16"), ip_network("2001:db8::/32"), ip_network("192.168.1.7/32"))


@pytest.mark.parametrize("value", ["", " "])
def test_networks_may_be_missing_except_in_production(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_NETWORKS", value)
    assert env.networks("CITY_NETWORKS", strict=False) == ()
    with pytest.raises(ImproperlyConfigured, match="CITY_NETWORKS が設定されていません"):
        env.networks("CITY_NETWORKS", strict=True)


@pytest.mark.parametrize("value", ["10.20.0.0/33", "10.20.0.5/16", "庁内", "10.20.0.0/16;10.21.0.0/16", ","])
def test_networks_that_cannot_be_read_stop_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is misspelt must not open or close the door; nor must a list of nothing."""
    monkeypatch.setenv("CITY_NETWORKS", value)
    with pytest.raises(ImproperlyConfigured, match="CITY_NETWORKS"):
        env.networks("CITY_NETWORKS", strict=True)


@pytest.mark.parametrize("said", ["0", "-5", "1.5", "三十", "30分"])
def test_time_that_something_lasts_is_a_whole_number_above_nothing(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("HAND_MINUTES", said)
    with pytest.raises(ImproperlyConfigured, match="HAND_MINUTES は1以上の整数"):
        env.positive("HAND_MINUTES", default=30)


def test_time_that_something_lasts_is_the_default_when_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HAND_MINUTES", raising=False)
    assert env.positive("HAND_MINUTES", default=30) == 30
    monkeypatch.setenv("HAND_MINUTES", "45")
    assert env.positive("HAND_MINUTES", default=30) == 45
