"""What the database refuses by itself, tried with plain SQL."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import SocialAccount
from policies.actions import policy
from policies.models import CONTENT_FIELDS, PolicyVersion
from tests.support.cast import Cast

TEXT_FIELDS = ("purpose", "url", "reply_mode", "change_note", "decided_as")
JSON_FIELDS = ("categories", "disclaimers", "further_items")


def run(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(sql: str, *values: object) -> None:
    with pytest.raises(IntegrityError):
        run(sql, *values)


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_decided_version_keeps_its_texts(decided: PolicyVersion, field: str) -> None:
    refused(f"UPDATE policies_policyversion SET {field} = 'x' WHERE id = %s", decided.pk)


@pytest.mark.parametrize("field", JSON_FIELDS)
def test_decided_version_keeps_its_lists(decided: PolicyVersion, field: str) -> None:
    refused(f"UPDATE policies_policyversion SET {field} = '[\"x\"]' WHERE id = %s", decided.pk)


@pytest.mark.parametrize("field", ["hours_start", "hours_end"])
def test_decided_version_keeps_its_hours(decided: PolicyVersion, field: str) -> None:
    refused(f"UPDATE policies_policyversion SET {field} = NULL WHERE id = %s", decided.pk)


def test_decided_version_keeps_its_day_and_its_decider(cast: Cast, decided: PolicyVersion) -> None:
    refused("UPDATE policies_policyversion SET effective_on = '2027-01-01' WHERE id = %s", decided.pk)
    refused("UPDATE policies_policyversion SET decided_by_id = %s WHERE id = %s", cast.sato.pk, decided.pk)
    refused("UPDATE policies_policyversion SET decided_at = '2027-01-01' WHERE id = %s", decided.pk)


def test_content_fields_are_all_of_the_content() -> None:
    other = {
        "id", "social_account", "number", "state", "form_no", "written_by", "written_at", "returned_reason",
        "decided_by", "decided_at", "decided_as", "published_by", "published_at", "published_url",
    }  # fmt: skip
    assert {field.name for field in PolicyVersion._meta.fields} == other | set(CONTENT_FIELDS)


def test_decided_version_does_not_go_back(decided: PolicyVersion) -> None:
    for state in ("drafting", "awaiting_decision"):
        refused("UPDATE policies_policyversion SET state = %s WHERE id = %s", state, decided.pk)


def test_published_version_stays_published_and_keeps_the_day(
    cast: Cast, decided: PolicyVersion, now: datetime
) -> None:
    policy.publish(version=decided, by=cast.onishi, now=now)
    refused("UPDATE policies_policyversion SET state = 'decided' WHERE id = %s", decided.pk)
    refused("UPDATE policies_policyversion SET published_at = '2020-01-01' WHERE id = %s", decided.pk)
    refused("UPDATE policies_policyversion SET published_by_id = %s WHERE id = %s", cast.sato.pk, decided.pk)


def test_waiting_version_is_not_published_past_the_decision(cast: Cast, waiting: PolicyVersion) -> None:
    refused(
        "UPDATE policies_policyversion SET state = 'published', decided_by_id = %s, decided_at = '2026-01-01',"
        " published_by_id = %s, published_at = '2026-01-01' WHERE id = %s",
        cast.suzuki.pk,
        cast.onishi.pk,
        waiting.pk,
    )


def test_draft_may_change(cast: Cast, account: SocialAccount, now: datetime) -> None:
    version = policy.write(account=account, content={"purpose": "一"}, by=cast.sato, now=now)
    run("UPDATE policies_policyversion SET purpose = 'x' WHERE id = %s", version.pk)
    version.refresh_from_db()
    assert version.purpose == "x"


def test_versions_are_never_deleted(waiting: PolicyVersion) -> None:
    refused("DELETE FROM policies_policyversion WHERE id = %s", waiting.pk)


def test_version_is_not_born_decided(cast: Cast, decided: PolicyVersion) -> None:
    copy = PolicyVersion.objects.get(pk=decided.pk)
    copy.pk, copy.number = None, 9
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows silently")
def test_version_is_not_replaced(waiting: PolicyVersion) -> None:
    refused("INSERT OR REPLACE INTO policies_policyversion SELECT * FROM policies_policyversion")


def test_gate_only_rises_and_stays(db: None) -> None:
    run("UPDATE policies_citygate SET epoch = epoch + 1 WHERE id = 1")
    refused("UPDATE policies_citygate SET epoch = epoch - 1 WHERE id = 1")
    refused("UPDATE policies_citygate SET epoch = epoch WHERE id = 1")
    refused("DELETE FROM policies_citygate")
    refused("DELETE FROM policies_citysite")
