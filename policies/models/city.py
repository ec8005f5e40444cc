"""What the city has declared: restrictions and HQ, its calendar, standing confirmations, elections, urgencies.

Facts and what a database can enforce. Rows stay; what is over says when it ended. Writing is in `actions/`.
"""

from collections.abc import Mapping

from django.db import models
from django.db.models import F, Q

from accounts.models import Section, SocialAccount, StaffMember
from rules.states import Cause, RestrictionKind, RestrictionState, Scope, Trigger

RESTRICTION_JA = {
    RestrictionKind.SUSPENSION: "投稿停止",
    RestrictionKind.DISASTER_ONLY: "防災情報限定",
    RestrictionKind.FLAMING: "炎上対応",
}
CAUSE_JA = {Cause.DISASTER: "自然災害", Cause.SCANDAL: "不祥事"}
TRIGGER_JA = {Trigger.OCCURRED: "発生", Trigger.ANNOUNCED: "発表"}
SCOPE_JA = {Scope.ACCOUNT: "公式アカウント", Scope.SECTION: "所属", Scope.CITY: "全庁"}


def _choices(labels: Mapping) -> list[tuple[str, str]]:
    return [(str(key), label) for key, label in labels.items()]


class Headquarters(models.Model):
    """災害対策本部: from its set-up until it is dissolved; at most one stands."""

    name = models.CharField("名称", max_length=120)
    standing = models.BooleanField(default=True)
    set_up_at = models.DateTimeField("設置日時")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_as = models.CharField("記録した人の職", max_length=120)
    dissolved_at = models.DateTimeField("廃止日時", null=True, blank=True)
    dissolved_recorded_at = models.DateTimeField(null=True, blank=True)
    dissolved_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    dissolved_as = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name_plural = "headquarters"
        constraints = [
            models.UniqueConstraint(fields=["standing"], condition=Q(standing=True), name="one_hq_stands"),
            models.CheckConstraint(
                condition=Q(standing=True, dissolved_at__isnull=True, dissolved_by__isnull=True)
                | Q(standing=False, dissolved_at__isnull=False, dissolved_by__isnull=False),
                name="dissolved_hq_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(dissolved_at__isnull=True) | Q(dissolved_at__gte=F("set_up_at")),
                name="hq_dissolved_after_set_up",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Restriction(models.Model):
    """投稿停止・防災情報限定・炎上対応. `section` is responsible for it; `epoch` is the gate's, raised by its start:
    nothing was armed at or after it without having seen this row."""

    kind = models.CharField(max_length=16, choices=_choices(RESTRICTION_JA))
    cause = models.CharField("理由", max_length=16, choices=_choices(CAUSE_JA), blank=True)
    trigger = models.CharField("発生か発表か", max_length=16, choices=_choices(TRIGGER_JA), blank=True)
    scope = models.CharField("範囲", max_length=16, choices=_choices(SCOPE_JA))
    section = models.ForeignKey(Section, models.PROTECT, related_name="restrictions")
    social_account = models.ForeignKey(
        SocialAccount, models.PROTECT, null=True, blank=True, related_name="restrictions"
    )
    headquarters = models.ForeignKey(
        Headquarters, models.PROTECT, null=True, blank=True, related_name="restrictions"
    )
    note = models.TextField("何が起きたか", blank=True)
    epoch = models.PositiveBigIntegerField()
    started_at = models.DateTimeField("始まり")
    started_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    started_as = models.CharField("始めた人の職", max_length=120)
    ended_at = models.DateTimeField("終わり", null=True, blank=True)
    ended_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    ended_as = models.CharField("終えた人の職", max_length=120, blank=True)
    ended_words = models.TextField("決めたこと", blank=True)
    consulted = models.JSONField("協議した人", default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(RestrictionKind), scope__in=list(Scope)),
                name="restriction_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind=RestrictionKind.SUSPENSION, cause__in=list(Cause))
                | (~Q(kind=RestrictionKind.SUSPENSION) & Q(cause="")),
                name="suspension_says_its_cause",
            ),
            models.CheckConstraint(
                condition=Q(scope=Scope.ACCOUNT, social_account__isnull=False)
                | (~Q(scope=Scope.ACCOUNT) & Q(social_account__isnull=True)),
                name="restriction_scope_fits",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, ended_at__gte=F("started_at")),
                name="ended_restriction_says_who_and_when",
            ),
            *(
                models.UniqueConstraint(
                    fields=["kind", "cause", *place],
                    condition=Q(ended_at__isnull=True, scope=scope),
                    name=f"restriction_once_per_{scope.value}",
                )
                for scope, place in (
                    (Scope.ACCOUNT, ["social_account"]),
                    (Scope.SECTION, ["section"]),
                    (Scope.CITY, []),
                )
            ),
        ]
        indexes = [models.Index(fields=["ended_at"], name="restriction_ended")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.title}: {self.where}"

    @property
    def state(self) -> RestrictionState:
        return RestrictionState(self.kind) if self.ended_at is None else RestrictionState.ENDED

    @property
    def title(self) -> str:
        """投稿停止（自然災害）, 防災情報限定, 炎上対応."""
        label = RESTRICTION_JA[RestrictionKind(self.kind)]
        return f"{label}（{CAUSE_JA[Cause(self.cause)]}）" if self.cause else label

    @property
    def where(self) -> str:
        """How far it reaches, in words."""
        if self.scope == Scope.CITY:
            return "全庁の公式アカウント"
        if self.scope == Scope.SECTION:
            return f"{self.section.name}の公式アカウント"
        assert self.social_account is not None
        return self.social_account.name

    @property
    def stream(self) -> str:
        return f"restriction:{self.pk}"


