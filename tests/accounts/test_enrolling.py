"""登録端末: enrolling, handing on, ending, passkeys; and what a request with a certificate counts for."""

import base64
from datetime import datetime, timedelta
from ipaddress import ip_network
from urllib.parse import quote

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts import certificates
from accounts.actions import devices
from accounts.actions.devices import Passkey, Place
from accounts.acts import ActRefused, ActStale, perform
from accounts.devices import seat_of
from accounts.models import Device
from audit.models import Entry
from posts.actions import review
from rules.calendar import day_of
from tests.accounts.certificates import certificate, der, pem
from tests.support.browser import BACKEND
from tests.support.cast import Cast, drafted, make_account, make_cast, seen

pytestmark = pytest.mark.django_db(transaction=True)
HOME, PROXY = "203.0.113.5", "192.168.0.9"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def networks(settings: Settings) -> None:
    settings.CITY_NETWORKS = (ip_network("10.20.0.0/16"),)
    settings.TRUSTED_PROXIES = (ip_network("192.168.0.0/24"),)


def place(cast: Cast, name: str = "観光-PC-03") -> Place:
    return Place(name, cast.tourism, cast.sato)


def enrolled(cast: Cast, now: datetime, text: str, name: str = "観光-PC-03") -> Device:
    return devices.enrol(place=place(cast, name), certificate=certificates.read(text), by=cast.kondo, now=now)


def codes(act: object, **words: object) -> set[str]:
    with pytest.raises(ActRefused) as caught:
        act(**words)  # type: ignore[operator]
    return set(caught.value.refusal.codes)


def asking(header: str, peer: str = PROXY, forwarded: str = HOME) -> bool:
    request = RequestFactory(REMOTE_ADDR=peer).get(
        "/", headers={"X-Forwarded-For": forwarded, "Client-Cert": header}
    )
    return seat_of(request, timezone.now()).registered


@pytest.mark.clause("mima:9-2")
@pytest.mark.clause("mima:4-2-ポリシー")
def test_machine_counts_by_its_certificate_from_anywhere_once_it_is_enrolled(cast: Cast) -> None:
    made = certificate(timezone.now())
    shown = f":{base64.b64encode(der(made)).decode()}:"
    assert not asking(shown)
    device = enrolled(cast, timezone.now(), pem(made))
    assert asking(shown)
    assert asking(quote(pem(made)))
    assert not asking(f":{base64.b64encode(der(certificate(timezone.now()))).decode()}:")
    devices.end(device=device, reason="返却した", by=cast.kondo, now=timezone.now())
    assert not asking(shown)


@pytest.mark.clause("mima:9-2")
@pytest.mark.parametrize(
    "header", ["", ":", "::", ":!!:", "x", "%", quote("-----BEGIN CERTIFICATE-----"), ":AAAA:"]
)
def test_header_that_is_no_certificate_counts_for_nothing(header: str) -> None:
    assert not asking(header)


@pytest.mark.clause("mima:9-2")
def test_header_that_no_proxy_of_ours_wrote_counts_for_nothing(cast: Cast) -> None:
    made = certificate(timezone.now())
    enrolled(cast, timezone.now(), pem(made))
    assert not asking(f":{base64.b64encode(der(made)).decode()}:", peer=HOME)


def test_machine_is_enrolled_once_whatever_it_is_called(cast: Cast, now: datetime) -> None:
    text = pem(certificate(now))
    enrolled(cast, now, text)
    words = {"certificate": certificates.read(text), "by": cast.kondo, "now": now}
    assert codes(devices.enrol, place=place(cast, "別の名前"), **words) == {"device_enrolled_twice"}
    other = {**words, "certificate": certificates.read(pem(certificate(now)))}
    assert codes(devices.enrol, place=place(cast), **other) == {"device_name_taken"}
    assert Device.objects.count() == 1


def test_certificate_that_is_over_or_has_not_begun_is_refused(cast: Cast, now: datetime) -> None:
    for made in (certificate(now, days=1, begins=-3), certificate(now, begins=2)):
        words = {
            "place": place(cast),
            "certificate": certificates.read(pem(made)),
            "by": cast.kondo,
            "now": now,
        }
        assert codes(devices.enrol, **words) == {"certificate_expired"}


