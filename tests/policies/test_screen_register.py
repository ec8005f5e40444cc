"""The screens of the register: requesting, the chief's presses, the connection that never shows its secret."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import vault
from accounts.models import ConnectionCheck, Credential, SocialAccount, StaffMember
from audit.models import Entry
from policies.actions import operation
from tests.support.cast import Cast, make_account

As = Callable[[StaffMember], Client]
SECRET = "abcd-efgh-ijkl-mnop"


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


def form(cast: Cast, **changes: Any) -> dict[str, Any]:
    sent = {
        "section": cast.tourism.pk,
        "name": "新しい観光（X）",
        "network": "x",
        "connection": "training",
        "handle": "@atarashii",
        "url": "https://x.com/atarashii",
        "rulebooks": ["mima"],
        "purpose": "届ける",
        "research": "",
    }
    return {**sent, **changes}


def act(client: Client, account: SocialAccount, verb: str, **sent: str) -> Any:
    account.refresh_from_db()
    url = reverse("account_act", args=[account.pk, verb])
    return client.post(url, {"form_no": str(account.form_no), **sent})


def test_request_makes_an_entry_and_leads_to_it(cast: Cast, as_: As) -> None:
    response = as_(cast.sato).post(reverse("account_request"), form(cast))
    account = SocialAccount.objects.get()
    assert response["Location"] == reverse("account_detail", args=[account.pk])
    assert (account.state, account.requested_by) == ("requested", cast.sato)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "「台帳の名前」を入力してください。"),
        ({"url": "https://www.facebook.com/x"}, "X（旧Twitter）のURLではありません"),
        ({"url": "nonsense"}, "https:// で始まるURLを書いてください。"),
        ({"rulebooks": []}, "「適用する規程」を入力してください。"),
        (
            {"network": "note", "connection": "api", "url": "https://note.com/atarashii"},
            "まだ自動で発信できません",
        ),
        ({"handle": "@atarashii2"}, "URLの終わりとユーザー名が違います"),
        ({"handle": "../../atarashii"}, "ユーザー名に使えない文字があります"),
    ],
)
def test_request_comes_back_filled_with_what_is_wrong(
    cast: Cast, as_: As, changes: dict[str, Any], sentence: str
) -> None:
    text = page(as_(cast.sato).post(reverse("account_request"), form(cast, **changes)), 422)
    assert sentence in text
    assert "atarashii" in text
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"name": "美馬市観光（X）"}, {"url": "https://x.com/mima_kanko_demo"}, {"handle": "@mima_kanko_demo"}],
)
def test_request_of_what_is_in_the_register_is_an_error(
    cast: Cast, account: SocialAccount, as_: As, changes: dict[str, Any]
) -> None:
    text = page(as_(cast.sato).post(reverse("account_request"), form(cast, **changes)), 422)
    assert "台帳にあります" in text


@pytest.mark.parametrize(
    "changes",
    [
        {"connection": "training"},
        {"network": "bluesky", "connection": "api", "url": "https://bsky.app/profile/atarashii"},
    ],
)
def test_request_is_taken_when_an_adapter_serves_the_connection(
    cast: Cast, as_: As, changes: dict[str, Any]
) -> None:
    page(as_(cast.sato).post(reverse("account_request"), form(cast, **changes)), 302)
    assert SocialAccount.objects.get().connection == changes["connection"]


def test_request_may_name_again_what_a_closed_entry_had(
    cast: Cast, opened: SocialAccount, as_: As, now: Any
) -> None:
    operation.close(account=opened, reason="いったん終えます", by=cast.suzuki, now=now)
    same = {"name": opened.name, "handle": opened.handle, "url": opened.url}
    page(as_(cast.sato).post(reverse("account_request"), form(cast, **same)), 302)
    assert SocialAccount.objects.filter(url=opened.url).count() == 2


def test_request_for_another_section_is_refused(cast: Cast, as_: As) -> None:
    page(as_(cast.mori).post(reverse("account_request"), form(cast)), 403)
    assert not SocialAccount.objects.exists()


def test_entry_tells_staff_who_may_and_shows_the_chief_the_buttons(
    cast: Cast, opened: SocialAccount, as_: As
) -> None:
    url = reverse("account_detail", args=[opened.pk])
    staff, chief = page(as_(cast.sato).get(url)), page(as_(cast.suzuki).get(url))
    button = f'action="{reverse("account_act", args=[opened.pk, "suspend"])}"'
    assert button not in staff
    assert "行えるのは: 鈴木 洋子（観光交流課長）" in staff
    assert button in chief


@pytest.mark.clause("mima:3-1")
def test_entry_says_what_opening_still_needs(cast: Cast, account: SocialAccount, as_: As) -> None:
    text = page(as_(cast.suzuki).get(reverse("account_detail", args=[account.pk])))
    assert "公表され適用中の運用方針がありません" in text
    assert "要領 第3条(1)" in text
    refusal = page(act(as_(cast.suzuki), account, "open"), 409)
    assert "いまの状態のままです" in refusal


def test_chief_suspends_resumes_and_closes(cast: Cast, opened: SocialAccount, as_: As) -> None:
    chief = as_(cast.suzuki)
    for verb, reason, state in (
        ("suspend", "乗っ取りの疑い", "suspended"),
        ("resume", "", "in_operation"),
        ("close", "まとめました", "closed"),
    ):
        act(chief, opened, verb, reason=reason)
        opened.refresh_from_db()
        assert opened.state == state
    assert "まとめました" in page(chief.get(reverse("register")))


def test_act_on_an_old_page_keeps_the_reason(cast: Cast, opened: SocialAccount, as_: As) -> None:
    url = reverse("account_act", args=[opened.pk, "close"])
    text = page(as_(cast.suzuki).post(url, {"form_no": "1", "reason": "長く考えた理由"}), 409)
    assert "長く考えた理由" in text
    opened.refresh_from_db()
    assert opened.state == "in_operation"


def test_suspension_warns_when_the_site_could_not_follow(
    cast: Cast, opened: SocialAccount, as_: As, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    settings.SITE_FOLDER = tmp_path / "file"
    chief = as_(cast.suzuki)
    text = page(chief.get(act(chief, opened, "suspend", reason="点検")["Location"]))
    assert "休止しました" in text
    assert "まだ新しくできていません" in text


def bluesky(cast: Cast, now: Any) -> SocialAccount:
    return make_account(
        cast,
        "くらし（Bluesky）",
        network="bluesky",
        connection="api",
        handle="@kurashi.example",
        url="https://bsky.app/profile/kurashi.example",
        opened=False,
        now=now,
    )


@pytest.mark.clause("mima:3-2-イ")
@pytest.mark.parametrize(
    "url",
    [
        "https://X.com/Mima_Kanko_Demo/",
        "https://twitter.com/mima_kanko_demo",
        "https://mobile.x.com/mima_kanko_demo",
    ],
)
def test_request_is_refused_when_the_address_is_only_written_otherwise(
    cast: Cast, as_: As, account: SocialAccount, url: str
) -> None:
    sent = form(cast, url=url, handle="@Mima_Kanko_Demo")
    text = page(as_(cast.sato).post(reverse("account_request"), sent), 422)
    assert "同じ公式アカウントが、もう台帳にあります" in text


@pytest.mark.parametrize(
    "address",
    [
        "あ",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "https://u:p@pds.example",
        "https://other.example",
    ],
)
def test_connection_is_refused_to_an_address_that_cannot_be_called(
    cast: Cast, as_: As, now: Any, settings: Settings, address: str
) -> None:
    settings.OUTBOUND_HOSTS = ["pds.example"]
    account = bluesky(cast, now)
    told = {"base_url": address, "identifier": "kurashi.example", "app_password": SECRET}
    url = reverse("account_credential", args=[account.pk])
    page(as_(cast.kondo).post(url, {**told, "form_no": str(account.form_no)}), 422)
    assert not Credential.objects.exists()


@pytest.mark.clause("mima:3-3-認証")
def test_system_admin_connects_and_the_secret_is_never_shown(
    cast: Cast, as_: As, now: Any, settings: Settings
) -> None:
    settings.OUTBOUND_HOSTS = ["pds.example"]
    account, admin = bluesky(cast, now), as_(cast.kondo)
    url = reverse("account_credential", args=[account.pk])
    told = {"base_url": "https://pds.example", "identifier": "kurashi.example", "app_password": SECRET}
    admin.post(url, {**told, "form_no": str(account.form_no)})
    account.refresh_from_db()
    assert account.config["identifier"] == "kurashi.example"
    assert Credential.objects.get().changed_by == cast.kondo
    for address in (url, reverse("account_detail", args=[account.pk])):
        assert SECRET not in page(admin.get(address))
    assert "保存してあります" in page(admin.get(url))


@pytest.mark.clause("mima:2-場面")
@pytest.mark.parametrize(
    ("identifier", "status"),
    [
        ("taro.example", 422),
        ("@taro.example", 422),
        ("@Kurashi.example", 302),
        ("kurashi.example", 302),
        ("koho@city.example", 302),
        ("did:plc:abc", 302),
    ],
)
def test_connection_is_refused_under_a_name_that_is_not_in_the_register(
    cast: Cast, as_: As, now: Any, settings: Settings, identifier: str, status: int
) -> None:
    settings.OUTBOUND_HOSTS = ["pds.example"]
    account = bluesky(cast, now)
    told = {"base_url": "https://pds.example", "identifier": identifier, "app_password": SECRET}
    url = reverse("account_credential", args=[account.pk])
    answer = as_(cast.kondo).post(url, {**told, "form_no": str(account.form_no)})
    assert answer.status_code == status
    assert ("台帳の「@kurashi.example」ではありません" in answer.content.decode()) == (status == 422)


def test_secrets_left_empty_stay_when_one_is_typed(cast: Cast, as_: As, now: Any, settings: Settings) -> None:
    settings.OUTBOUND_HOSTS = ["api.x.com"]
    account, admin = make_account(cast, connection="api", opened=False, now=now), as_(cast.kondo)
    url = reverse("account_credential", args=[account.pk])
    told = {"base_url": "https://api.x.com", "handle": "mima_kanko_demo", "client_id": "id"}
    empty = {"client_secret": "", "access_token": "", "refresh_token": ""}
    secrets = {"client_secret": "c1", "access_token": "a1", "refresh_token": "r1"}
    for typed in (secrets, {**empty, "client_secret": "c2"}):
        account.refresh_from_db()
        assert admin.post(url, {**told, **typed, "form_no": str(account.form_no)}).status_code == 302
    row = Credential.objects.get()
    opened = vault.unseal(row.key_id, bytes(row.sealed), bound_to=str(row.pk))
    assert opened == {**secrets, "client_secret": "c2"}


@pytest.mark.clause("mima:2-場面")
def test_entry_says_whose_account_answered(cast: Cast, as_: As, now: Any) -> None:
    account = bluesky(cast, now)
    told = {"config": {"base_url": "https://pds.example"}, "secret": {"app_password": SECRET}}
    operation.set_credential(account=account, by=cast.kondo, now=now, **told)
    address = reverse("account_detail", args=[account.pk])
    assert "まだ確かめていません" in page(as_(cast.sato).get(address))
    words = "つながったのは「@taro」で、台帳の「@kurashi.example」ではありません"
    ConnectionCheck.objects.create(
        social_account=account, checked_at=now, outcome="refused", detail=words, handle="taro"
    )
    assert words in page(as_(cast.sato).get(address))
    ConnectionCheck.objects.update(outcome="ok", detail="", handle="kurashi.example")
    assert "つながったユーザー名は @kurashi.example です" in page(as_(cast.sato).get(address))


def test_secret_is_not_sent_back_when_another_field_is_wrong(cast: Cast, as_: As, now: Any) -> None:
    account = bluesky(cast, now)
    url = reverse("account_credential", args=[account.pk])
    sent = {"identifier": "kurashi.example", "app_password": SECRET, "form_no": "2"}
    text = page(as_(cast.kondo).post(url, sent), 422)
    assert "「接続先」を入力してください。" in text
    assert "kurashi.example" in text
    assert SECRET not in text


def test_connection_is_not_for_the_chief(cast: Cast, as_: As, now: Any) -> None:
    url = reverse("account_credential", args=[bluesky(cast, now).pk])
    assert "システム管理者" in page(as_(cast.suzuki).get(url), 403)
    assert not Entry.objects.filter(event="account.credential_set.refused").exists()


@pytest.mark.clause("mima:3-3-認証")
def test_connection_leaves_an_attempt_in_the_record_when_the_chief_sends_it(
    cast: Cast, as_: As, now: Any, settings: Settings
) -> None:
    settings.OUTBOUND_HOSTS = ["pds.example"]
    account = bluesky(cast, now)
    told = {"base_url": "https://pds.example", "identifier": "kurashi.example", "app_password": SECRET}
    url = reverse("account_credential", args=[account.pk])
    text = page(as_(cast.suzuki).post(url, {**told, "form_no": str(account.form_no)}), 403)
    assert SECRET not in text
    entry = Entry.objects.get(event="account.credential_set.refused")
    assert entry.by.startswith("suzuki ")
    assert SECRET not in entry.payload
    assert not Credential.objects.exists()


@pytest.mark.parametrize(
    ("connection", "sentence"),
    [
        ("training", "設定することはありません"),
        ("manual", "設定することはありません"),
        ("api", "まだ自動で発信できません"),
    ],
)
def test_connection_without_settings_says_so(
    cast: Cast, as_: As, now: Any, connection: str, sentence: str
) -> None:
    known = {"network": "note", "url": "https://note.com/mima_kanko_demo"}
    account = make_account(cast, connection=connection, opened=False, now=now, **known)
    assert sentence in page(as_(cast.kondo).get(reverse("account_credential", args=[account.pk])))


def test_address_without_an_entry_is_missing(cast: Cast, as_: As) -> None:
    for name in ("account_detail", "policy_edit", "policy_detail"):
        assert as_(cast.kondo).get(reverse(name, args=[999])).status_code == 404
