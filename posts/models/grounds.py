"""What lets a version out, and the words it rests on: waivers, clearances, confirmations, the review afterwards."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Section, StaffMember
from policies.models import Urgency
from posts.models.case import Decision, Post, Version
from rules.states import Basis, ConfirmationState, Ground, How


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


class SectionConfirmation(models.Model):
    """所管課確認 of one version (Toyama 6(6)): what the section that the topic belongs to says about it. Append-only;
    the newest one of a section counts. `said_by` is of that section; `how` tells whether they pressed it themselves."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="section_confirmations")
    version = models.ForeignKey(Version, models.PROTECT, related_name="section_confirmations")
    section = models.ForeignKey(Section, models.PROTECT, related_name="+")
    said_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    said_as = models.CharField(max_length=120)
    agrees = models.BooleanField("この内容でよい")
    words = models.TextField("言われたこと", blank=True)
    how = models.CharField("どう確認したか", max_length=16, choices=[(h, h) for h in How])
    said_at = models.DateTimeField("確認した日時")
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=list(How)), name="section_word_how_known"),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(words=""), name="section_says_what_is_wrong"
            ),
            models.CheckConstraint(
                condition=Q(said_at__lte=F("recorded_at")), name="section_said_before_recorded"
            ),
        ]
        ordering = ["post", "pk"]

    def __str__(self) -> str:
        return f"{self.section} {self.version}"
