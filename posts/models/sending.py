"""On its way out: deliveries, releases by name, and every call to a network."""

from django.db import models
from django.db.models import F, Q

from accounts.models import SocialAccount, StaffMember
from posts.canonical import parse
from posts.models.case import Post
from posts.models.grounds import Clearance
from rules.states import DeliveryState

_LIVE = ["armed", "accepted", "unknown"]


class Delivery(models.Model):
    """発信: one version to one social account, once."""

    clearance = models.ForeignKey(Clearance, models.PROTECT, related_name="deliveries")
    post = models.ForeignKey(Post, models.PROTECT, related_name="deliveries")
    social_account = models.ForeignKey(SocialAccount, models.PROTECT, related_name="deliveries")
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in DeliveryState], default=DeliveryState.WAITING
    )
    due_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    key = models.CharField("べき等キー", max_length=64, blank=True)
    key_at = models.DateTimeField(null=True, blank=True)
    connection = models.CharField("送った接続先", max_length=200, blank=True)
    held_codes = models.JSONField(default=list, blank=True)
    problem = models.TextField("出せなかった理由", blank=True)
    remote_id = models.CharField(max_length=300, blank=True)
    remote_url = models.CharField(max_length=500, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    returned = models.JSONField("サービスの返事", default=dict, blank=True)
    recent = models.JSONField("照合で見えた最近の投稿", default=list, blank=True)
    recent_at = models.DateTimeField(null=True, blank=True)
    urgent = models.BooleanField("先に出す", default=False)
    handed_at = models.DateTimeField("人の手に渡った時刻", null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(DeliveryState)), name="delivery_state_known"),
            models.UniqueConstraint(
                fields=["clearance", "social_account"], name="delivery_once_per_clearance"
            ),
            models.UniqueConstraint(
                fields=["post", "social_account"], condition=Q(state__in=_LIVE), name="never_a_second_post"
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.ACCEPTED) | Q(accepted_at__isnull=False),
                name="accepted_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_LIVE) | ~Q(key=""), name="no_sending_without_a_key"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["waiting", "held", "unknown"]),
                name="delivery_to_send",
            ),
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["waiting", "held", "unknown"], urgent=True),
                name="delivery_to_send_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.social_account} {self.state}"

    @property
    def text(self) -> str:
        """What goes out there, to the letter: that of the version that was cleared."""
        return parse(self.clearance.version.canonical).text_for(self.social_account_id)


class Release(models.Model):
    """A held delivery let go by name. Append-only; the newest one counts."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="releases")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    office = models.CharField("どの立場で", max_length=120)
    as_chief = models.BooleanField(default=False)
    ticks = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["delivery", "pk"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.office}"


class Attempt(models.Model):
    """One call to a network, or one go of a person who brings it out by hand (`taken_by`).

    Written as armed before; finished once, by whoever knows the outcome. Of calls one social account has one at a
    time; of people's goes it may have several, so that no post that somebody has taken keeps a warning waiting.
    `quiet_until`: the network asked the whole account to wait until then.
    """

    ARMED = "armed"
    OUTCOMES = (ARMED, "accepted", "not_sent", "rate_limited", "auth_expired", "rejected", "unknown")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    social_account = models.ForeignKey(SocialAccount, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    epoch = models.PositiveBigIntegerField()
    armed_at = models.DateTimeField()
    armed_until = models.DateTimeField()
    taken_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=[(o, o) for o in OUTCOMES], default=ARMED)
    detail = models.TextField(blank=True)
    quiet_until = models.DateTimeField("この時刻まで待つ", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["social_account"],
                condition=Q(finished_at__isnull=True, taken_by__isnull=True),
                name="one_armed_attempt_per_account",
            ),
            models.CheckConstraint(
                condition=Q(outcome="armed", finished_at__isnull=True)
                | (Q(finished_at__isnull=False) & ~Q(outcome="armed")),
                name="finished_attempt_has_an_outcome",
            ),
            models.CheckConstraint(condition=Q(armed_until__gt=F("armed_at")), name="armed_for_a_while"),
        ]
        indexes = [
            models.Index(
                fields=["armed_until"], condition=Q(finished_at__isnull=True), name="attempt_not_finished"
            ),
            models.Index(
                fields=["social_account", "quiet_until"],
                condition=Q(quiet_until__isnull=False),
                name="attempt_quiet",
            ),
        ]
        ordering = ["delivery", "number"]

    def __str__(self) -> str:
        return f"{self.delivery_id} 第{self.number}回"
