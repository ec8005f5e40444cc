"""訓練タイムライン: what training connections posted, to the letter, newest first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import SocialAccount, TrainingPost
from tests.support import cast as people
from tests.support.cast import Cast, make_account

pytestmark = pytest.mark.django_db
POSTED = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def mori(cast: Cast) -> Client:
    """Somebody of another section: the timeline is for everybody who is signed in."""
    client = Client()
    client.force_login(cast.mori, backend="django.contrib.auth.backends.ModelBackend")
    return client


def posted(account: SocialAccount, text: str, number: int) -> TrainingPost:
    at = POSTED + timedelta(seconds=number)
    return TrainingPost.objects.create(social_account=account, key=f"k{number}", text=text, posted_at=at)


def test_timeline_says_what_fills_it_when_it_is_empty(mori: Client) -> None:
    page = mori.get("/training/").content.decode()
    assert "訓練の投稿はまだありません" in page
    assert "市の外へは出ません" in page


def test_timeline_shows_the_exact_text_with_its_second(mori: Client, account: SocialAccount) -> None:
    posted(account, "\n　行頭の空白\n\n<b>&amp;", 0)
    page = mori.get("/training/").content.decode()
    assert '<p class="pv__text">\n　行頭の空白\n\n&lt;b&gt;&amp;amp;</p>' in page
    assert "令和8年11月20日(金) 10:02:03" in page
    assert "@mima_kanko_demo" in page
    assert "観光交流課" in page


def test_timeline_pages_by_key_newest_first(mori: Client, account: SocialAccount) -> None:
    rows = [posted(account, f"第{number:02}報", number) for number in range(45)]
    seen, url = [], "/training/"
    while url:
        page = mori.get(url).content.decode()
        seen += [row for row in reversed(rows) if f'id="training-{row.pk}"' in page]
        last = [row for row in rows if f'href="?before={row.pk}"' in page]
        url = f"/training/?before={last[0].pk}" if last else ""
    assert seen == rows[::-1]


def test_timeline_answers_204_until_something_is_new(mori: Client, account: SocialAccount) -> None:
    first = posted(account, "第1報", 1)
    page = mori.get("/training/").content.decode()
    assert f'hx-get="/training/?newest={first.pk}"' in page
    assert 'hx-trigger="every 5s"' in page
    asked = {"HX-Request": "true"}
    assert mori.get(f"/training/?newest={first.pk}", headers=asked).status_code == 204
    posted(account, "第2報", 2)
    again = mori.get(f"/training/?newest={first.pk}", headers=asked)
    assert again.status_code == 200
    assert "第2報" in again.content.decode()
    assert mori.get(f"/training/?newest={first.pk}").status_code == 200  # without htmx always a page


def test_timeline_takes_a_nonsense_key_for_none(mori: Client) -> None:
    for key in ("x", "-3", "9" * 40):
        assert mori.get("/training/", {"before": key, "newest": key}).status_code == 200
