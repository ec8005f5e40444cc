"""Publishing the whole city site: gather, render, write, read back, remember. One publication at a time.

Who may publish what is decided before; here is only how, and what happens when the folder refuses.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.acts import WORKER
from audit import actions as audit
from policies import events
from policies.models import CitySite
from policies.site import content, pages
from policies.site.target import LocalFolder, Manifest, TargetError
from rules.calendar import day_of

STREAM = "site"


def put_site(*, now: datetime) -> Manifest:
    """Publish what stands in the database, inside the caller's transaction. Raises TargetError.

    The row's lock keeps two publications apart, so that the later one also shows what the earlier one wrote.
    """
    site = CitySite.objects.select_for_update().get(pk=1)
    manifest = LocalFolder(settings.SITE_FOLDER).publish(pages.render(content.gather(now)))
    site.published_at, site.release, site.problem, site.problem_at = now, manifest.release, "", None
    site.save(update_fields=["published_at", "release", "problem", "problem_at"])
    return manifest


def refresh(*, by: str, now: datetime) -> str:
    """Publish anew after something changed that the site shows. Never raises for a target that refuses.

    `by` is a signature for the record. Returns the problem as a sentence, "" when all went well.
    """
    try:
        with transaction.atomic(durable=True):
            manifest = put_site(now=now)
            audit.append(stream=STREAM, event=events.SITE_PUBLISHED, at=now, by=by, payload=payload(manifest))
    except TargetError as error:
        remember_problem(str(error), stream=STREAM, event=events.SITE_PUBLISH_FAILED, by=by, now=now)
        return str(error)
    return ""


def refresh_if_due(*, now: datetime) -> str:
    """Once a day, because a policy may apply from today; again while the last publication failed, or when the
    folder shows another release than ours (a transaction that failed after the switch, or somebody's hand)."""
    site = CitySite.objects.get(pk=1)
    drifted = bool(site.release) and LocalFolder(settings.SITE_FOLDER).release() != site.release
    is_old = site.published_at is not None and day_of(site.published_at) < day_of(now)
    return refresh(by=WORKER, now=now) if is_old or drifted or site.problem else ""


def remember_problem(problem: str, *, stream: str, event: str, by: str, now: datetime) -> str:
    """Keep why the site could not be published. Returns the reference of the record's entry about it."""
    with transaction.atomic(durable=True):
        CitySite.objects.filter(pk=1).update(problem=problem, problem_at=now)
        entry = audit.append(stream=stream, event=event, at=now, by=by, payload={"problem": problem})
        return f"{entry.stream} {entry.seq}"


def payload(manifest: Manifest) -> Mapping[str, object]:
    """What the record keeps of a publication."""
    return {"release": manifest.release, "files": len(manifest.files), "digest": manifest.digest}
