"""What the database refuses about the record itself: it only grows, and a stream moves on one entry at a time."""

from audit import triggers
from audit.triggers import append_only, kept, refuse

ENTRIES = append_only("audit_entry", keys=[("stream", "seq")])
SEALS = append_only("audit_seal", keys=[("number",)])
STREAMS = (
    *kept("audit_stream", keys=[("name",)]),
    refuse(
        "audit_stream_opens_empty",
        table="audit_stream",
        on="INSERT",
        when="NEW.last_seq <> 0 OR NEW.last_hash <> '' OR NEW.sealed_seq <> 0",
        message="audit_stream: a stream opens empty",
    ),
    refuse(
        "audit_stream_moves_on",
        table="audit_stream",
        on="UPDATE",
        when=(
            "NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.opened_at <> OLD.opened_at"
            " OR NEW.sealed_seq < OLD.sealed_seq"
            " OR NOT (NEW.last_seq = OLD.last_seq + 1"
            " OR (NEW.last_seq = OLD.last_seq AND NEW.last_hash = OLD.last_hash))"
        ),
        message="audit_stream: only forward, one entry at a time",
    ),
)


def register() -> None:
    triggers.register(*ENTRIES, *SEALS, *STREAMS)
