"""Names that this app's own acts leave in the record; those of THE TABLE are registered with them."""

from audit import events
from rules.transitions import events as table_events

CONNECTION_LOST = "account.connection_lost"
CONNECTION_FOUND = "account.connection_found"
CREDENTIAL_USED = "account.credential_used"
CREDENTIAL_RENEWED = "account.credential_renewed"
CREDENTIAL_ROTATED = "account.credential_rotated"
FIRST_ADMIN = "person.first_admin_made"
RULEBOOK_IMPORTED = "rulebook.imported"


def register() -> None:
    names = [*table_events(), CREDENTIAL_USED, CREDENTIAL_RENEWED, CREDENTIAL_ROTATED, FIRST_ADMIN]
    names += [RULEBOOK_IMPORTED, CONNECTION_LOST, CONNECTION_FOUND]
    events.register(*names, *(f"{name}.refused" for name in names))
