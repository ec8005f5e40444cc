"""Notices follow the record: who is told of what, once, and nobody else."""

import threading
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import notices, offices
from accounts.actions.offices import Office
from accounts.models import Notice, SocialAccount, StaffMember
from desk import tasks
from desk.telling import LEARNT_HANDS, TITLES, events_told, exemptions_of_the_day, tellings
from posts.actions import handing, review
from posts.models import Post
from rules.calendar import JST, day_of
from rules.states import MailChoice, Role
from rules.transitions import TABLE, handed_by
from tests.support.browser import BACKEND
from tests.support.cast import (
    Cast,
    checked,
    claimed,
    drafted,
    let_draft,
    make_account,
    make_cast,
    seen,
    submitted,
)
from tests.support.restricting import suspend

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def told(now: datetime) -> dict[str, set[str]]:
    """Event → the usernames that are told, by the entries of the last minutes."""
    found: dict[str, set[str]] = {}
    for one in tellings(now - timedelta(minutes=5)):
        names = set(one.people.values_list("username", flat=True))
        found.setdefault(one.news.event, set()).update(names)
    return found


def test_every_hand_of_the_table_has_somebody_to_tell_and_words() -> None:
    """A new hand, or a new row, without words or without people fails here."""
    handed = {row.event for row in TABLE if handed_by(row.event) and row.next_hand != "worker"}
    assert events_told() == handed | LEARNT_HANDS.keys() == TITLES.keys()


