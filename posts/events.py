"""Names that sending leaves in the record, besides those of THE TABLE."""

from audit import events

ACCEPTED = "delivery.accepted"
REJECTED = "delivery.rejected"
NOT_SENT = "delivery.not_sent"
UNKNOWN = "delivery.unknown"
HELD = "delivery.held"
TO_PEOPLE = "delivery.to_people"
EXPIRED = "delivery.expired"
WITHDRAWN = "delivery.withdrawn"
STILL_THERE = "delivery.left_standing"
SEEN_CHANGED = "delivery.seen_changed"
SEEN_GONE = "delivery.seen_gone"
REVIEW_REMINDED = "review.reminded"
REVIEW_ESCALATED = "review.escalated"


def register() -> None:
    events.register(ACCEPTED, REJECTED, NOT_SENT, UNKNOWN, HELD, TO_PEOPLE, EXPIRED)
    events.register(WITHDRAWN, STILL_THERE, SEEN_CHANGED, SEEN_GONE)
    events.register(REVIEW_REMINDED, REVIEW_ESCALATED)
