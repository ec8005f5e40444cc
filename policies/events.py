"""Names that publishing leaves in the record, besides those of THE TABLE."""

from audit import events

POLICY_PUBLISH_FAILED = "policy.publish_failed"
SITE_PUBLISHED = "site.published"
SITE_PUBLISH_FAILED = "site.publish_failed"


def register() -> None:
    events.register(POLICY_PUBLISH_FAILED, SITE_PUBLISHED, SITE_PUBLISH_FAILED)