def test_submission_is_told_to_chief_and_deputy_and_to_nobody_else(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    submitted(cast, account, now=now)
    assert told(now) == {"post.submitted": {"suzuki", "fujimoto"}}


def test_claim_is_told_to_those_who_could_check(cast: Cast, account: SocialAccount, now: datetime) -> None:
    claimed(cast, account, now=now)
    assert told(now) == {"post.exemption_claimed": {"tanaka", "suzuki", "fujimoto"}}


def test_return_is_told_to_who_wrote_it(cast: Cast, account: SocialAccount, now: datetime) -> None:
    post = submitted(cast, account, now=now)
    review.return_(post=post, seen_digest=seen(post), reason="曜日", by=cast.suzuki, now=now)
    assert told(now) == {"post.returned": {"sato"}}


def test_what_moved_on_is_told_to_nobody(cast: Cast, account: SocialAccount, now: datetime) -> None:
    post = submitted(cast, account, now=now)
    review.take_back(post=post, by=cast.sato, now=now)
    assert told(now) == {}


def test_handing_over_is_told_to_the_new_owner(cast: Cast, account: SocialAccount, now: datetime) -> None:
    post: Post = drafted(cast, account, now=now)
    let_draft(account, cast.tanaka)
    handing.hand_over(post=post, to=cast.tanaka, reason="異動", by=cast.sato, now=now)
    assert told(now) == {"post.handed_over": {"tanaka"}}


def test_suspension_of_the_city_is_told_to_every_chief(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    suspend(cast, now=now)
    assert told(now)["restriction.suspended"] >= {"suzuki"}
    assert "sato" not in told(now)["restriction.suspended"]


def test_deputy_is_told_for_themselves(cast: Cast, now: datetime) -> None:
    today = day_of(now)
    office = Office(Role.DEPUTY, today, cast.tourism, today, "出張")
    offices.name_deputy(staff=cast.tanaka, office=office, by=cast.suzuki, now=now)
    assert told(now) == {"person.deputy_named": {"tanaka"}}


def test_sweep_tells_once_whatever_comes_late(
    cast: Cast, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.tell()
    submitted(cast, account, now=timezone.now())
    tasks.tell()
    tasks.tell()
    assert set(Notice.objects.values_list("to__username", flat=True)) == {"suzuki", "fujimoto"}
    assert Notice.objects.count() == 2


def test_two_sweeps_at_once_tell_once(cast: Cast, account: SocialAccount) -> None:
    tasks.tell()
    submitted(cast, account, now=timezone.now())
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        try:
            tasks.tell()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Notice.objects.count() == 2


def with_mail(cast: Cast, *names: str) -> None:
    for name in names:
        StaffMember.objects.filter(username=name).update(email=f"{name}@city.mima.example")


def test_mail_goes_to_those_in_charge_in_text_and_html_without_the_draft(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.STAFF_URL = "https://sns.city.mima.example/"
    with_mail(cast, "suzuki", "sato")
    tasks.tell()
    post = submitted(cast, account, now=timezone.now(), text="まだ出してはいけない本文")
    tasks.tell()
    tasks.mail()
    [message] = mail.outbox
    assert message.to == ["suzuki@city.mima.example"]
    assert "承認を頼まれました" in message.subject
    html = str(message.alternatives[0][0])
    link = f"https://sns.city.mima.example{reverse('review_case', args=[post.pk])}"
    assert link in message.body
    assert link in html
    assert "まだ出してはいけない" not in message.body + html
    tasks.mail()
    assert len(mail.outbox) == 1


def test_mail_that_fails_is_tried_again_and_the_notice_stays(
    cast: Cast, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_mail(cast, "suzuki")
    tasks.tell()
    submitted(cast, account, now=timezone.now())
    tasks.tell()
    calls: list[int] = []

    def down(*args: object, **kwargs: object) -> None:
        calls.append(1)
        raise ConnectionRefusedError("no server")

    with monkeypatch.context() as broken:
        broken.setattr(notices, "send", down)
        now = timezone.now()
        for hours in range(9):
            notices.mail_due(now=now + timedelta(hours=hours))
    assert len(calls) == notices.MOST_TRIES
    notice = Notice.objects.get(to=cast.suzuki)
    assert (notice.mail_at, notice.mailed_at, notice.mail_problem) == (None, None, "no server")


def test_mail_comes_as_each_has_chosen(cast: Cast, account: SocialAccount) -> None:
    with_mail(cast, "suzuki", "fujimoto")
    notices.choose(staff=cast.suzuki, mail=MailChoice.NEVER)
    notices.choose(staff=cast.fujimoto, mail=MailChoice.DAILY)
    tasks.tell()
    submitted(cast, account, now=timezone.now())
    tasks.tell()
    tasks.mail()
    assert mail.outbox == []
    now = timezone.now()
    assert notices.mail_daily(since=now - timedelta(days=1), now=now) == 1
    assert mail.outbox[0].to == ["fujimoto@city.mima.example"]
    assert notices.mail_daily(since=now - timedelta(days=1), now=now) == 0


def test_days_exemptions_are_told_to_the_sections_chief(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    checked(cast, account, now=now)
    [found] = exemptions_of_the_day(now + timedelta(hours=7))
    assert {staff.username for staff in found.people} == {"suzuki", "fujimoto"}
    assert "田中 健一" in found.news.words
    assert list(exemptions_of_the_day(now + timedelta(days=2))) == []


def test_digest_is_sent_once_a_day_after_five(monkeypatch: pytest.MonkeyPatch) -> None:
    day = datetime(2026, 11, 20, 17, 5, tzinfo=JST)
    assert notices.digest_day(on=day)
    assert not notices.digest_day(on=day + timedelta(hours=1))
    assert notices.digest_day(on=day + timedelta(days=1))


def test_page_shows_ones_own_and_leads_to_the_screen(cast: Cast, account: SocialAccount) -> None:
    tasks.tell()
    post = submitted(cast, account, now=timezone.now())
    tasks.tell()
    client = Client()
    client.force_login(cast.suzuki, backend=BACKEND)
    assert "承認を頼まれました" in client.get(reverse("notice_list")).content.decode()
    notice = Notice.objects.get(to=cast.suzuki)
    opened = client.post(reverse("notice_open", args=[notice.pk]))
    assert opened["Location"] == reverse("review_case", args=[post.pk])
    notice.refresh_from_db()
    assert notice.read_at is not None
    client.force_login(cast.tanaka, backend=BACKEND)
    assert "お知らせはありません" in client.get(reverse("notice_list")).content.decode()
    assert client.post(reverse("notice_open", args=[notice.pk])).status_code == 404
    client.post(reverse("notice_list"), {"mail": "daily"})
    assert cast.tanaka.notice_choice.mail == "daily"
