"""Posts and what becomes of them: versions, decisions, clearances, deliveries, attempts.

Facts and what a database can enforce (the triggers are in `triggers.py`). Only `actions/` writes here.
"""

from django.db import models
from django.db.models import F, Q

from accounts.models import Section, SocialAccount, StaffMember
from policies.models import Urgency
from rules.states import Basis, ConfirmationState, DeliveryState, Ground, How, PostKind, PostState, Verb

_LIVE = ["armed", "accepted", "unknown"]
DECISION_VERBS = (Verb.APPROVE, Verb.RETURN, Verb.SECOND_CHECK, Verb.ESCALATE)


class Post(models.Model):
    """投稿: the case file. Its text lives in versions; `version_no` names the current one."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="posts")
    title = models.CharField("見出し（庁内用）", max_length=80)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in PostKind], default=PostKind.POST)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="continuations")
    state = models.CharField(max_length=20, choices=[(s, s) for s in PostState], default=PostState.DRAFTING)
    version_no = models.PositiveIntegerField("現在の版", default=1)
    form_no = models.PositiveIntegerField(default=1)
    drafter = models.ForeignKey(StaffMember, models.PROTECT, related_name="drafted_posts")
    drafted_at = models.DateTimeField()
    draft_key = models.CharField("起案の画面の番号", max_length=32, null=True, blank=True)
    declared_on = models.DateField("守ると確かめた基本原則の版", null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField("発信する日時", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(PostState)), name="post_state_known"),
            models.CheckConstraint(
                condition=~Q(kind=PostKind.CORRECTION) | Q(corrects__isnull=False),
                name="correction_names_its_post",
            ),
            models.UniqueConstraint(fields=["drafter", "draft_key"], name="form_becomes_one_post"),
            models.UniqueConstraint(
                fields=["continues"], condition=~Q(state=PostState.CANCELLED), name="post_continued_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PostState.AWAITING_APPROVAL, PostState.AWAITING_CHECK])
                | Q(waiting_since__isnull=False),
                name="waiting_post_says_since_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["section", "due_at", "id"],
                condition=Q(state=PostState.AWAITING_APPROVAL),
                name="post_awaiting_approval",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state=PostState.AWAITING_CHECK),
                name="post_awaiting_check",
            ),
            models.Index(fields=["section", "-id"], name="post_of_section"),
            models.Index(fields=["drafter", "-id"], name="post_of_drafter"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """起案番号: 2026-0412."""
        return f"{self.drafted_at.year}-{self.pk:04d}"

    @property
    def stream(self) -> str:
        """The case file's name in the record."""
        return f"post:{self.pk}"


class Version(models.Model):
    """版: immutable. `canonical` is the text that is hashed, as stored; see `canonical.py`."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    canonical = models.TextField()
    digest = models.CharField(max_length=64)
    written_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="version_number_once")]
        ordering = ["post", "number"]

    def __str__(self) -> str:
        return f"第{self.number}版"


class Contribution(models.Model):
    """Who touched which version; whoever did, decides nothing about the post."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="contributions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="contributions")
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "staff"], name="contribution_once")]

    def __str__(self) -> str:
        return f"{self.staff} {self.version}"


class Decision(models.Model):
    """承認・差戻し・確認・回付 on one version. Append-only. `as_chief`: by the chief, not by a deputy; `named` are the
    suspensions that an approval names, `consulted` the people with whom it was talked over."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="decisions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="decisions")
    verb = models.CharField(max_length=16, choices=[(v, v) for v in DECISION_VERBS])
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    office = models.CharField("どの立場で", max_length=120)
    reason = models.TextField(blank=True)
    ticks = models.JSONField(default=list, blank=True)
    as_chief = models.BooleanField(default=False)
    named = models.JSONField(default=list, blank=True)
    consulted = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=list(DECISION_VERBS)), name="decision_verb_known"),
            models.CheckConstraint(
                condition=~Q(verb__in=[Verb.RETURN, Verb.ESCALATE]) | ~Q(reason=""), name="return_says_why"
            ),
        ]
        ordering = ["post", "id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.version}"


class Waiver(models.Model):
    """緊急発信: without the second check, on a ground and for an urgency, declared or listed. Append-only."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="waivers")
    version = models.ForeignKey(Version, models.PROTECT, related_name="waivers")
    ground = models.CharField(max_length=16, choices=[(g, g) for g in Ground])
    urgency = models.ForeignKey(Urgency, models.PROTECT, null=True, blank=True, related_name="waivers")
    reason = models.TextField("急ぐ理由", blank=True)
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    office = models.CharField("どの立場で", max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(urgency__isnull=True) | ~Q(reason=""), name="listed_urgency_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"緊急発信 {self.version}"


class Clearance(models.Model):
    """発信根拠: what lets one version out: a decision, or a waiver. `voided_at` is written once; at most one is live
    per post."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="clearances")
    version = models.ForeignKey(Version, models.PROTECT, related_name="clearances")
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, blank=True, related_name="clearance")
    waiver = models.OneToOneField(Waiver, models.PROTECT, null=True, blank=True, related_name="clearance")
    basis = models.CharField(max_length=16, choices=[(b, b) for b in Basis])
    digest = models.CharField(max_length=64)
    cleared_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(basis__in=list(Basis)), name="clearance_basis_known"),
            models.CheckConstraint(
                condition=Q(basis=Basis.WAIVER, decision__isnull=True, waiver__isnull=False)
                | (~Q(basis=Basis.WAIVER) & Q(decision__isnull=False, waiver__isnull=True)),
                name="clearance_rests_on_one_thing",
            ),
            models.UniqueConstraint(
                fields=["post"], condition=Q(voided_at__isnull=True), name="one_live_clearance_per_post"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | Q(voided_at__gte=F("cleared_at")),
                name="voided_after_cleared",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.basis} {self.version}"

    @property
    def office(self) -> str:
        """Who answers for it, as of then."""
        given = self.decision or self.waiver
        return given.office if given else ""


class AfterwardsReview(models.Model):
    """あとの確認 of what went out by a waiver: due the next working morning, reminded of, escalated, done once."""

    clearance = models.OneToOneField(Clearance, models.PROTECT, related_name="review")
    due_at = models.DateTimeField("期限")
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    done_as = models.CharField(max_length=120, blank=True)
    was_right = models.BooleanField("出してよかった", null=True, blank=True)
    words = models.TextField("見たこと", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, was_right__isnull=True)
                | (Q(done_at__isnull=False, done_by__isnull=False, was_right__isnull=False) & ~Q(words="")),
                name="finished_review_says_who_and_what",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at__isnull=True), name="review_open"),
        ]

    def __str__(self) -> str:
        return f"あとの確認 {self.clearance}"


class ChiefConfirmation(models.Model):
    """所属長の確認 of one version: whose word, when, how, and who wrote it down. Settled once: ratified or denied."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="confirmations")
    version = models.ForeignKey(Version, models.PROTECT, related_name="confirmations")
    chief = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    chief_as = models.CharField(max_length=120)
    how = models.CharField("どう確認したか", max_length=16, choices=[(h, h) for h in How])
    confirmed_at = models.DateTimeField("確認した日時")
    words = models.TextField("聞いたこと", blank=True)
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    state = models.CharField(
        max_length=16,
        choices=[(s, s) for s in ConfirmationState],
        default=ConfirmationState.RECORDED,
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    settled_words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(ConfirmationState), how__in=list(How)),
                name="confirmation_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state=ConfirmationState.RECORDED, settled_at__isnull=True)
                | Q(state=ConfirmationState.RATIFIED, settled_at__isnull=False)
                | (Q(state=ConfirmationState.DENIED, settled_at__isnull=False) & ~Q(settled_words="")),
                name="settled_confirmation_says_when",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__lte=F("recorded_at")), name="confirmed_before_recorded"
            ),
        ]
        ordering = ["post", "-pk"]

    def __str__(self) -> str:
        return f"{self.chief} {self.version}"


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
        ]

    def __str__(self) -> str:
        return f"{self.social_account} {self.state}"


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
    """One call to a network. Written as armed before the call; finished once, by whoever knows the outcome."""

    ARMED = "armed"
    OUTCOMES = (ARMED, "accepted", "not_sent", "rate_limited", "auth_expired", "rejected", "unknown")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    social_account = models.ForeignKey(SocialAccount, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    epoch = models.PositiveBigIntegerField()
    armed_at = models.DateTimeField()
    armed_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=[(o, o) for o in OUTCOMES], default=ARMED)
    detail = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["social_account"],
                condition=Q(finished_at__isnull=True),
                name="one_armed_attempt_per_account",
            ),
            models.CheckConstraint(
                condition=Q(outcome="armed", finished_at__isnull=True)
                | (Q(finished_at__isnull=False) & ~Q(outcome="armed")),
                name="finished_attempt_has_an_outcome",
            ),
            models.CheckConstraint(condition=Q(armed_until__gt=F("armed_at")), name="armed_for_a_while"),
        ]
        ordering = ["delivery", "number"]

    def __str__(self) -> str:
        return f"{self.delivery_id} 第{self.number}回"
