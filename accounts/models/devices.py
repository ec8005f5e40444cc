"""登録端末 (Art. 9(2)): devices that prove themselves by a key, besides the city's own networks.

What each kind proves is in docs/decisions. A device is never deleted: what was done from it names it.
"""

from django.db import models
from django.db.models import Q

from accounts.fields import choices_of
from accounts.models.people import Section, StaffMember
from rules.states import DeviceKind, DeviceState

DEVICE_KIND_JA = {
    DeviceKind.CERTIFICATE: "端末の証明書",
    DeviceKind.PASSKEY: "パスキー（証明書より弱い）",
}
DEVICE_STATE_JA = {
    DeviceState.INVITED: "登録の途中",
    DeviceState.ENROLLED: "登録済み",
    DeviceState.ENDED: "登録の終わり",
}


class Device(models.Model):
    """One machine of the city's. `fingerprint` is the SHA-256 of the certificate, or of the passkey's id.

    `code_digest` is of the one-time code by which a passkey is made on the machine itself, until `code_until`.
    `return_since` says that whoever holds it has moved: it is to be handed back, or over.
    """

    name = models.CharField("端末の名前（備品番号）", max_length=60)
    kind = models.CharField("種類", max_length=16, choices=choices_of(DEVICE_KIND_JA))
    state = models.CharField(max_length=16, choices=choices_of(DEVICE_STATE_JA))
    section = models.ForeignKey(Section, models.PROTECT, related_name="devices")
    holder = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="devices")
    fingerprint = models.CharField(max_length=64, blank=True)
    key = models.BinaryField(default=bytes, blank=True)
    sign_count = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField("証明書の期限", null=True, blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    enrolled_at = models.DateTimeField(null=True, blank=True)
    return_since = models.DateField("返却・引継ぎの期日", null=True, blank=True)
    return_reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.CharField("終えた理由", max_length=200, blank=True)
    form_no = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(DeviceKind), state__in=list(DeviceState)), name="device_kind_known"
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~Q(state=DeviceState.ENDED) & ~Q(fingerprint=""),
                name="device_key_once",
            ),
            models.UniqueConstraint(
                fields=["name"], condition=~Q(state=DeviceState.ENDED), name="device_name_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=DeviceState.ENROLLED)
                | (Q(enrolled_at__isnull=False) & ~Q(fingerprint="")),
                name="enrolled_device_has_a_key",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeviceState.ENDED)
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")),
                name="ended_device_says_why",
            ),
            models.CheckConstraint(
                condition=Q(return_since__isnull=True, return_reason="")
                | (Q(return_since__isnull=False) & ~Q(return_reason="")),
                name="device_return_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name
