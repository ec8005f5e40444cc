"""Posts and what becomes of them: versions, decisions, clearances, deliveries, attempts.

Facts and what a database can enforce (the triggers are in `triggers/`). Only `actions/` writes here.
"""

from posts.models.afterlife import Sighting, Withdrawal
from posts.models.case import DECISION_VERBS, Contribution, Decision, Post, Topic, Version
from posts.models.grounds import AfterwardsReview, ChiefConfirmation, Clearance, SectionConfirmation, Waiver
from posts.models.presence import Presence
from posts.models.sending import Attempt, Delivery, Release

__all__ = [
    "DECISION_VERBS",
    "AfterwardsReview",
    "Attempt",
    "ChiefConfirmation",
    "Clearance",
    "Contribution",
    "Decision",
    "Delivery",
    "Post",
    "Presence",
    "Release",
    "SectionConfirmation",
    "Sighting",
    "Topic",
    "Version",
    "Waiver",
    "Withdrawal",
]
