"""Django's `migrate`, with two things about triggers: they need not be right before, and a failure leaves them up.

The system check about them is left out here, because migrating is what mends them. What a migration may do is
none of its business.
"""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from audit import triggers


class Command(migrate.Command):
    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        return {**super().get_check_kwargs(options), "databases": []}

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            super().handle(*args, **options)
        except (Exception, KeyboardInterrupt):
            triggers.make(connections[options["database"]])
            raise
