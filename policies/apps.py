from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PoliciesConfig(AppConfig):
    name = "policies"
    verbose_name = "運用方針"

    def ready(self) -> None:
        from policies import events, triggers

        events.register()
        triggers.register()
        post_migrate.connect(_make_rows, sender=self, dispatch_uid="policies.rows")


def _make_rows(using: str, **kwargs: Any) -> None:
    """The rows of which there is one each; here and not in a migration, so that they outlive a flush."""
    from policies.actions.gate import make_rows

    make_rows(using)
