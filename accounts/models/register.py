"""The register of social accounts, their sealed credentials, and what training connections posted."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.fields import choices_of
from accounts.models.people import Section, StaffMember
from rules.states import AccountState

ACCOUNT_STATE_JA = {
    AccountState.REQUESTED: "申出",
    AccountState.APPROVED: "準備中",
    AccountState.IN_OPERATION: "運用中",
    AccountState.SUSPENDED: "休止中",
    AccountState.CLOSED: "終了",
}
CONNECTION_JA = {"api": "自動で発信", "manual": "手作業で発信", "training": "訓練（外へは出ません）"}


class SocialAccount(models.Model):
    """公式アカウント: one entry of the register. `config` holds what is not secret (address, identifier)."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="social_accounts")
    name = models.CharField("台帳の名前", max_length=60)
    network = models.CharField("サービス", max_length=16)
    connection = models.CharField("つなぎ方", max_length=16, choices=choices_of(CONNECTION_JA))
    handle = models.CharField("ユーザー名", max_length=100)
    url = models.URLField("URL")
    rulebooks = models.JSONField("適用する規程", default=list)
    state = models.CharField(
        "状態", max_length=16, choices=choices_of(ACCOUNT_STATE_JA), default=AccountState.REQUESTED
    )
    config = models.JSONField("接続の設定", default=dict, blank=True)
    research = models.TextField("事前の調査", blank=True)
    purpose = models.TextField("開設の目的", blank=True)
    is_election_board = models.BooleanField("選挙管理委員会の公式アカウント", default=False)
    requested_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField("終了の理由", max_length=200, blank=True)
    form_no = models.PositiveIntegerField(default=1)

    class Meta:
        permissions = [("draft", "この公式アカウントの投稿を起案できる")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(AccountState)), name="account_state_known"),
            models.CheckConstraint(
                condition=~Q(state=AccountState.CLOSED) | Q(closed_at__isnull=False),
                name="account_closed_has_date",
            ),
            *(
                models.UniqueConstraint(
                    fields=fields, condition=~Q(state=AccountState.CLOSED), name=f"account_{name}_once_in_use"
                )
                for name, fields in (("name", ["name"]), ("url", ["url"]), ("handle", ["network", "handle"]))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Credential(models.Model):
    """認証情報, sealed with AES-256-GCM; the id is the associated data. Never shown again once stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    social_account = models.OneToOneField(SocialAccount, models.PROTECT, related_name="credential")
    key_id = models.CharField(max_length=32)
    sealed = models.BinaryField()
    changed_at = models.DateTimeField("変更日時")
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    renewed_at = models.DateTimeField("自動で更新した日時", null=True, blank=True)
    renewing_until = models.DateTimeField("更新しているのは、いつまで", null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.social_account} の認証情報"


class ConnectionCheck(models.Model):
    """接続の確認: what the network said when it was last asked who we are. One row per social account, overwritten."""

    OK, REFUSED = "ok", "refused"
    OUTCOMES = (OK, "not_sent", "not_configured", "rate_limited", "auth_expired", REFUSED, "unsupported")
    # A person has to mend it; all others mend themselves.
    BROKEN = ("not_configured", "auth_expired", REFUSED)

    social_account = models.OneToOneField(SocialAccount, models.PROTECT, related_name="connection_check")
    checked_at = models.DateTimeField("確かめた日時")
    outcome = models.CharField("結果", max_length=16, choices=[(word, word) for word in OUTCOMES])
    detail = models.TextField("理由", blank=True)
    handle = models.CharField("つながったユーザー名", max_length=200, blank=True)
    name = models.CharField("つながった名前", max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.social_account} {self.outcome}"

    @property
    def is_broken(self) -> bool:
        return self.outcome in self.BROKEN


class TrainingPost(models.Model):
    """訓練タイムライン: where posts of training connections appear. One row per idempotency key."""

    social_account = models.ForeignKey(SocialAccount, models.PROTECT, related_name="training_posts")
    key = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    posted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
