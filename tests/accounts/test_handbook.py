"""SNSの手引き: read once a fiscal year by everybody for themselves; and nothing private is ever asked or kept."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pkgutil import walk_packages

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.forms import BaseForm
from pytest_django import Settings

from accounts import books
from accounts.actions import rulebooks
from accounts.actions.handbook import confirm_read
from accounts.actions.rulebooks import Decision
from accounts.acts import ActRefused
from accounts.handbook import EDITION_ON, has_read, owed_by, readings
from accounts.models import HandbookReading, StaffMember
from rules.calendar import day_of
from tests.support.cast import Cast, make_account, make_cast, submitted

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


def test_readings_are_counted_by_section(cast: Cast, now: datetime) -> None:
    confirm_read(by=cast.sato, now=now)
    [row] = readings(day_of(now), [cast.tourism])
    assert (row.in_all, row.read, cast.sato in row.owing, cast.tanaka in row.owing) == (5, 1, False, True)


@pytest.mark.clause("toyama:3-除外")
def test_elected_people_do_not_owe_it_and_are_not_counted(cast: Cast, now: datetime) -> None:
    StaffMember.objects.filter(pk=cast.tanaka.pk).update(is_elected=True)
    cast.tanaka.refresh_from_db()
    assert owed_by(cast.tanaka, day_of(now)) is None
    [row] = readings(day_of(now), [cast.tourism])
    assert (row.in_all, cast.tanaka in row.owing) == (4, False)
    with pytest.raises(ActRefused):
        confirm_read(by=cast.tanaka, now=now)


@pytest.mark.parametrize(
    ("joined", "on", "due", "late"),
    [
        (date(2020, 4, 1), date(2027, 4, 1), date(2027, 6, 30), False),
        (date(2020, 4, 1), date(2027, 6, 30), date(2027, 6, 30), False),
        (date(2020, 4, 1), date(2027, 7, 1), date(2027, 6, 30), True),
        (date(2027, 10, 1), date(2027, 11, 1), date(2027, 12, 30), False),
        (date(2020, 4, 1), date(2026, 11, 27), EDITION_ON + timedelta(days=90), False),
    ],
)
def test_reading_is_due_in_june_or_three_months_after_one_came_or_the_text_changed(
    cast: Cast, joined: date, on: date, due: date, late: bool
) -> None:
    cast.sato.date_joined = datetime(joined.year, joined.month, joined.day, 1, tzinfo=UTC)
    owed = owed_by(cast.sato, on)
    assert owed is not None
    assert (owed.due_on, owed.is_late) == (due, late)


def test_nobody_owes_it_after_the_reading_until_the_next_fiscal_year(cast: Cast, now: datetime) -> None:
    confirm_read(by=cast.sato, now=now)
    assert owed_by(cast.sato, day_of(now)) is None
    assert owed_by(cast.sato, date(2027, 3, 31)) is None
    april = owed_by(cast.sato, date(2027, 4, 1))
    assert april is not None
    assert april.year == 2027


@pytest.mark.parametrize("rulebooks", [["mima"], ["toyama"], ["mima", "toyama"]])
def test_every_city_asks_for_it_whatever_its_rulebooks(
    cast: Cast, now: datetime, settings: Settings, rulebooks: list[str]
) -> None:
    settings.CITY = {**settings.CITY, "rulebooks": rulebooks}
    books.forget()
    assert owed_by(cast.sato, day_of(now)) is not None


def test_nobody_owes_it_where_the_city_switched_it_off_and_a_second_reading_breaks_nothing(
    cast: Cast, now: datetime
) -> None:
    tomorrow = now + timedelta(days=1)
    off = Decision("mima", day_of(tomorrow), "紙で行うため")
    rulebooks.switch_duty(what=off, duty="handbook", on=False, by=cast.kondo, now=now)
    books.forget()
    assert owed_by(cast.sato, day_of(tomorrow)) is None
    for _ in range(2):
        confirm_read(by=cast.sato, now=tomorrow)
    assert HandbookReading.objects.filter(staff=cast.sato).count() == 1


def test_unread_handbook_stops_no_work(cast: Cast, now: datetime) -> None:
    account = make_account(cast)
    assert owed_by(cast.sato, day_of(now)) is not None
    assert submitted(cast, account).state == "awaiting_approval"


def test_reading_is_never_changed_or_deleted(cast: Cast, now: datetime) -> None:
    confirm_read(by=cast.sato, now=now)
    for sql in (
        "DELETE FROM accounts_handbookreading",
        "UPDATE accounts_handbookreading SET fiscal_year = 2025",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize("reading", [(2026, "2026-11-26"), (2027, "2026-11-26")])
def test_database_takes_one_reading_a_year_and_edition(
    cast: Cast, now: datetime, reading: tuple[int, str]
) -> None:
    row = {"staff": cast.sato, "fiscal_year": reading[0], "edition_on": reading[1], "at": now}
    HandbookReading.objects.create(**row)  # type: ignore[misc]
    with pytest.raises(IntegrityError), transaction.atomic():
        HandbookReading.objects.create(**row)  # type: ignore[misc]


# Words under which something about private use would be kept or asked for.
PRIVATE = ("private", "personal_", "own_account", "monitor", "watch_", "私用", "私的", "個人のアカウント")


def test_no_model_keeps_anything_about_private_use() -> None:
    fields = [
        f"{field.name} {getattr(field, 'verbose_name', '')}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        # What a policy tells citizens about their personal data is another thing.
        if field.name != "personal_information"
    ]
    assert len(fields) > 200
    assert not [name for name in fields if any(word in name.lower() for word in PRIVATE)]
    kept = {field.name for field in HandbookReading._meta.get_fields()}
    assert kept == {"id", "staff", "fiscal_year", "edition_on", "at"}


def test_no_form_asks_for_anything_about_private_use() -> None:
    for module in ("accounts", "policies", "posts", "desk"):
        walk_modules(module)
    asked = [
        f"{name} {field.label or ''}"
        for form in subclasses(BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if name != "personal_information"
    ]
    assert len(asked) > 80
    assert not [name for name in asked if any(word in name.lower() for word in PRIVATE)]


def walk_modules(name: str) -> None:
    """Import every form of that app."""
    package = import_module(name)
    for found in walk_packages(package.__path__, f"{name}."):
        if ".forms" in found.name or ".views" in found.name:
            import_module(found.name)


def subclasses(kind: type) -> Iterator[type]:
    for found in kind.__subclasses__():
        yield found
        yield from subclasses(found)
