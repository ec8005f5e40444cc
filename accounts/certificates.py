"""Client certificates: reading one from a file, and from the header in which the proxy passes it on.

What the proxy has to do for it is in docs/how-to/register-devices.md. Nothing is trusted here: whoever calls has made
sure that the header comes from a proxy of ours.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

MOST_LETTERS = 20_000


class BadCertificate(ValueError):
    """Not a certificate; the sentence says what to do."""


@dataclass(frozen=True)
class Certificate:
    """`fingerprint` is the SHA-256 of the DER form, in hex; instants are aware."""

    fingerprint: str
    subject: str
    begins_at: datetime
    expires_at: datetime


def read(text: str) -> Certificate:
    """From PEM text. Raises BadCertificate."""
    try:
        return _of(x509.load_pem_x509_certificate(text[:MOST_LETTERS].encode()))
    except ValueError:
        raise BadCertificate(
            "証明書として読めません。「-----BEGIN CERTIFICATE-----」から始まる文字を、全部貼ってください。"
        ) from None


def from_header(value: str) -> Certificate | None:
    """From the proxy: RFC 9440's `:base64 of DER:`, or nginx's URL-encoded PEM. None for anything else."""
    try:
        if value.startswith(":") and value.endswith(":") and len(value) > 2:
            return _of(x509.load_der_x509_certificate(base64.b64decode(value[1:-1], validate=True)))
        return read(unquote(value)) if value else None
    except (ValueError, binascii.Error):
        return None


def _of(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        certificate.fingerprint(SHA256()).hex(),
        certificate.subject.rfc4514_string(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )
