"""Checks that read more than a text: pictures, links that were tried, lengths, advertising, repetitions."""

from typing import Any

import pytest

from rules.checks.engine import examine
from rules.checks.findings import Finding, Severity
from rules.checks.material import Material, Measured, Medium, Part, PartKind, Recent
from tests.rules.checks.world import excerpts, findings, world

URL = "https://www.city.mima.lg.jp/a.html"
TOLD = {"alt": "夕暮れのうだつの町並み", "rights": "自ら撮影"}


def of_medium(check: str, **medium: Any) -> list[Finding]:
    found = examine(Material((), (Medium("media:0", **(TOLD | medium)),)), world())
    return [finding for finding in found if finding.check == check]


@pytest.mark.parametrize(
    ("check", "medium", "fires"),
    [
        ("media.face_consent", {"faces": 6}, True),
        ("media.face_consent", {"faces": 6, "consent": "口約束"}, True),
        ("media.face_consent", {"faces": 2, "consent": "書面"}, False),
        ("media.face_consent", {"faces": 0}, False),
        ("media.rights", {"rights": ""}, True),
        ("media.rights", {"rights": "不明"}, True),
        ("media.rights", {"rights": "許諾"}, True),
        ("media.rights", {"rights": "許諾", "permission_doc": "20261101.pdf"}, False),
        ("media.rights", {"shows_mark": True}, True),
        ("media.rights", {"shows_mark": True, "mark_permission": "許可証"}, False),
        ("media.alt", {"alt": ""}, True),
        ("media.alt", {"alt": "画像1"}, True),
        ("media.alt", {"alt": "IMG_0123.jpg"}, True),
        ("media.alt", {"alt": "チラシ画像"}, True),
        ("media.alt", {"alt": "akari.jpg", "file": "akari.jpg"}, True),
        ("media.alt", {"alt": "冬のマルシェのチラシ", "has_text": True}, True),
        ("media.alt", {"alt": "", "decorative": True}, False),
        ("media.alt", {"kind": "video", "captioned": False}, True),
        ("media.alt", {"kind": "video", "captioned": True}, False),
        ("media.alt", {}, False),
    ],
)
def test_picture_is_judged_by_what_its_author_says_of_it(check: str, medium: Any, fires: bool) -> None:
    assert bool(of_medium(check, **medium)) is fires


@pytest.mark.parametrize(
    ("status", "fires"), [(404, True), (500, True), (0, True), (200, False), (301, False)]
)
def test_link_that_was_tried_and_did_not_answer_is_told(status: int, fires: bool) -> None:
    assert excerpts("link.dead", f"くわしくは{URL}へ", links={URL: status}) == ([URL] if fires else [])


def test_link_that_nobody_tried_is_not_called_dead() -> None:
    assert findings("link.dead", URL) == []


def test_where_a_link_was_seen_to_lead_counts() -> None:
    told = {URL: "https://xxx-douga.example/v"}
    assert findings("ban.obscene", URL, leads_to=told)
    assert findings("link.unsafe", URL, leads_to={URL: "http://192.0.2.1/"})


def test_quoted_account_that_nobody_has_confirmed_is_told() -> None:
    assert findings("link.thirdparty", "こちらもどうぞ", quotes="@somebody")
    assert not findings("link.thirdparty", "こちらもどうぞ", quotes="@JMA_kishou")


def test_what_is_longer_than_the_network_takes_blocks() -> None:
    tags = Measured("ハッシュタグ", used=6, limit=5, unit_ja="個", over=1)
    [finding] = findings("len.platform", "#a #b #c #d #e #f", measured=(tags,))
    assert (finding.severity, "1個多い" in finding.message) == (Severity.BLOCK, True)
    assert not findings("len.platform", "a", measured=(Measured("本文", 1, 280, "字", 0),))


def test_paid_post_says_so() -> None:
    [finding] = findings("claim.ad", "新しい商品が届きました", sponsored=True)
    assert finding.severity == Severity.BLOCK
    assert not findings("claim.ad", "【PR】新しい商品が届きました", sponsored=True)


@pytest.mark.parametrize(
    ("before", "minutes", "fires"),
    [
        ("図書館の新着本一覧を更新しました。", 40, True),
        ("図書館の新着本一覧を、更新しました！", 40, True),
        ("図書館の新着本一覧を更新しました。", 24 * 60, False),
        ("図書館は臨時休館します。", 40, False),
        ("", 40, False),
    ],
)
def test_same_text_within_a_day_is_noticed(before: str, minutes: int, fires: bool) -> None:
    recent = (Recent(before, minutes),)
    assert bool(findings("gate.dup", "図書館の新着本一覧を更新しました。", recent=recent)) is fires


def test_next_report_of_a_disaster_is_no_repetition() -> None:
    first = Recent("午前9時、穴吹川の水位は3.2mです。川に近づかないでください。", 60)
    assert not findings(
        "gate.dup", "午前10時、穴吹川の水位は3.6mです。川に近づかないでください。", recent=(first,)
    )


def test_rulebooks_differ_by_duty_and_not_by_city() -> None:
    hearsay = "堤防が切れたらしいです。"
    strict = world().duties | {"rumor.unverified.any"}
    assert findings("rumor.unverified", hearsay, duties=strict)[0].severity == Severity.BLOCK
    assert findings("rumor.unverified", hearsay)[0].severity == Severity.CONFIRM
    assert not findings("ban.obscene", "アダルト動画はこちら")
    assert findings("ban.obscene", "アダルト動画はこちら", duties=world().duties | {"ban.obscene.words"})
    assert (
        "侮蔑"
        in findings("ban.insult", "バカな真似", duties=world().duties | {"ban.insult.contempt"})[0].message
    )
    assert not findings("ban.insult", "バカな真似", off={"ban.insult"})


def test_check_reads_alternative_texts_and_quotations_too() -> None:
    parts = (Part("alt:0", PartKind.ALT, "バカな真似"), Part("quote", PartKind.QUOTE, "バカな真似"))
    found = examine(Material(parts), world())
    assert {finding.part for finding in found if finding.check == "ban.insult"} == {"alt:0", "quote"}
