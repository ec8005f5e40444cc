"""職員・所属・端末・規程 on screens: nothing typed is lost, and what cannot be taken back is asked twice."""

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import certificates
from accounts.actions import devices, people, sections
from accounts.actions.devices import Place
from accounts.models import RulebookVersion
from rules.calendar import day_of
from tests.accounts.certificates import certificate, pem
from tests.support.browser import BACKEND
from tests.support.cast import Cast, drafted, make_account, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "（目的）\n第1条 発信の決まりを定める。\n\n（承認）\n第2条 課長の承認を受ける。\n"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.kondo, backend=BACKEND)
    return client


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


# --- 規程


def rulebook(**changes: object) -> dict[str, object]:
    said = {"key": "mihon-3", "title": "見本市SNS要綱", "short": "要綱", "kind": "要綱", "reason": "定めた"}
    return {**said, "effective_on": day_of(timezone.now()).replace(year=2027).isoformat(), **changes}


def test_text_of_a_file_is_there_in_the_second_step(admin: Client) -> None:
    file = SimpleUploadedFile("youkou.txt", TEXT.encode())
    text = page(admin.post(reverse("rulebook_new"), {**rulebook(do="read"), "file": file}))
    assert "場所ごとの内容（2）" in text
    assert "第2条 課長の承認を受ける。\n</textarea>" in text
    more = {"do": "save", "gist-1": "課長が認めます。", "duty-1": ["approval"], "text": TEXT}
    assert admin.post(reverse("rulebook_new"), rulebook(**more)).status_code == 302
    assert RulebookVersion.objects.get().rulebook == "mihon-3"


@pytest.mark.parametrize("wrong", [{"effective_on": ""}, {"short": ""}, {"key": "Bad Key"}, {"reason": ""}])
def test_gists_and_duties_stay_when_something_else_is_wrong(admin: Client, wrong: dict[str, str]) -> None:
    more = {"do": "save", "text": TEXT, "gist-1": "課長が認めます。", "duty-1": ["approval"], "off": ["hold"]}
    answer = admin.post(reverse("rulebook_new"), {**rulebook(**more), **wrong})
    text = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert 'name="gist-1" value="課長が認めます。"' in text
    assert 'name="duty-1" value="approval" checked' in text
    assert not RulebookVersion.objects.exists()


def test_gists_and_duties_stay_when_the_text_cannot_be_read(admin: Client) -> None:
    more = {
        "do": "save",
        "text": TEXT + "第2条 もう一度。\n",
        "gist-1": "課長が認めます。",
        "duty-1": "approval",
    }
    text = page(admin.post(reverse("rulebook_new"), rulebook(**more)), 422)
    assert '<input type="hidden" name="gist-1" value="課長が認めます。">' in text
    assert '<input type="hidden" name="duty-1" value="approval">' in text


# --- forms that somebody else was faster with


def test_what_was_typed_about_a_device_stays_when_somebody_was_first(
    cast: Cast, admin: Client, now: datetime
) -> None:
    mine = {"by": cast.kondo, "now": now}
    words = {"certificate": certificates.read(pem(certificate(now))), **mine}
    device = devices.enrol(place=Place("観光-PC-03", cast.tourism, cast.sato), **words)
    address, old = reverse("device_detail", args=[device.pk]), device.form_no
    devices.hand_on(
        device=device, place=Place("観光-PC-03", cast.moving, cast.mori), form_no=old, by=cast.kondo, now=now
    )
    sent = {"do": "hand", "name": "観光-PC-99", "section": cast.tourism.pk, "holder": cast.tanaka.pk}
    text = page(admin.post(address, {**sent, "form_no": old}), 409)
    device.refresh_from_db()
    assert "ほかの人が先に変えました" in text
    assert 'value="観光-PC-99"' in text
    assert f'name="form_no" value="{device.form_no}"' in text
    assert "森 恵子" in text
    assert admin.post(address, {**sent, "form_no": device.form_no}).status_code == 302
    device.refresh_from_db()
    assert (device.name, device.holder) == ("観光-PC-99", cast.tanaka)


def test_what_was_typed_about_a_section_stays_when_somebody_was_first(
    cast: Cast, admin: Client, now: datetime
) -> None:
    section, old = cast.moving, cast.moving.form_no
    address = reverse("section_edit", args=[section.pk])
    words = {"parent": cast.planning, "form_no": old, "by": cast.kondo, "now": now}
    sections.change(section=section, name="移住交流課", **words)
    sent = {"name": "移住課", "parent": cast.planning.pk}
    text = page(admin.post(address, {**sent, "form_no": old}), 409)
    assert "移住交流課" in text
    assert 'value="移住課"' in text
    section.refresh_from_db()
    assert admin.post(address, {**sent, "form_no": section.form_no}).status_code == 302


# --- 退職・異動


def test_leaving_is_shown_before_it_is_done_and_has_a_way_back(
    cast: Cast, admin: Client, now: datetime
) -> None:
    post = drafted(cast, make_account(cast, now=now), now=now)
    person, step = reverse("person_detail", args=[cast.sato.pk]), reverse("person_leave", args=[cast.sato.pk])
    assert step in page(admin.get(person))
    admin.post(person, {"do": "leave"})
    cast.sato.refresh_from_db()
    assert cast.sato.is_active
    text = page(admin.get(step))
    for word in ("美馬市観光（X）", post.title, "すぐになくなるもの", "手もとに残るもの"):
        assert word in text
    assert admin.post(step, {"do": "leave"}).status_code == 302
    cast.sato.refresh_from_db()
    assert not cast.sato.is_active
    assert "もう退職・異動の扱い" in page(admin.post(step), 409)
    assert "復職・登録し直し" in page(admin.get(person))
    assert "理由が書かれていません" in page(admin.post(person, {"do": "return", "reason": ""}), 409)
    assert admin.post(person, {"do": "return", "reason": "まちがえた"}).status_code == 302
    cast.sato.refresh_from_db()
    assert cast.sato.is_active


def test_roles_are_listed_before_they_are_taken(cast: Cast, admin: Client) -> None:
    text = page(admin.get(reverse("person_leave", args=[cast.suzuki.pk])))
    assert "所属長" in text
    assert "観光交流課" in text


def test_leaving_is_for_the_system_admin(cast: Cast) -> None:
    client, step = Client(), reverse("person_leave", args=[cast.sato.pk])
    client.force_login(cast.suzuki, backend=BACKEND)
    assert "<form" not in page(client.get(step)).partition("<main")[2]
    assert "システム管理者" in page(client.post(step), 403)
    cast.sato.refresh_from_db()
    assert cast.sato.is_active


@pytest.mark.parametrize(("active", "words"), [(True, "が使っています"), (False, "登録し直せます")])
def test_user_name_that_is_known_leads_to_its_person(
    cast: Cast, admin: Client, now: datetime, active: bool, words: str
) -> None:
    if not active:
        people.leave(staff=cast.sato, by=cast.kondo, now=now)
    sent = {"username": "sato", "name": "佐藤 美咲", "section": cast.tourism.pk, "employment": "regular"}
    text = page(admin.post(reverse("person_list"), sent), 422)
    assert words in text
    assert reverse("person_detail", args=[cast.sato.pk]) in text
