"""Story (a): staff drafts, the chief returns, staff mends, the chief approves, and the post is out in seconds."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import SocialAccount
from posts.models import Delivery
from tests.stories.composing import ask_for_approval, says, write
from tests.stories.conftest import Desk
from tests.support.cast import Cast, make_account

pytestmark = [pytest.mark.both_databases, pytest.mark.slow, pytest.mark.usefixtures("sender")]
FIRST = "「あかりの夕べ」を開きます。竹あかりが町並みを照らします。"
MENDED = "「あかりの夕べ」を11月28日(土)に開きます。\n雨のときは翌日です。\n#美馬市 🏮"
REASON = "日にちと、雨のときの扱いを書き足してください。"


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.mark.clause("mima:5-本文")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_event_notice_goes_out_after_a_return_and_an_approval(
    cast: Cast, account: SocialAccount, desk_of: Desk, script: bool
) -> None:
    sato = desk_of(cast.sato, java_script_enabled=script)
    suzuki = desk_of(cast.suzuki, java_script_enabled=script)

    sato.goto("/")
    sato.get_by_role("link", name="投稿を起案する").click()
    write(sato, account, text=FIRST)
    ask_for_approval(sato)
    says(sato, "第1版を承認を頼みました。")
    print(sato.url)
