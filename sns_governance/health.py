"""What /healthz answers: can this web process serve? Nothing about the city is said here."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from accounts.permissions import public


@public
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and every migration is applied, otherwise 503."""
    state = database_state()
    return JsonResponse({"database": state}, status=200 if state == "ok" else 503)


def database_state() -> str:
    """ "ok", "unreachable" or "migrations pending"."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unreachable"
    return "migrations pending" if pending else "ok"