def test_expired_machine_no_longer_counts(cast: Cast) -> None:
    made = certificate(timezone.now())
    device = enrolled(cast, timezone.now(), pem(made))
    Device.objects.filter(pk=device.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not asking(f":{base64.b64encode(der(made)).decode()}:")


def test_only_a_system_admin_at_a_registered_machine_enrols(cast: Cast, now: datetime) -> None:
    words = {"place": place(cast), "certificate": certificates.read(pem(certificate(now))), "now": now}
    assert codes(devices.enrol, by=cast.suzuki, **words) == {"not_system_admin"}
    cast.kondo.on_registered_device = False
    assert codes(devices.enrol, by=cast.kondo, **words) == {"unregistered_device"}


def test_machine_is_handed_on_and_then_asked_back_no_more(cast: Cast, now: datetime) -> None:
    device = enrolled(cast, now, pem(certificate(now)))
    deed = devices.ask_back_deed(device=device, reason="異動", on=day_of(now), now=now)
    perform(deed, by=cast.kondo, now=now)
    device.refresh_from_db()
    assert device.return_since == day_of(now)
    to = Place("観光-PC-03", cast.moving, cast.mori)
    with pytest.raises(ActStale):
        devices.hand_on(device=device, place=to, by=cast.kondo, now=now, form_no=1)
    devices.hand_on(device=device, place=to, by=cast.kondo, now=now, form_no=device.form_no)
    device.refresh_from_db()
    assert (device.return_since, device.holder, device.section) == (None, cast.mori, cast.moving)


def test_ending_a_machine_wants_a_reason(cast: Cast, now: datetime) -> None:
    device = enrolled(cast, now, pem(certificate(now)))
    assert codes(devices.end, device=device, reason=" ", by=cast.kondo, now=now) == {"reason_missing"}


def joined(cast: Cast, now: datetime, **changes: object) -> Device:
    device, code = devices.invite(place=place(cast), by=cast.kondo, now=now)
    words = {"code": code, "passkey": Passkey(b"id", b"key", 0, False), "by": cast.sato, "now": now}
    return devices.join(device=device, **{**words, **changes})  # type: ignore[arg-type]


def test_passkey_is_made_with_the_code_within_the_hour(cast: Cast, now: datetime) -> None:
    assert joined(cast, now).state == "enrolled"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "AAAA-BBBB-CCCC"}, "code_wrong_or_over"),
        ({"code": ""}, "code_wrong_or_over"),
        ({"passkey": Passkey(b"id", b"key", 0, True)}, "passkey_can_be_copied"),
    ],
)
def test_passkey_is_refused_without_the_code_or_when_it_can_be_copied(
    cast: Cast, now: datetime, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(ActRefused) as caught:
        joined(cast, now, **changes)
    assert set(caught.value.refusal.codes) == {code}


def test_code_is_over_after_an_hour(cast: Cast, now: datetime) -> None:
    device, code = devices.invite(place=place(cast), by=cast.kondo, now=now)
    words = {"device": device, "code": code, "passkey": Passkey(b"id", b"key", 0, False), "by": cast.sato}
    assert codes(devices.join, **words, now=now + devices.CODE_LASTS) == {"code_wrong_or_over"}


def test_counter_of_a_passkey_only_grows(cast: Cast, now: datetime) -> None:
    device = joined(cast, now, passkey=Passkey(b"id", b"key", 5, False))
    assert devices.seen_again(device=device, sign_count=6)
    device.refresh_from_db()
    assert not devices.seen_again(device=device, sign_count=6)
    assert not devices.seen_again(device=device, sign_count=4)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM accounts_device",
        "UPDATE accounts_device SET state = 'enrolled', ended_at = NULL",
        "UPDATE accounts_device SET id = id + 1",
    ],
)
def test_database_keeps_a_machine_that_has_ended_as_it_ended(cast: Cast, now: datetime, sql: str) -> None:
    device = enrolled(cast, now, pem(certificate(now)))
    devices.end(device=device, reason="廃棄した", by=cast.kondo, now=now)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.clause("mima:9-2")
def test_refusal_at_an_unregistered_machine_is_in_the_record_with_where_they_sat(cast: Cast) -> None:
    post = drafted(cast, make_account(cast))
    client = Client(REMOTE_ADDR=HOME)
    client.force_login(cast.sato, backend=BACKEND)
    assert "登録されていない端末です" in client.get(reverse("post_detail", args=[post.pk])).content.decode()
    cast.sato.on_registered_device, cast.sato.seat = False, f"登録されていない端末（{HOME}）"
    with pytest.raises(ActRefused):
        review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=timezone.now())
    entry = Entry.objects.get(event="post.submitted.refused")
    assert HOME in entry.payload
    assert "unregistered_device" in entry.payload


def test_list_page_takes_a_certificate_and_says_what_is_wrong_with_it(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="10.20.1.5")
    client.force_login(cast.kondo, backend=BACKEND)
    data = {"name": "観光-PC-03", "section": cast.tourism.pk, "pem": "x"}
    answer = client.post(reverse("device_list"), data)
    assert (answer.status_code, "証明書として読めません" in answer.content.decode()) == (422, True)
    key = "-----BEGIN EC PRIVATE KEY-----"
    assert (
        "秘密鍵が入っています" in client.post(reverse("device_list"), {**data, "pem": key}).content.decode()
    )
    text = pem(certificate(timezone.now()))
    assert client.post(reverse("device_list"), {**data, "pem": text}).status_code == 302
    again = client.post(reverse("device_list"), {**data, "name": "もう1つ", "pem": text})
    assert again.status_code == 409
    assert "もう「観光-PC-03」として登録されています" in again.content.decode()


@pytest.mark.parametrize("answer", ["", "x", "[]", "{}", '{"id": "x", "response": {}}', '{"id": 1}'])
@pytest.mark.parametrize("do", ["join", "verify"])
def test_answer_of_a_browser_that_fits_nothing_is_said_and_changes_nothing(
    cast: Cast, do: str, answer: str
) -> None:
    client = Client(REMOTE_ADDR=HOME, HTTP_HOST="localhost")
    client.force_login(cast.sato, backend=BACKEND)
    page = reverse("this_device")
    assert client.post(page, {"do": do, "answer": answer}).status_code == 422
    assert client.post(reverse("passkey_options"), {"do": do}).json()["publicKey"]["challenge"]
    assert client.post(page, {"do": do, "answer": answer}).status_code == 422
    assert "登録されていない端末です" in client.get(page).content.decode()


def test_code_is_shown_once_to_the_system_admin(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="10.20.1.5")
    client.force_login(cast.kondo, backend=BACKEND)
    data = {"do": "invite", "invite-name": "観光-ノート-01", "invite-section": cast.tourism.pk}
    answer = client.post(reverse("device_list"), data)
    code = answer.context["code"]
    assert code in answer.content.decode()
    device = Device.objects.get()
    assert device.code_digest == devices.digest_of(code)
    assert code not in client.get(reverse("device_list")).content.decode()
    assert code not in Entry.objects.get(event="device.invited").payload
