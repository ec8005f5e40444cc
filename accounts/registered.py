"""登録端末: the devices on record, and what the rules see of one. Reading only."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Device
from rules.asked import Asked
from rules.registered import Device as DeviceFacts
from rules.states import DeviceKind, DeviceState

NOBODY_ASKED = Asked()
EXPIRES_SOON = timedelta(days=30)


def devices() -> QuerySet[Device]:
    """Those in use first, by name."""
    rows = Device.objects.select_related("section", "holder__section", "recorded_by__section", "ended_by")
    return rows.order_by("ended_at", "name", "pk")


def enrolled_by_key(fingerprint: str, now: datetime) -> Device | None:
    """The device in use with that key, whose certificate is still good."""
    row = Device.objects.filter(fingerprint=fingerprint, state=DeviceState.ENROLLED).first()
    return row if row and (row.expires_at is None or row.expires_at > now) else None


def with_passkey() -> list[Device]:
    """Devices in use that prove themselves by a passkey."""
    return list(Device.objects.filter(state=DeviceState.ENROLLED, kind=DeviceKind.PASSKEY).order_by("pk"))


def invited_by_code(digest: str, now: datetime) -> Device | None:
    """The device for which that code was given out, and is still good."""
    return Device.objects.filter(state=DeviceState.INVITED, code_digest=digest, code_until__gt=now).first()


def enrolled_by_id(pk: int) -> Device | None:
    """The device in use of that id, whose passkey was shown in this session."""
    return Device.objects.filter(pk=pk, state=DeviceState.ENROLLED).first()


def device_facts(
    device: Device,
    *,
    now: datetime,
    copied: bool = False,
    begun: bool = True,
    code_fits: bool = True,
    asked: Asked = NOBODY_ASKED,
) -> DeviceFacts:
    """The device as it would be after the act. `begun` says that its certificate is good from today or before."""
    others = Device.objects.exclude(state=DeviceState.ENDED).exclude(pk=device.pk)
    same_key = others.filter(fingerprint=device.fingerprint).first() if device.fingerprint else None
    return DeviceFacts(
        id=device.pk or 0,
        name=device.name,
        state=DeviceState(device.state or DeviceState.INVITED),
        known_as=same_key.name if same_key else "",
        name_taken=others.filter(name=device.name).exists(),
        copied=copied,
        expired=not begun or (device.expires_at is not None and device.expires_at <= now),
        code_fits=code_fits,
        holder=device.holder_id,
        section=device.section_id or 0,
        asked=asked,
    )
