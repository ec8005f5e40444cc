"""/healthz says whether the web process can serve, to anybody, and nothing else."""

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from scripts import healthcheck


@pytest.mark.django_db
def test_health_is_ok_when_the_database_is_migrated(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"database": "ok"})


@pytest.mark.django_db
def test_health_is_503_when_a_migration_is_pending(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"database": "migrations pending"})


def test_health_is_503_when_the_database_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer(self: MigrationExecutor, *arguments: object) -> None:
        raise OperationalError("password authentication failed for user sns")

    monkeypatch.setattr(MigrationExecutor, "__init__", no_answer)
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"database": "unreachable"})


@pytest.mark.parametrize(
    ("hosts", "asked"),
    [
        ("", "localhost"),
        ("*", "localhost"),
        (".city.example, b.example", "city.example"),
        ("a.example", "a.example"),
    ],
)
def test_healthcheck_asks_for_a_host_that_is_allowed(
    hosts: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    assert healthcheck.host_to_ask_for() == asked


def test_healthcheck_is_unhealthy_when_nothing_listens(unused_port: int) -> None:
    assert not healthcheck.is_healthy(unused_port)
