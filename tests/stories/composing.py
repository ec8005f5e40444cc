"""What people do in the composer and on the review screens, in the words that stand on them."""

from datetime import datetime

from playwright.sync_api import Page, expect

from accounts.models import SocialAccount
from rules.calendar import JST

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
    page.get_by_label("種類※必須").select_option(category)
    page.get_by_label("本文（共通文）").fill(text)
    if due_at is not None:
        local = due_at.astimezone(JST)
        page.get_by_label("発信する日", exact=False).first.fill(f"{local:%Y-%m-%d}")
        page.get_by_label("発信する時刻").fill(f"{local:%H:%M}")
    page.get_by_role("checkbox", name=DECLARED).set_checked(declared)


def ask_for_approval(page: Page) -> None:
    page.get_by_role("button", name="承認を頼む").click()


def post_number(page: Page) -> int:
    """The id of the post whose page this is."""
    return int(page.url.rstrip("/").removesuffix("/edit").rsplit("/", 1)[1])


def says(page: Page, words: str) -> None:
    """The page shows these words."""
    expect(page.get_by_text(words).first).to_be_visible()
