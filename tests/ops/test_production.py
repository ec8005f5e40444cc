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


def test_admin_is_nowhere() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
