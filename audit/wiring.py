"""When triggers are dropped, made and compared: around migrations, and in the system check. Nothing is decided here."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from audit import triggers


def connect(config: AppConfig) -> None:
    """Django sends these signals for every app, all before and all after the migrations; one app's is enough."""
    pre_migrate.connect(drop_before, sender=config, dispatch_uid="audit.triggers.drop")
    post_migrate.connect(make_after, sender=config, dispatch_uid="audit.triggers.make")
    checks.register(check_triggers, checks.Tags.database)


def drop_before(using: str, **kwargs: Any) -> None:
    """Migrations may copy, change and fill guarded tables."""
    triggers.drop(connections[using])


def make_after(using: str, **kwargs: Any) -> None:
    triggers.make(connections[using])


def check_triggers(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """`check --database default`: the database refuses exactly what is declared."""
    return [
        checks.Error(
            difference, hint="Run `manage.py migrate`; it makes them anew.", obj=alias, id="audit.E001"
        )
        for alias in databases or ()
        for difference in triggers.differences(connections[alias])
    ]
