"""認証情報の台帳 (Art. 3(3)): who holds the way into each social account, however it is connected."""

from django.db import models
from django.db.models import Q

from accounts.models.people import StaffMember
from accounts.models.register import SocialAccount


class LedgerEntry(models.Model):
    """One social account's line: never the secret itself. `rotate_since` says that it is to be changed, and why."""

    social_account = models.OneToOneField(SocialAccount, models.PROTECT, related_name="ledger")
    holder = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="held_credentials"
    )
    changed_on = models.DateField("最後に変えた日", null=True, blank=True)
    two_factor = models.BooleanField("2要素認証を使っている", default=False)
    recovery = models.EmailField("復旧用のメールアドレス", blank=True)
    note = models.CharField("備考", max_length=200, blank=True)
    rotate_since = models.DateField("変更が必要になった日", null=True, blank=True)
    rotate_reason = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    form_no = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(rotate_since__isnull=True, rotate_reason="")
                | (Q(rotate_since__isnull=False) & ~Q(rotate_reason="")),
                name="rotation_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.social_account} の認証情報の台帳"
