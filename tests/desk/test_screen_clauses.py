"""条文: every clause of the rulebooks that matter here, with who sees to it; nothing of another city."""

from html import escape

import pytest
from django.test import Client

from accounts.duties import DUTY_JA
from accounts.models import SocialAccount
from desk.clause_table import city_settings
from desk.duties import KIND_JA
from rules import clauses
from tests.support import cast as people
from tests.support.cast import NOW, Cast, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


def page(cast: Cast) -> str:
    client = Client()
    client.force_login(cast.sato, backend="django.contrib.auth.backends.ModelBackend")
    return client.get("/clauses/").content.decode()


def test_clause_page_has_words_for_every_duty_and_kind() -> None:
    assert DUTY_JA.keys() == clauses.DUTIES
    assert KIND_JA.keys() == clauses.KINDS


@pytest.mark.parametrize("rulebook", clauses.available())
def test_clause_page_shows_every_clause_with_an_anchor(
    cast: Cast, installation: dict[str, object], rulebook: str
) -> None:
    installation["rulebooks"] = [rulebook]
    html = page(cast)
    for clause in clauses.load(rulebook).clauses.values():
        row = html[html.index(f'id="{clause.id}"') :].partition("</li>")[0]
        assert escape(clause.gist, quote=False) in row
        chips = {"code": "仕組みが守る", "people": "人が行う", "planned": "これから作る"}
        assert {word for word in chips.values() if word in row} == {chips[clause.done_by]}
        assert clause.who in row
        assert clause.waits_for in row
        assert clause.asked_at in row


@pytest.mark.clause("mima:附則-4")
def test_clause_page_marks_the_version_in_force(cast: Cast) -> None:
    html = page(cast)
    assert "令和5年4月1日（2023年）施行 <b>適用中</b>" in html
    assert "平成29年5月22日（2017年）施行</span>" in html


def test_clause_page_of_a_toyama_city_shows_nothing_of_mima(
    cast: Cast, installation: dict[str, object]
) -> None:
    installation["rulebooks"] = ["toyama"]
    html = page(cast)
    assert "富山市" in html
    assert "美馬" not in html
    assert "mima:" not in html


def test_clause_page_adds_the_rulebooks_of_social_accounts(cast: Cast) -> None:
    assert "富山市" not in page(cast)
    account = make_account(cast)
    SocialAccount.objects.filter(pk=account.pk).update(rulebooks=["mima", "toyama"])
    assert "富山市" in page(cast)


def test_clause_page_says_what_is_the_citys_own_setting(installation: dict[str, object]) -> None:
    assert DUTY_JA["four_eyes"] in city_settings(NOW.date())
    assert DUTY_JA["approval"] not in city_settings(NOW.date())
    installation["rulebooks"] = ["toyama"]
    assert DUTY_JA["approval"] in city_settings(NOW.date())