class StandingConfirmation(models.Model):
    """包括確認: the chief's word beforehand, for disaster information of a section, until a day in the fiscal year."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="standing_confirmations")
    from_on = models.DateField("始まりの日")
    until_on = models.DateField("終わりの日")
    words = models.CharField("条件", max_length=200, blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    given_as = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="standing_ends_after_start"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="ended_standing_says_who_and_when",
            ),
        ]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.section} 包括確認 {self.until_on}まで"


class CalendarDay(models.Model):
    """A day that is otherwise than the weekday and the public holidays say; AS_USUAL takes that back."""

    CLOSED, OPEN, AS_USUAL = "closed", "open", "as_usual"
    KINDS = ((CLOSED, "休み"), (OPEN, "開く"), (AS_USUAL, "ふだんどおり"))

    day = models.DateField("日", unique=True)
    kind = models.CharField("扱い", max_length=16, choices=KINDS)
    reason = models.CharField("理由", max_length=200)
    set_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["closed", "open", "as_usual"]), name="calendar_day_kind_known"
            )
        ]
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class Election(models.Model):
    """An election of the register. Candidates and parties are names as citizens read them."""

    name = models.CharField("選挙の名前", max_length=120)
    district = models.CharField("選挙区", max_length=120, blank=True)
    announced_on = models.DateField("告示日（公示日）")
    polling_on = models.DateField("投票日")
    candidates = models.JSONField("候補者", default=list, blank=True)
    parties = models.JSONField("政党など", default=list, blank=True)
    form_no = models.PositiveIntegerField(default=1)
    listed_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    listed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(polling_on__gte=F("announced_on")), name="election_runs_forwards"
            ),
            models.UniqueConstraint(
                fields=["name", "polling_on"],
                condition=Q(retired_at__isnull=True),
                name="election_listed_once",
            ),
        ]
        ordering = ["-announced_on", "-pk"]

    def __str__(self) -> str:
        return self.name


class Urgency(models.Model):
    """What the city lists as urgent besides disasters (Art. 5 ただし書, 「等」)."""

    label = models.CharField("急ぐ事情", max_length=80)
    listed_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    listed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "urgencies"
        constraints = [
            models.UniqueConstraint(
                fields=["label"], condition=Q(retired_at__isnull=True), name="urgency_listed_once"
            )
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label
