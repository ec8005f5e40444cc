"""The screens of policies: writing without losing anything, deciding, publishing, refusals that help."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import SocialAccount, StaffMember
from policies.actions import policy
from policies.forms.policy import as_text
from policies.models import PolicyVersion
from rules.states import PolicyState
from tests.policies.conftest import content_of
from tests.support.cast import Cast

As = Callable[[StaffMember], Client]


def typed(account: SocialAccount, form_no: int = 0, do: str = "save", **changes: Any) -> dict[str, str]:
    """A whole form as a browser sends it."""
    content = content_of(account, **changes)
    items = content.pop("further_items")
    sent = {name: as_text(value) for name, value in content.items()}
    for number, item in enumerate(items):
        sent |= {f"item-{number}-{part}": text for part, text in item.items()}
    return {**sent, "form_no": str(form_no), "do": do}


def edit(account: SocialAccount) -> str:
    return reverse("policy_edit", args=[account.pk])


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


# --- writing


def test_form_opens_with_what_the_register_knows(cast: Cast, account: SocialAccount, as_: As) -> None:
    text = page(as_(cast.onishi).get(edit(account)))
    assert 'value="X（旧Twitter）"' in text
    assert 'value="https://x.com/mima_kanko_demo"' in text
    assert "7のうち2が済み" in text
    assert "鈴木 洋子（観光交流課長）" in text
    assert "PolicyVersion" not in text
    assert not PolicyVersion.objects.exists()


def test_form_is_for_those_who_may_write_and_says_who(cast: Cast, account: SocialAccount, as_: As) -> None:
    text = page(as_(cast.mori).get(edit(account)), 403)
    assert "所属の職員・ホームページ担当" in text


def test_draft_is_saved_and_opened_again(cast: Cast, account: SocialAccount, as_: As) -> None:
    client = as_(cast.onishi)
    response = client.post(edit(account), typed(account, effective_on=None))
    assert response.status_code == 302
    version = PolicyVersion.objects.get()
    assert version.categories == ["観光とイベント", "移住と定住", "防災"]
    assert version.further_items[0]["heading"] == "利用者の遵守事項"
    assert "下書きを保存しました" in page(client.get(edit(account)))


def test_line_ends_become_plain_and_nothing_else_changes(cast: Cast, account: SocialAccount, as_: As) -> None:
    as_(cast.onishi).post(edit(account), {**typed(account), "purpose": "一行目\r\n  二行目"})
    assert PolicyVersion.objects.get().purpose == "一行目\n  二行目"


def test_asking_goes_to_the_chief(cast: Cast, account: SocialAccount, as_: As) -> None:
    response = as_(cast.onishi).post(edit(account), typed(account, do="ask"))
    version = PolicyVersion.objects.get()
    assert response["Location"] == reverse("policy_detail", args=[version.pk])
    assert version.state == PolicyState.AWAITING_DECISION


@pytest.mark.clause("mima:3-2-カ")
def test_asking_names_the_empty_item_and_keeps_what_was_typed(
    cast: Cast, account: SocialAccount, as_: As
) -> None:
    sent = typed(account, do="ask", intellectual_property="", purpose="とても大事な目的")
    text = page(as_(cast.onishi).post(edit(account), sent), 409)
    assert "「カ 知的財産権の帰属」が書かれていません。" in text
    assert "とても大事な目的" in text
    assert "下書きは保存しました" in text
    assert PolicyVersion.objects.get().state == PolicyState.DRAFTING


@pytest.mark.clause("mima:3-2-イ")
def test_address_of_another_service_is_an_error_at_item_i(
    cast: Cast, account: SocialAccount, as_: As
) -> None:
    sent = typed(account, url="https://www.facebook.com/mima", purpose="残る目的")
    text = page(as_(cast.onishi).post(edit(account), sent), 422)
    assert "「イ アカウント名及びURL」" in text
    assert "残る目的" in text
    assert not PolicyVersion.objects.exists()


def test_sample_fills_what_is_empty_and_leaves_what_is_written(
    cast: Cast, account: SocialAccount, as_: As
) -> None:
    client = as_(cast.onishi)
    empty = typed(account, do="sample:o", personal_information="", purpose="残る目的")
    text = page(client.post(edit(account), empty))
    assert "個人情報の保護に関する法律に基づいて、適切に取り扱います" in text
    assert "残る目的" in text
    written = typed(account, do="sample:o", personal_information="自分で書いた文")
    assert "適切に取り扱います" not in page(client.post(edit(account), written))
    assert not PolicyVersion.objects.exists()


@pytest.mark.clause("mima:3-2-オ")
def test_repealed_ordinance_is_pointed_out_and_mended_by_one_press(
    cast: Cast, account: SocialAccount, as_: As
) -> None:
    client = as_(cast.onishi)
    old = {"personal_information": "寄せられた個人情報は、見本市個人情報保護条例に基づきます。"}
    text = page(client.post(edit(account), typed(account, do="preview", **old)))
    assert "「見本市個人情報保護条例」は、令和5年3月に廃止された" in text
    assert "確かめてください" in text
    mended = page(client.post(edit(account), typed(account, do="ordinance", **old)))
    assert "寄せられた個人情報は、個人情報の保護に関する法律に基づきます。" in mended
    assert "廃止された" not in mended


def test_repealed_ordinance_does_not_block(cast: Cast, account: SocialAccount, as_: As) -> None:
    old = {"personal_information": "個人情報保護条例に基づきます。"}
    assert as_(cast.onishi).post(edit(account), typed(account, do="ask", **old)).status_code == 302


def test_further_items_are_added_moved_and_removed_without_a_script(
    cast: Cast, account: SocialAccount, as_: As
) -> None:
    client = as_(cast.onishi)
    items = [{"heading": "い", "body": "一"}, {"heading": "ろ", "body": "二"}]

    def press(do: str) -> list[str]:
        response = client.post(edit(account), typed(account, do=do, further_items=items))
        return [form["heading"].value() for form in response.context["item_forms"]]

    assert press("add") == ["い", "ろ", ""]
    assert press("up:1") == ["ろ", "い"]
    assert press("down:0") == ["ろ", "い"]
    assert press("remove:0") == ["ろ"]
    assert press("add:terms") == ["い", "ろ", "利用者の遵守事項"]
    for nonsense in ("up:0", "up:x", "down:1", "remove:9", "sample:zz", "what", ""):
        assert press(nonsense) == ["い", "ろ"]


def test_further_item_without_a_heading_is_an_error(cast: Cast, account: SocialAccount, as_: As) -> None:
    sent = typed(account, further_items=[{"heading": "", "body": "本文だけ"}])
    text = page(as_(cast.onishi).post(edit(account), sent), 422)
    assert "見出しを書いてください" in text
    assert "本文だけ" in text


def test_preview_marks_what_is_new_against_the_version_in_force(
    cast: Cast, opened: SocialAccount, as_: As
) -> None:
    sent = typed(
        opened, do="preview", purpose="市の魅力を知っていただくため、次の情報をお伝えします。新しい文です。"
    )
    text = page(as_(cast.onishi).post(edit(opened), sent))
    assert "お伝えします。<ins>新しい文です。</ins>" in text


def test_stale_form_comes_back_beside_the_others_text_and_can_be_saved(
    cast: Cast, account: SocialAccount, as_: As, now: datetime
) -> None:
    mine = policy.write(account=account, content=content_of(account), by=cast.onishi, now=now)
    seen = mine.form_no
    theirs = {"purpose": "佐藤さんの目的"}
    policy.write(account=account, content=theirs, by=cast.sato, now=now, form_no=seen)
    client = as_(cast.onishi)
    response = client.post(edit(account), typed(account, form_no=seen, purpose="わたしの目的"))
    text = page(response, 409)
    assert "佐藤 美咲さん" in text
    assert "佐藤さんの目的" in text
    assert text.count("わたしの目的") >= 2
    assert PolicyVersion.objects.get().purpose == "佐藤さんの目的"
    again = typed(account, form_no=response.context["form_no"], purpose="わたしの目的")
    assert client.post(edit(account), again).status_code == 302
    assert PolicyVersion.objects.get().purpose == "わたしの目的"


def test_refused_saving_keeps_what_was_typed(cast: Cast, waiting: PolicyVersion, as_: As) -> None:
    account = waiting.social_account
    sent = typed(account, form_no=waiting.form_no, purpose="おそかった目的")
    text = page(as_(cast.onishi).post(edit(account), sent), 409)
    assert "保存できませんでした" in text
    assert "おそかった目的" in text


def test_form_leads_to_the_version_that_waits_for_somebody(
    cast: Cast, waiting: PolicyVersion, as_: As, now: datetime
) -> None:
    there = reverse("policy_detail", args=[waiting.pk])
    assert as_(cast.onishi).get(edit(waiting.social_account))["Location"] == there
    policy.decide(version=waiting, by=cast.suzuki, now=now)
    assert as_(cast.onishi).get(edit(waiting.social_account))["Location"] == there
    assert as_(cast.onishi).get(f"{edit(waiting.social_account)}?next=1").status_code == 200


# --- deciding and publishing


def press(client: Client, name: str, version: PolicyVersion, **sent: str) -> Any:
    return client.post(reverse(name, args=[version.pk]), {"form_no": str(version.form_no), **sent})


def test_chief_reads_the_page_that_citizens_will_read_and_decides(
    cast: Cast, waiting: PolicyVersion, as_: As
) -> None:
    client = as_(cast.suzuki)
    text = page(client.get(reverse("policy_detail", args=[waiting.pk])))
    assert "キ 免責事項" in text
    assert "第1版を決裁する" in text
    assert press(client, "policy_decide", waiting).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == PolicyState.DECIDED


@pytest.mark.clause("mima:3-1")
def test_others_see_no_button_and_are_refused_with_who_may(
    cast: Cast, waiting: PolicyVersion, as_: As
) -> None:
    client = as_(cast.mori)
    assert "第1版を決裁する" not in page(client.get(reverse("policy_detail", args=[waiting.pk])))
    text = page(press(client, "policy_decide", waiting), 403)
    assert "決裁できませんでした" in text
    assert "鈴木 洋子（観光交流課長）" in text


def test_chief_returns_with_a_reason_that_the_writer_reads(
    cast: Cast, waiting: PolicyVersion, as_: As
) -> None:
    press(as_(cast.suzuki), "policy_return", waiting, reason="オの根拠を直してください。")
    assert "オの根拠を直してください。" in page(as_(cast.onishi).get(edit(waiting.social_account)))
    assert "差し戻されました" in page(as_(cast.sato).get(reverse("policy_list")))


def test_return_on_an_old_page_keeps_the_reason(
    cast: Cast, waiting: PolicyVersion, as_: As, now: datetime
) -> None:
    seen = waiting.form_no
    policy.return_(version=waiting, reason="先に戻した", by=cast.fujimoto, now=now)
    policy.ask_decision(version=waiting, by=cast.onishi, now=now)
    sent = {"form_no": str(seen), "reason": "長く考えた理由"}
    url = reverse("policy_return", args=[waiting.pk])
    text = page(as_(cast.suzuki).post(url, sent), 409)
    assert "ほかの人がこの版を進めました" in text
    assert "長く考えた理由" in text


def test_web_admin_publishes_and_reads_it_on_the_site(
    cast: Cast, decided: PolicyVersion, as_: As, client: Client
) -> None:
    browser = as_(cast.onishi)
    response = press(browser, "policy_publish", decided)
    assert "読み返して確かめました" in page(browser.get(response["Location"]))
    assert "美馬市観光（X）運用方針" in page(client.get("/site/accounts/x-mima_kanko_demo/"))


def test_publishing_into_a_folder_that_refuses_says_what_is_unchanged(
    cast: Cast, decided: PolicyVersion, as_: As, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    settings.SITE_FOLDER = tmp_path / "file"
    text = page(press(as_(cast.onishi), "policy_publish", decided), 503)
    assert "書き込めません" in text
    assert "まだ公表していません" in text
    assert "第1版を公表する" in text


def test_list_says_whose_turn_it_is(cast: Cast, waiting: PolicyVersion, as_: As) -> None:
    text = page(as_(cast.sato).get(reverse("policy_list")))
    assert "鈴木 洋子（観光交流課長）" in text
    assert "決裁待ち" in text


def test_list_asks_the_same_number_of_questions_for_many_accounts(
    cast: Cast, opened: SocialAccount, as_: As, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        SocialAccount.objects.create(
            section=cast.tourism,
            name=f"第{number}",
            network="x",
            connection="api",
            handle=f"@n{number}",
            url=f"https://x.com/n{number}",
            rulebooks=["mima"],
            requested_at=now,
        )
    client = as_(cast.sato)
    client.get(reverse("policy_list"))  # the rulebooks in force are read once a day and process
    with django_assert_max_num_queries(15):
        client.get(reverse("policy_list"))


@pytest.mark.story
def test_policy_goes_from_the_web_admin_to_the_chief_to_the_site_and_the_account_becomes_postable(
    cast: Cast, account: SocialAccount, as_: As, client: Client
) -> None:
    today = timezone.localdate()
    as_(cast.onishi).post(edit(account), typed(account, do="ask", effective_on=today))
    version = PolicyVersion.objects.get()
    press(as_(cast.suzuki), "policy_decide", version)
    entry = reverse("account_detail", args=[account.pk])
    assert "公表され適用中の運用方針がありません" in page(as_(cast.suzuki).get(entry))
    press(as_(cast.onishi), "policy_publish", version)
    assert "準備中" in page(client.get("/site/"))
    opening = reverse("account_act", args=[account.pk, "open"])
    as_(cast.suzuki).post(opening, {"form_no": str(account.form_no)})
    account.refresh_from_db()
    assert account.state == "in_operation"
    assert "準備中" not in page(client.get("/site/"))
