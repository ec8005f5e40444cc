"""What the city has decided: operation policies in versions, and the gate that all sending passes.

Facts and what a database can enforce; deciding is in `rules/`, writing in `actions/`.
"""

from datetime import date

from django.db import models
from django.db.models import Q

from accounts.models import SocialAccount, StaffMember
from rules.states import PolicyState

POLICY_STATE_JA = {
    PolicyState.DRAFTING: "起案中",
    PolicyState.AWAITING_DECISION: "決裁待ち",
    PolicyState.DECIDED: "決裁済み",
    PolicyState.PUBLISHED: "公表済み",
}
# What a version says; all the rest is who did what with it.
CONTENT_FIELDS = (
    "service",
    "account_name",
    "handle",
    "url",
    "purpose",
    "categories",
    "posters",
    "hours_start",
    "hours_end",
    "hours_note",
    "reply_mode",
    "reply_text",
    "personal_information",
    "intellectual_property",
    "disclaimers",
    "further_items",
    "effective_on",
    "change_note",
)
OPEN_STATES = (PolicyState.DRAFTING, PolicyState.AWAITING_DECISION)
REPLY_MODE_JA = {"none": "返信しません", "when_needed": "必要なときに返信します"}


class CityGate(models.Model):
    """One row. Sending reads `epoch` under a shared lock; whatever narrows sending raises it under lock, so
    that nothing is armed at or after the moment of narrowing."""

    epoch = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="city_gate_is_one")]

    def __str__(self) -> str:
        return f"epoch {self.epoch}"


class CitySite(models.Model):
    """One row. What stands on the city site now; its lock puts publications in a queue. `problem` is the last
    failure's sentence, empty once a publication has succeeded."""

    published_at = models.DateTimeField("市のホームページの更新日時", null=True, blank=True)
    release = models.CharField("公表した版", max_length=40, blank=True)
    problem = models.TextField("更新できない理由", blank=True)
    problem_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="city_site_is_one")]

    def __str__(self) -> str:
        return self.release or "未公表"


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def in_force(self, on: date) -> "PolicyVersionQuerySet":
        """Published and applying on that day; the first of an account's is the one in force."""
        published = self.filter(state=PolicyState.PUBLISHED, effective_on__lte=on)
        return published.order_by("-effective_on", "-number")


class PolicyVersion(models.Model):
    """運用方針の一つの版: items ア to キ, further items, and from when it applies. Immutable once decided."""

    social_account = models.ForeignKey(SocialAccount, models.PROTECT, related_name="policy_versions")
    number = models.PositiveIntegerField("版")
    state = models.CharField(
        "状態", max_length=20, choices=list(POLICY_STATE_JA.items()), default=PolicyState.DRAFTING
    )
    form_no = models.PositiveIntegerField(default=1)

    service = models.CharField("ア 運用するソーシャルメディア名", max_length=60, blank=True)
    account_name = models.CharField("イ アカウント名", max_length=100, blank=True)
    handle = models.CharField("イ ユーザー名", max_length=100, blank=True)
    url = models.URLField("イ URL", blank=True)
    purpose = models.TextField("ウ 情報発信の目的", blank=True)
    categories = models.JSONField("ウ 情報発信の内容", default=list, blank=True)
    posters = models.CharField("エ 投稿者", max_length=200, blank=True)
    hours_start = models.TimeField("エ 運用時間の始まり", null=True, blank=True)
    hours_end = models.TimeField("エ 運用時間の終わり", null=True, blank=True)
    hours_note = models.CharField("エ 運用時間の補足", max_length=200, blank=True)
    reply_mode = models.CharField(
        "エ 意見や質問への対応", max_length=16, choices=list(REPLY_MODE_JA.items()), blank=True
    )
    reply_text = models.TextField("エ 対応の説明", blank=True)
    personal_information = models.TextField("オ 個人情報に関する取扱い", blank=True)
    intellectual_property = models.TextField("カ 知的財産権の帰属", blank=True)
    disclaimers = models.JSONField("キ 免責事項", default=list, blank=True)
    further_items = models.JSONField("そのほかの項目", default=list, blank=True)
    effective_on = models.DateField("適用する日", null=True, blank=True)
    change_note = models.CharField("主な変更", max_length=200, blank=True)

    written_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    returned_reason = models.TextField("差戻しの理由", blank=True)
    decided_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_as = models.CharField("決裁者の職", max_length=120, blank=True)
    published_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField("公表日時", null=True, blank=True)
    published_url = models.CharField("公表した場所", max_length=300, blank=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["social_account", "number"], name="policy_version_number_once"),
            models.UniqueConstraint(
                fields=["social_account"],
                condition=Q(state__in=[PolicyState.DRAFTING, PolicyState.AWAITING_DECISION]),
                name="one_policy_draft_per_account",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PolicyState.DRAFTING, PolicyState.AWAITING_DECISION])
                | Q(decided_by__isnull=False, decided_at__isnull=False, effective_on__isnull=False),
                name="decided_policy_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=PolicyState.PUBLISHED)
                | Q(published_by__isnull=False, published_at__isnull=False),
                name="published_policy_says_who_and_when",
            ),
        ]
        ordering = ["social_account", "number"]

    def __str__(self) -> str:
        return f"{self.social_account} 運用方針 第{self.number}版"
