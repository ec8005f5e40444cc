"""What people do in the composer and on the review screens, in the words that stand on them."""

import re
import time
from collections.abc import Callable
from datetime import date, datetime

from playwright.sync_api import Page, expect

from accounts.models import SocialAccount, TrainingPost
from posts.models import Post
from rules.calendar import JST

MOST_SECONDS_LATE = 5
DECLARED = "を読み、守って書きました"


def write(
    page: Page,
    account: SocialAccount,
    *,
    text: str,
    title: str = "あかりの夕べ",
    category: str = "観光とイベント",
    due_at: datetime | None = None,
    declared: bool = True,
) -> None:
    """Fill in the composer from top to bottom, up to the button."""
    page.get_by_role("checkbox", name=account.name).check()
    page.get_by_label("見出し（庁内用）").fill(title)
    page.get_by_label(re.compile("^種類")).select_option(category)
    page.get_by_label("本文（共通文）").fill(text)
    if due_at is not None:
        local = due_at.astimezone(JST)
        page.get_by_label("発信する日任意").fill(f"{local:%Y-%m-%d}")
        page.get_by_label("発信する時刻").fill(f"{local:%H:%M}")
    page.get_by_role("checkbox", name=DECLARED).set_checked(declared)


def ask_for_approval(page: Page) -> None:
    page.get_by_role("button", name="承認を頼む").click()


def claim_public_source(page: Page, where: str, on: date | None) -> None:
    """承認を省略する on ground (1)."""
    choose_ground(page, "(1) もう公開されている")
    page.get_by_label("公開されている場所").fill(where)
    if on is not None:
        page.get_by_label("公開された日").fill(f"{on:%Y-%m-%d}")


def choose_ground(page: Page, name: str) -> None:
    page.get_by_role("radio", name="承認を省略する").check()
    page.get_by_role("radio", name=name).check()


def tick_everything(page: Page) -> None:
    """確認者が見るところ, every one of them."""
    for tick in page.get_by_role("group", name="確認するところ").get_by_role("checkbox").all():
        tick.check()


def post_number(page: Page) -> int:
    """The id of the post whose page this is."""
    return int(page.url.rstrip("/").removesuffix("/edit").rsplit("/", 1)[1])


def says(page: Page, words: str) -> None:
    """The page shows these words."""
    expect(page.get_by_text(words).first).to_be_visible()


def return_(page: Page, reason: str) -> None:
    """差し戻す, from the review screen's bar."""
    page.locator("#return > summary").click()
    page.get_by_label("差し戻す理由").fill(reason)
    page.get_by_role("button", name="この理由で差し戻す").click()


def seconds_late(post: Post) -> float:
    """From when the post could go out (due and cleared) to when the last network had it, by the rows' own times."""
    rows = post.deliveries.select_related("clearance")
    return max((row.accepted_at - max(row.due_at, row.clearance.cleared_at)).total_seconds() for row in rows)  # type: ignore[operator]


def texts_sent(account: SocialAccount) -> list[str]:
    return list(TrainingPost.objects.filter(social_account=account).values_list("text", flat=True))


def wait_until(holds: Callable[[], bool], seconds: float = 15) -> None:
    """Look at the rows until they say so, for what no page shows by itself."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)
