"""People, sections and roles: 職員, 所属, 役割."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from guardian.mixins import GuardianUserMixin

from accounts.fields import choices_of
from rules.states import Employment, Role

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
    form_no = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="section_not_above_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffMember(GuardianUserMixin, AbstractUser):
    """職員, and the contractors who may only draft. Elected officials can hold no role."""

    display_name = models.CharField("氏名", max_length=60)
    title = models.CharField("職", max_length=60, blank=True)
    section = models.ForeignKey(Section, models.PROTECT, related_name="members")
    employment = models.CharField(
        "任用の種類", max_length=24, choices=choices_of(EMPLOYMENT_JA), default=Employment.REGULAR
    )
    is_elected = models.BooleanField("公選職", default=False)

    # Not stored: where this person sits in this request. Whoever runs a command on the server sits there.
    on_registered_device = True
    seat = ""

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
    role = models.CharField("役割", max_length=16, choices=choices_of(ROLE_JA))
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
