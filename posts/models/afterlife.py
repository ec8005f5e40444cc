"""What becomes of a delivery after the network has it: looking again at what stands there, and taking it away.

A delivery that was accepted has ended and is never changed; these rows stand beside it.
"""

from django.db import models
from django.db.models import Q

from accounts.models import StaffMember
from posts.models.sending import Delivery
from rules.states import WithdrawalState


class Sighting(models.Model):
    """見直し: what stood on the network under a delivery when the worker looked last. One row per delivery.

    `next_at` None: it is not looked at any more. `problem` is why the last look told nothing.
    """

    SAME, DIFFERS, GONE = "same", "differs", "gone"
    STATES = ("", SAME, DIFFERS, GONE)

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="sighting")
    state = models.CharField(max_length=8, choices=[(s, s) for s in STATES], blank=True)
    text = models.TextField("見えた本文", blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["", "same", "differs", "gone"]), name="sighting_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="") | Q(seen_at__isnull=False), name="sighting_says_when"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="sighting_to_look")
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.state}"


class Withdrawal(models.Model):
    """取消し: the chief ordered that what went out is deleted there. Once per delivery, and never taken back.

    `by_hand` says that people delete it: the program cannot, or the network would not. `gone_by` is None where the
    worker deleted it.
    """

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="withdrawal")
    ordered_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    office = models.CharField("どの立場で", max_length=120)
    reason = models.TextField()
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in WithdrawalState], default=WithdrawalState.ORDERED
    )
    by_hand = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    problem = models.TextField("まだ消えていない理由", blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    seen = models.TextField("確かめたこと", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ordered", gone_at__isnull=True, gone_by__isnull=True)
                | Q(state="gone", gone_at__isnull=False),
                name="withdrawal_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state="ordered", by_hand=False),
                name="withdrawal_to_try",
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.state}"
