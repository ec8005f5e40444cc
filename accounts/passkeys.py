"""Passkeys as a proof of the machine (WebAuthn): making one here, showing it again. What it proves: docs/decisions.

Talks to the browser through JSON; keeps nothing. Whether the answer fits what was asked is compared by `fido2`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAttachment,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.actions.devices import Passkey
from accounts.models import Device, StaffMember

State = Mapping[str, Any]


class BadPasskey(ValueError):
    """What came back does not fit what was asked, or cannot be read."""


def begin_making(staff: StaffMember, host: str) -> tuple[dict[str, Any], State]:
    """What the browser is asked to make, and what to remember until it answers."""
    user = PublicKeyCredentialUserEntity(
        id=f"staff:{staff.pk}".encode(), name=staff.username, display_name=staff.display_name
    )
    options, state = _server(host).register_begin(
        user,
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.REQUIRED,
        authenticator_attachment=AuthenticatorAttachment.PLATFORM,
    )
    return dict(options), state


def made(answer: Mapping[str, Any], state: State, host: str) -> Passkey:
    """The passkey that the browser made. Raises BadPasskey."""
    try:
        data = _server(host).register_complete(state, answer)
    except Exception as error:
        raise BadPasskey from error
    key = data.credential_data
    if key is None:
        raise BadPasskey
    copied = bool(data.flags & AuthenticatorData.FLAG.BE)
    return Passkey(key.credential_id, bytes(key), data.counter, copied)


def begin_showing(devices: Sequence[Device], host: str) -> tuple[dict[str, Any], State]:
    """Which passkeys the browser is asked to show one of, and what to remember until it answers."""
    keys = [AttestedCredentialData(bytes(device.key)) for device in devices]
    verified = UserVerificationRequirement.REQUIRED
    options, state = _server(host).authenticate_begin(keys, user_verification=verified)
    return dict(options), state


def shown(
    answer: Mapping[str, Any], state: State, devices: Sequence[Device], host: str
) -> tuple[Device, int]:
    """The device whose passkey was shown, and its counter. Raises BadPasskey."""
    known = {AttestedCredentialData(bytes(device.key)).credential_id: device for device in devices}
    keys = [AttestedCredentialData(bytes(device.key)) for device in devices]
    try:
        response = AuthenticationResponse.from_dict(answer)
        found = _server(host).authenticate_complete(state, keys, response)
    except Exception as error:
        raise BadPasskey from error
    return known[found.credential_id], response.response.authenticator_data.counter


def _server(host: str) -> Fido2Server:
    """For the name under which the browser sees us; localhost also without TLS."""
    name = host.partition(":")[0]
    return Fido2Server(PublicKeyCredentialRpEntity(id=name, name="公式SNS運用"))
