"""People, sections and roles; the register of social accounts and their sealed credentials.

Facts and what a database can enforce; who may do what is decided in `rules/`, writing is done in `actions/`.
"""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from guardian.mixins import GuardianUserMixin

from rules.states import AccountState, Employment, Role


def _choices(labels: Mapping[Any, str]) -> list[tuple[str, str]]:
    return list(labels.items())


EMPLOYMENT_JA = {
    Employment.REGULAR: "正規職員",
    Employment.REAPPOINTED: "再任用職員",
    Employment.PART_TIME: "非常勤職員",
    Employment.FISCAL_YEAR: "会計年度任用職員",
    Employment.SECONDED_OUT: "他団体への派遣職員",
    Employment.SECONDED_IN: "他団体からの派遣職員",
    Employment.CONTRACTOR: "委託事業者",
    Employment.DESIGNATED_MANAGER: "指定管理者",
}
ROLE_JA = {
    Role.CHIEF: "所属長",
    Role.DEPUTY: "代決者",
    Role.WEB_ADMIN: "ホームページ担当",
    Role.SYSTEM_ADMIN: "システム管理者",
    Role.AUDITOR: "監査担当",
}
ACCOUNT_STATE_JA = {
    AccountState.REQUESTED: "申出",
    AccountState.APPROVED: "準備中",
    AccountState.IN_OPERATION: "運用中",
    AccountState.SUSPENDED: "休止中",
    AccountState.CLOSED: "終了",
}
CONNECTION_JA = {"api": "自動で発信", "training": "訓練（外へは出ません）"}


def with_title(name: str, title: str, section: str) -> str:
    """鈴木 洋子（観光交流課長）, or 佐藤 美咲（観光交流課 主事）."""
    return f"{name}（{office(title, section)}）"


def office(title: str, section: str) -> str:
    """観光交流課長, or 観光交流課 主事: the section is not said twice."""
    return title if title.startswith(section) else f"{section} {title}".strip()


class Section(models.Model):
    """所属: owns social accounts; sections form a tree."""

    name = models.CharField("名称", max_length=60, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    def __str__(self) -> str:
        return self.name


class StaffMember(GuardianUserMixin, AbstractUser):
    """職員, and the contractors who may only draft. Elected officials can hold no role."""

    display_name = models.CharField("氏名", max_length=60)
    title = models.CharField("職", max_length=60, blank=True)
    section = models.ForeignKey(Section, models.PROTECT, related_name="members")
    employment = models.CharField(
        "任用の種類", max_length=24, choices=_choices(EMPLOYMENT_JA), default=Employment.REGULAR
    )
    is_elected = models.BooleanField("公選職", default=False)

    # Not stored: where this person sits in this request. Whoever runs a command on the server sits there.
    on_registered_device = True

    REQUIRED_FIELDS = ["display_name", "section_id"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def office(self) -> str:
        """観光交流課長, or 観光交流課 主事."""
        return office(self.title, self.section.name)

    @property
    def with_title(self) -> str:
        """鈴木 洋子（観光交流課長）: how screens and the record name a person."""
        return with_title(self.display_name, self.title, self.section.name)


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def in_force(self, on: date) -> "RoleAssignmentQuerySet":
        """Held on that day, by somebody active and not elected."""
        return self.filter(
            Q(from_on__lte=on),
            Q(until_on__isnull=True) | Q(until_on__gte=on),
            staff__is_active=True,
            staff__is_elected=False,
        )


class RoleAssignment(models.Model):
    """A role from–until. Chiefs and deputies hold it for a section, the others for the whole city."""

    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="role_assignments")
    role = models.CharField("役割", max_length=16, choices=_choices(ROLE_JA))
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="+")
    from_on = models.DateField("始まりの日")
    until_on = models.DateField("終わりの日", null=True, blank=True)
    grounds = models.CharField("根拠", max_length=200, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="role_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[Role.CHIEF, Role.DEPUTY], section__isnull=False)
                | Q(role__in=[Role.WEB_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR], section__isnull=True),
                name="role_scope_fits_role",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.DEPUTY) | Q(until_on__isnull=False), name="deputy_has_a_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.get_role_display()}"


class SocialAccount(models.Model):
    """公式アカウント: one entry of the register. `config` holds what is not secret (address, identifier)."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="social_accounts")
    name = models.CharField("台帳の名前", max_length=60)
    network = models.CharField("サービス", max_length=16)
    connection = models.CharField("つなぎ方", max_length=16, choices=_choices(CONNECTION_JA))
    handle = models.CharField("ユーザー名", max_length=100)
    url = models.URLField("URL")
    rulebooks = models.JSONField("適用する規程", default=list)
    state = models.CharField(
        "状態", max_length=16, choices=_choices(ACCOUNT_STATE_JA), default=AccountState.REQUESTED
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

    def __str__(self) -> str:
        return f"{self.social_account} の認証情報"


class TrainingPost(models.Model):
    """訓練タイムライン: where posts of training connections appear. One row per idempotency key."""

    social_account = models.ForeignKey(SocialAccount, models.PROTECT, related_name="training_posts")
    key = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    posted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
