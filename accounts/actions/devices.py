"""登録端末 (Art. 9(2)): enrolling machines by certificate or passkey, handing them on, ending them."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError

from accounts.acts import Deed, perform
from accounts.certificates import Certificate
from accounts.models import Device, Section, StaffMember
from accounts.registered import device_facts
from rules import registered
from rules.asked import Asked
from rules.states import DeviceKind, DeviceState, Verb
from rules.transitions import Transition

CODE_LASTS = timedelta(hours=1)
_CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike
_CODE_LENGTH = 12
DeviceDeed = Deed[Device]
Write = Callable[[Device, Transition], Mapping[str, object]]
Facts = Callable[[Device], registered.Device]


@dataclass(frozen=True)
class Place:
    """Where a machine is and who has it; nobody: the whole section shares it."""

    name: str
    section: Section
    holder: StaffMember | None = None


@dataclass(frozen=True)
class Passkey:
    """What a machine has shown: the passkey's id and public key, its counter, and whether it can be copied."""

    key_id: bytes
    key: bytes
    sign_count: int
    can_be_copied: bool

    @property
    def fingerprint(self) -> str:
        return sha256(self.key_id).hexdigest()


def enrol(*, place: Place, certificate: Certificate, by: StaffMember, now: datetime) -> Device:
    """端末を登録する, by its certificate. Refuses one that is registered already, or that is not good today."""
    row = _new(place, DeviceKind.CERTIFICATE, by, now)
    row.fingerprint, row.expires_at = certificate.fingerprint, certificate.expires_at

    def write(device: Device, step: Transition) -> Mapping[str, object]:
        device.state, device.enrolled_at = step.target or "", now
        device.save()
        return {**_told(device), "expires_at": device.expires_at}

    facts = _facts(now, begun=certificate.begins_at <= now)
    deed = Deed(Verb.ENROL_DEVICE, lambda: row, facts, write, lambda device: _stream(device, by), new=True)
    return _once(deed, row, by, now)


def invite(*, place: Place, by: StaffMember, now: datetime) -> tuple[Device, str]:
    """登録の番号を出す for a passkey that is to be made on the machine itself. The code is returned once, never kept.

    Refuses a name that is taken.
    """
    row, code = _new(place, DeviceKind.PASSKEY, by, now), new_code()

    def write(device: Device, step: Transition) -> Mapping[str, object]:
        device.state = step.target or ""
        device.code_digest, device.code_until = digest_of(code), now + CODE_LASTS
        device.save()
        return {**_told(device), "code_until": device.code_until}

    deed = Deed(
        Verb.INVITE_DEVICE, lambda: row, _facts(now), write, lambda device: _stream(device, by), new=True
    )
    return _once(deed, row, by, now), code


def join(*, device: Device, code: str, passkey: Passkey, by: StaffMember, now: datetime) -> Device:
    """この端末を登録する, at the machine. Refuses a wrong or old code, a passkey that can be copied, a known one."""

    def facts(row: Device) -> registered.Device:
        row.fingerprint = passkey.fingerprint
        fits = _fits(row, code, now)
        return device_facts(row, now=now, copied=passkey.can_be_copied, code_fits=fits)

    def write(row: Device, step: Transition) -> Mapping[str, object]:
        row.state, row.enrolled_at = step.target or "", now
        row.key, row.sign_count = passkey.key, passkey.sign_count
        row.code_digest, row.code_until = "", None
        return _saved(row)

    return perform(_deed(Verb.JOIN_DEVICE, device, facts, write), by=by, now=now)


def hand_on(*, device: Device, place: Place, by: StaffMember, now: datetime, form_no: int) -> Device:
    """使う人を変える: then nothing is to be handed back any more. Refuses a name that is taken; raises ActStale."""

    def facts(row: Device) -> registered.Device:
        row.name, row.section, row.holder = place.name.strip(), place.section, place.holder
        return device_facts(row, now=now)

    def write(row: Device, _: Transition) -> Mapping[str, object]:
        row.return_since, row.return_reason = None, ""
        return _saved(row)

    return perform(_deed(Verb.HAND_DEVICE, device, facts, write), by=by, now=now, form_no=form_no)


def ask_back_deed(*, device: Device, reason: str, on: date, now: datetime) -> DeviceDeed:
    """返却を求める, since that day; for whoever does several acts together."""

    def write(row: Device, _: Transition) -> Mapping[str, object]:
        row.return_since, row.return_reason = on, reason[:200]
        return {**_saved(row), "reason": reason, "since": on}

    return _deed(Verb.ASK_DEVICE_BACK, device, _facts(now, asked=Asked(reason=reason)), write)


def end(*, device: Device, reason: str, by: StaffMember, now: datetime) -> Device:
    """端末の登録を終える: from now on nothing goes out from it. Refuses to end it without a reason."""

    def write(row: Device, step: Transition) -> Mapping[str, object]:
        row.state = step.target or ""
        row.ended_at, row.ended_by, row.ended_reason = now, by, reason.strip()[:200]
        row.code_digest, row.code_until = "", None
        return {**_saved(row), "reason": reason}

    deed = _deed(Verb.END_DEVICE, device, _facts(now, asked=Asked(reason=reason)), write)
    return perform(deed, by=by, now=now)


def seen_again(*, device: Device, sign_count: int) -> bool:
    """A passkey showed itself: its counter only grows, else there are two of it. False where it did not grow."""
    rows = Device.objects.filter(pk=device.pk, state=DeviceState.ENROLLED)
    if sign_count == 0 and device.sign_count == 0:
        return rows.exists()
    return bool(rows.filter(sign_count__lt=sign_count).update(sign_count=sign_count))


def new_code() -> str:
    """Twelve signs in three groups, of an alphabet of 32: sixty bits, good for an hour."""
    signs = "".join(secrets.choice(_CODE_SIGNS) for _ in range(_CODE_LENGTH))
    return "-".join(signs[at : at + 4] for at in range(0, _CODE_LENGTH, 4))


def digest_of(code: str) -> str:
    kept = "".join(sign for sign in code.upper() if sign in _CODE_SIGNS)
    return sha256(kept.encode()).hexdigest()


def _fits(row: Device, code: str, now: datetime) -> bool:
    good = row.code_until is not None and now < row.code_until
    return good and hmac.compare_digest(row.code_digest, digest_of(code))


def _facts(now: datetime, **more: Any) -> Facts:
    return lambda row: device_facts(row, now=now, **more)


def _new(place: Place, kind: DeviceKind, by: StaffMember, now: datetime) -> Device:
    return Device(
        name=place.name.strip(),
        kind=kind,
        section=place.section,
        holder=place.holder,
        recorded_by=by,
        recorded_at=now,
    )


def _once(deed: DeviceDeed, row: Device, by: StaffMember, now: datetime) -> Device:
    """Two who enrol one machine at the same moment: the second meets the first's row, and is told by the rules."""
    try:
        return perform(deed, by=by, now=now)
    except IntegrityError:
        row.pk = None
        return perform(deed, by=by, now=now)


def _deed(verb: Verb, device: Device, facts: Facts, write: Write) -> DeviceDeed:
    def lock() -> Device:
        rows = Device.objects.select_for_update(no_key=True, of=("self",)).select_related("section")
        return rows.get(pk=device.pk)

    return Deed(verb, lock, facts, write, lambda row: f"device:{row.pk}")


def _saved(row: Device) -> Mapping[str, object]:
    row.form_no += 1
    row.save()
    return _told(row)


def _told(row: Device) -> dict[str, object]:
    holder = row.holder.with_title if row.holder else ""
    return {"name": row.name, "kind": row.kind, "section": row.section.name, "holder": holder}


def _stream(device: Device, by: StaffMember) -> str:
    return f"device:{device.pk}" if device.pk else f"staff:{by.pk}"
