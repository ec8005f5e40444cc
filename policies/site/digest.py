"""One hash over what a policy version says, for the record. Nothing about who wrote or decided it."""

import hashlib
import json

from policies.models import CONTENT_FIELDS, PolicyVersion


def digest_of(version: PolicyVersion) -> str:
    """SHA-256 over all content fields, in a form that does not depend on the database."""
    content = {name: getattr(version, name) for name in CONTENT_FIELDS}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
