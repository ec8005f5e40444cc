"""SNSの手引き: read once a fiscal year by everybody for themselves; and nothing private is ever asked or kept."""

from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions.handbook import confirm_read
from accounts.acts import ActRefused
from accounts.handbook import has_read, readings
from accounts.models import HandbookReading, StaffMember
from rules.calendar import day_of
from tests.support.browser import BACKEND
from tests.support.cast import Cast, make_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("toyama:4-3-私的", "toyama:1-目的")]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_handbook_is_read_once_a_fiscal_year(cast: Cast, now: datetime) -> None:
    confirm_read(by=cast.sato, now=now)
    assert has_read(cast.sato, day_of(now))
    with pytest.raises(ActRefused) as caught:
        confirm_read(by=cast.sato, now=now)
    assert caught.value.refusal.codes == {"read_already"}
    april = now + timedelta(days=150)
    assert not has_read(cast.sato, day_of(april))
    confirm_read(by=cast.sato, now=april)
    assert HandbookReading.objects.filter(staff=cast.sato).count() == 2


def test_contractors_read_it_too_and_people_who_left_do_not(cast: Cast, now: datetime) -> None:
    confirm_read(by=cast.hayashi, now=now)
    StaffMember.objects.filter(pk=cast.tanaka.pk).update(is_active=False)
    cast.tanaka.refresh_from_db()
    with pytest.raises(ActRefused):
        confirm_read(by=cast.tanaka, now=now)


def test_chief_sees_who_has_still_to_read(cast: Cast, now: datetime) -> None:
    confirm_read(by=cast.sato, now=now)
    [row] = readings(day_of(now), [cast.tourism])
    assert (row.in_all, row.read, cast.sato in row.owing, cast.tanaka in row.owing) == (5, 1, False, True)


def test_page_takes_the_reading_and_shows_sections_only_to_those_who_answer_for_them(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.sato, backend=BACKEND)
    assert "まだの人" not in client.get(reverse("handbook")).content.decode()
    assert client.post(reverse("handbook")).status_code == 302
    assert client.post(reverse("handbook")).status_code == 409
    client.force_login(cast.suzuki, backend=BACKEND)
    html = client.get(reverse("handbook")).content.decode()
    assert "まだの人" in html
    assert "移住定住推進課" not in html


def test_reading_is_never_changed_or_deleted(cast: Cast, now: datetime) -> None:
    confirm_read(by=cast.sato, now=now)
    for sql in (
        "DELETE FROM accounts_handbookreading",
        "UPDATE accounts_handbookreading SET fiscal_year = 2025",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_nothing_in_the_program_keeps_anything_about_private_use() -> None:
    fields = [
        f"{model.__name__}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()
    ]
    assert not [
        name
        for name in fields
        if any(word in name.lower() for word in ("private", "personal_acc", "monitor"))
    ]
    kept = {field.name for field in HandbookReading._meta.get_fields()}
    assert kept == {"id", "staff", "fiscal_year", "edition_on", "at"}
