"""A production start: clean under Django's deployment checks, stopped by what is missing or weak."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def manage(*arguments: str, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_production_passes_the_deployment_checks(production_env: dict[str, str]) -> None:
    result = manage("check", "--deploy", "--fail-level", "WARNING", env=production_env)
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "CREDENTIAL_KEYS"])
def test_production_does_not_start_when_a_secret_is_missing(
    name: str, production_env: dict[str, str]
) -> None:
    del production_env[f"{name}_FILE"]
    result = manage("check", env=production_env)
    assert result.returncode != 0
    assert f"{name} が設定されていません。 Run `make secrets`" in result.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "CREDENTIAL_KEYS"])
def test_production_does_not_start_when_a_secret_is_weak(name: str, production_env: dict[str, str]) -> None:
    del production_env[f"{name}_FILE"]
    result = manage("check", env=production_env | {name: "k1:password"})
    assert result.returncode != 0
    assert f"ImproperlyConfigured: {name} " in result.stderr
    assert "password" not in result.stderr


@pytest.mark.clause("mima:9-2")
@pytest.mark.parametrize("value", [None, "", "どこでも"])
def test_production_does_not_start_without_the_citys_networks(
    value: str | None, production_env: dict[str, str]
) -> None:
    del production_env["CITY_NETWORKS"]
    result = manage("check", env=production_env | ({} if value is None else {"CITY_NETWORKS": value}))
    assert result.returncode != 0
    assert "ImproperlyConfigured: CITY_NETWORKS " in result.stderr


@pytest.mark.parametrize("name", ["CITY_HOURS", "TRUSTED_PROXIES"])
def test_production_does_not_start_when_a_setting_cannot_be_read(
    name: str, production_env: dict[str, str]
) -> None:
    result = manage("check", env=production_env | {name: "いつも"})
    assert result.returncode != 0
    assert f"ImproperlyConfigured: {name} は" in result.stderr


@pytest.mark.clause("mima:9-1")
def test_production_keeps_the_common_hours_when_nobody_says_otherwise(production_env: dict[str, str]) -> None:
    shown = "from django.conf import settings as s; print(s.CITY_OPENS, s.CITY_CLOSES, s.CITY_ALWAYS_OPEN)"
    result = manage("shell", "--no-imports", "-c", shown, env=production_env)
    assert result.stdout.split() == ["08:30:00", "17:15:00", "False"], result.stderr


def test_admin_is_nowhere() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
