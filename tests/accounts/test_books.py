"""規程: which version is in force on which day; adopting, switching, writing one; and what a post is judged by."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import rulebooks
from accounts.actions.rulebooks import Decision
from accounts.acts import ActRefused
from accounts.books import books_of, books_on, read_books
from accounts.models import Adoption, DutySwitch, RulebookVersion
from accounts.rulebook_document import PlaceTyped, RulebookTyped, document_of
from posts.actions import sending
from rules import clauses
from rules.calendar import day_of
from rules.states import DeliveryState
from rules.switching import CORE
from tests.support.browser import BACKEND
from tests.support.cast import Cast, approved, make_account, make_cast
from tests.support.restricting import place, suspend

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("mima:附則-4")]
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def what(now: datetime, rulebook: str = "mima", days: int = 1, reason: str = "要領を改めた") -> Decision:
    return Decision(rulebook, day_of(now) + days * DAY, reason)


def codes(act: object, **words: object) -> set[str]:
    with pytest.raises(ActRefused) as caught:
        act(**words)  # type: ignore[operator]
    return set(caught.value.refusal.codes)


def test_duty_is_off_from_its_day_on_and_not_a_day_earlier(cast: Cast, now: datetime) -> None:
    rulebooks.switch_duty(what=what(now, days=3), duty="out_of_hours", on=False, by=cast.kondo, now=now)
    for days, on in ((0, True), (2, True), (3, False), (400, False)):
        assert read_books(day_of(now) + days * DAY).book("mima").duties["out_of_hours"].on is on
    assert read_books(day_of(now) + 3 * DAY).book("mima").duties["out_of_hours"].clauses == ("mima:9-1",)


def test_later_switch_counts(cast: Cast, now: datetime) -> None:
    rulebooks.switch_duty(what=what(now, "toyama", 1), duty="device", on=True, by=cast.kondo, now=now)
    rulebooks.switch_duty(what=what(now, "toyama", 5), duty="device", on=False, by=cast.kondo, now=now)
    states = [read_books(day_of(now) + days * DAY).book("toyama").duties["device"].on for days in range(7)]
    assert states == [False, True, True, True, True, False, False]


@pytest.mark.parametrize("duty", sorted(CORE))
def test_core_duty_is_switched_off_by_no_city(cast: Cast, now: datetime, duty: str) -> None:
    words = {"what": what(now), "duty": duty, "on": False, "by": cast.kondo, "now": now}
    assert codes(rulebooks.switch_duty, **words) == {"duty_is_core"}
    DutySwitch.objects.create(
        rulebook="mima",
        duty=duty,
        on=False,
        effective_on=day_of(now),
        reason="x",
        recorded_by=cast.kondo,
        recorded_at=now,
    )
    assert read_books(day_of(now)).book("mima").duties[duty].on


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ({"days": 0}, "not_from_a_day_to_come"),
        ({"days": -1}, "not_from_a_day_to_come"),
        ({"reason": " "}, "reason_missing"),
        ({"rulebook": "nowhere"}, "rulebook_unknown"),
    ],
)
def test_decision_wants_a_day_to_come_a_reason_and_a_rulebook(
    cast: Cast, now: datetime, decision: dict[str, object], code: str
) -> None:
    words = {"adopted": True, "by": cast.kondo, "now": now}
    assert code in codes(rulebooks.adopt, what=what(now, **decision), **words)  # type: ignore[arg-type]
    assert not Adoption.objects.exists()


def test_city_adopts_a_second_rulebook_and_never_gives_up_the_last(cast: Cast, now: datetime) -> None:
    rulebooks.adopt(what=what(now, "toyama"), adopted=True, by=cast.kondo, now=now)
    assert read_books(day_of(now)).city == ("mima",)
    assert read_books(day_of(now) + DAY).city == ("mima", "toyama")
    rulebooks.adopt(what=what(now, "mima", 2), adopted=False, by=cast.kondo, now=now)
    assert read_books(day_of(now) + 2 * DAY).city == ("toyama",)
    words = {"adopted": False, "by": cast.kondo, "now": now}
    assert codes(rulebooks.adopt, what=what(now, "toyama", 3), **words) == {"last_rulebook"}


def test_only_a_system_admin_at_a_registered_machine_decides(cast: Cast, now: datetime) -> None:
    words = {"what": what(now, "toyama"), "adopted": True, "now": now}
    assert codes(rulebooks.adopt, by=cast.suzuki, **words) == {"not_system_admin"}
    cast.kondo.on_registered_device = False
    assert codes(rulebooks.adopt, by=cast.kondo, **words) == {"unregistered_device"}


OWN = RulebookTyped(
    key="mihon-2",
    city="見本市",
    title='見本市 "SNS" 運用要綱',
    kind="要綱",
    short="要綱",
    versions=[date(2026, 12, 1)],
    places=[PlaceTyped("第1条", "課長が認めてから出します。"), PlaceTyped("第2条", "ていねいに書きます。")],
    stands_on={"approval": ["第1条"]},
    off=frozenset({"out_of_hours", "approval"}),
)


def test_own_rulebook_is_read_as_it_was_typed_and_cited(cast: Cast, now: datetime) -> None:
    decision = Decision("mihon-2", date(2026, 12, 1), "要綱を定めた")
    rulebooks.write(what=decision, document=document_of(OWN), by=cast.kondo, now=now)
    book = read_books(date(2026, 12, 1)).book("mihon-2")
    assert (book.title, book.duties["out_of_hours"].on, book.duties["approval"].on) == (
        OWN.title,
        False,
        True,
    )
    assert clauses.cite("approval", [book]) == "要綱 第1条"
    assert book.clauses["mihon-2:第2条"].done_by == "people"


def test_account_under_a_rulebook_still_to_begin_is_never_without_rules(cast: Cast, now: datetime) -> None:
    decision = Decision("mihon-2", date(2026, 12, 1), "要綱を定めた")
    rulebooks.write(what=decision, document=document_of(OWN), by=cast.kondo, now=now)
    assert books_of(["mihon-2"], day_of(now))[0].duties["approval"].on


@pytest.mark.parametrize(
    "document", ["", "x = ", "[rulebook]\n", document_of(OWN).replace("mihon-2", "other")]
)
def test_document_that_is_no_rulebook_is_refused(cast: Cast, now: datetime, document: str) -> None:
    decision = Decision("mihon-2", date(2026, 12, 1), "要綱を定めた")
    words = {"what": decision, "document": document, "by": cast.kondo, "now": now}
    assert codes(rulebooks.write, **words) == {"rulebook_faulty"}
    assert not RulebookVersion.objects.exists()


def test_decisions_are_never_changed_or_deleted(cast: Cast, now: datetime) -> None:
    rulebooks.adopt(what=what(now, "toyama"), adopted=True, by=cast.kondo, now=now)
    rulebooks.switch_duty(what=what(now), duty="out_of_hours", on=False, by=cast.kondo, now=now)
    for sql in ("DELETE FROM accounts_adoption", 'UPDATE accounts_dutyswitch SET "on" = NOT "on"'):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_memory_of_a_day_sees_what_was_decided_on_it_for_later(cast: Cast, now: datetime) -> None:
    assert books_on(day_of(now)).city == ("mima",)
    Adoption.objects.create(
        rulebook="toyama",
        adopted=True,
        effective_on=day_of(now) + DAY,
        reason="x",
        recorded_by=cast.kondo,
        recorded_at=now,
    )
    assert books_on(day_of(now)).city == ("mima",)
    assert books_on(day_of(now) + DAY).city == ("mima", "toyama")


def test_post_is_judged_by_the_version_in_force_when_it_is_sent(cast: Cast, now: datetime) -> None:
    """Both were approved under the same rules; the city lets go of Art. 8(1) from tomorrow on."""
    rulebooks.switch_duty(what=what(now), duty="suspension", on=False, by=cast.kondo, now=now)
    account = make_account(cast)
    posts = [approved(cast, account, now=now, due_at=due) for due in (now + timedelta(hours=2), now + DAY)]
    suspend(cast, now=now + timedelta(hours=1), where=place(cast, account))
    states = []
    for delivery in (post.deliveries.get() for post in posts):
        sending.send(delivery.pk, clock=lambda due=delivery.due_at: due)
        delivery.refresh_from_db()
        states.append(delivery.state)
    assert states == [DeliveryState.HELD, DeliveryState.ACCEPTED]


def test_pages_show_what_is_in_force_and_take_a_decision(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.kondo, backend=BACKEND)
    assert "適用中" in client.get(reverse("rulebook_detail", args=["mima"])).content.decode()
    tomorrow = day_of(timezone.now()) + DAY
    data = {"effective_on": tomorrow.isoformat(), "reason": "要領の改正", "switch": "out_of_hours:off"}
    assert client.post(reverse("rulebook_detail", args=["mima"]), data).status_code == 302
    assert "これから始まること" in client.get(reverse("rulebook_list")).content.decode()
    core = client.post(reverse("rulebook_detail", args=["mima"]), {**data, "switch": "approval:off"})
    assert (core.status_code, "どの市でも外せません" in core.content.decode()) == (409, True)
    assert client.get(reverse("rulebook_detail", args=["nowhere"])).status_code == 404


def test_decision_by_mistake_is_called_back_before_it_begins(cast: Cast) -> None:
    client, address = Client(), reverse("rulebook_detail", args=["mima"])
    client.force_login(cast.kondo, backend=BACKEND)
    tomorrow = day_of(timezone.now()) + DAY
    data = {"effective_on": tomorrow.isoformat(), "reason": "まちがえた"}
    for pressed in ({"switch": "out_of_hours:off"}, {"do": "give_up"}):
        client.post(reverse("rulebook_detail", args=["toyama"]), {**data, "do": "adopt"})
        assert client.post(address, {**data, **pressed}).status_code == 302
    page = client.get(address).content.decode()
    assert 'name="switch" value="out_of_hours:on"' in page
    assert 'name="do" value="adopt"' in page
    for pressed in ({"switch": "out_of_hours:on"}, {"do": "adopt"}):
        assert client.post(address, {**data, **pressed}).status_code == 302
    books = read_books(tomorrow)
    assert (books.known["mima"].duties["out_of_hours"].on, "mima" in books.city) == (True, True)
    page = client.get(address).content.decode()
    assert page.count("あとの決定で替わりました") == 2
    assert page.count("取り消す<") == 2


@pytest.mark.parametrize("pressed", ["", "out_of_hours", "out_of_hours:maybe", "nothing:on"])
def test_switch_that_says_nothing_clear_is_not_taken(cast: Cast, pressed: str) -> None:
    client = Client()
    client.force_login(cast.kondo, backend=BACKEND)
    data = {"effective_on": (day_of(timezone.now()) + DAY).isoformat(), "reason": "x", "switch": pressed}
    assert client.post(reverse("rulebook_detail", args=["mima"]), data).status_code == 404


def test_own_rulebook_is_added_in_the_browser_from_its_text(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.kondo, backend=BACKEND)
    text = "見本市SNS運用要綱\n\n（目的）\n第1条 発信の決まりを定める。\n\n（承認）\n第2条 課長の承認を受ける。\n"
    data = {
        "key": "mihon-2",
        "title": "見本市SNS運用要綱",
        "short": "要綱",
        "kind": "要綱",
        "text": text,
        "effective_on": (day_of(timezone.now()) + DAY).isoformat(),
        "reason": "定めた",
    }
    page = client.post(reverse("rulebook_new"), {**data, "do": "read"}).content.decode()
    assert "場所ごとの内容（2）" in page
    more = {"do": "save", "gist-1": "課長が認めます。", "duty-1": ["approval"], "off": ["out_of_hours"]}
    assert client.post(reverse("rulebook_new"), {**data, **more}).status_code == 302
    book = read_books(day_of(timezone.now()) + DAY).book("mihon-2")
    assert clauses.cite("approval", [book]) == "要綱 第2条"
    twice = client.post(reverse("rulebook_new"), {**data, "text": text + "第2条 もう一度。\n", "do": "read"})
    assert (twice.status_code, "第2条" in twice.content.decode()) == (422, True)
