"""Gates for 手作業: a person takes a delivery, brings it out on the network's own page, and says where it stands.

What else stands in the way of sending stands in the way of taking, too: THE TABLE names the same gates for both.
"""

from collections.abc import Iterator

from rules.facts import Case, Delivery, Reason
from rules.gate import Gate
from rules.office import Who, check_on_account, refusal


def _delivery(case: Case) -> Delivery:
    assert isinstance(case.subject, Delivery)
    return case.subject


# --- who


def check_sender(case: Case) -> Iterator[Reason]:
    """mima:2-対象者, mima:5-ただし書: staff on the account; whoever made the second check is not the sender."""
    yield from check_on_account(case, "手作業で出せる")
    checker = _delivery(case).post.checked_by
    if checker is not None and checker == case.actor.id:
        yield refusal("checker_sends", "second_check", "この投稿を確認した人は、自分で出すことができません。")


def check_taker(case: Case) -> Iterator[Reason]:
    """市の設定: whoever took it says what became of it; afterwards anybody on the account settles it."""
    taker = _delivery(case).taken_by
    if taker is None or taker.id != case.actor.id:
        yield refusal(
            "not_taker",
            "settling",
            "記録できるのは、この発信を引き受けた人だけです。",
            (taker,) if taker else (),
        )


SENDER = Who("sender", "手作業で出す職員", check_sender, asks_drafting=True, asks_office=True)
TAKER = Who("taker", "引き受けた人", check_taker)


# --- gates


def check_by_hand(case: Case) -> Iterator[Reason]:
    """市の設定: what the program sends by itself, nobody sends beside it."""
    delivery = _delivery(case)
    if not delivery.by_hand:
        yield Reason(
            "not_by_hand",
            "clearance",
            f"「{delivery.account.name}」へは、発信の仕組みが自動で出します。",
            "手で出すと二重になります。そのままお待ちください。",
            delivery.account.name,
        )


def check_due(case: Case) -> Iterator[Reason]:
    """mima:5-本文: what was cleared for a time goes out at that time, not before."""
    due_at = _delivery(case).due_at
    if due_at is not None and case.now < due_at:
        yield Reason(
            "not_due_yet",
            "clearance",
            "まだ出す時刻になっていません。",
            "予定の時刻に、もう一度開いてください。",
        )


def check_page(case: Case) -> Iterator[Reason]:
    """市の設定: the address leads to that network, and to this very social account."""
    delivery = _delivery(case)
    name = delivery.account.name
    if delivery.asked.page == "elsewhere":
        yield Reason(
            "page_elsewhere",
            "settling",
            f"このURLは、「{name}」のサービスのものではありません。",
            "いま出した投稿のページを開き、そのURLを貼ってください。",
        )
    if delivery.asked.page == "another":
        yield Reason(
            "page_of_another",
            "settling",
            f"このURLは、「{name}」とは別のアカウントの投稿です。",
            "別のアカウントに出してしまったときは、すぐに所属長に知らせてください。",
        )
    if delivery.asked.page_of:
        yield Reason(
            "page_of_other_post",
            "settling",
            f"このURLは、起案番号 {delivery.asked.page_of} の投稿ですでに記録されています。",
            "今回の投稿のページを開き、そのURLを貼ってください。",
        )


BY_HAND = Gate("by_hand", "clearance", check_by_hand, "手作業で出す公式アカウント")
DUE = Gate("due", "clearance", check_due, "出す時刻")
PAGE = Gate("page", "settling", check_page, "出した投稿の場所")
