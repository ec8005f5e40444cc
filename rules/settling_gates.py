"""Gates for 要照合: what a person owes before they record that an unknown delivery is out there, or is not.

A gate yields every reason it has against the case. Who may settle at all is in `who.py`.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from rules.facts import Case, Delivery, Reason
from rules.gate import Gate
from rules.text import is_blank


def _delivery(case: Case) -> Delivery:
    subject = case.subject
    assert isinstance(subject, Delivery)
    return subject


def check_saw(case: Case) -> Iterator[Reason]:
    """市の設定: what one saw, and where, is kept; a network's page may look different tomorrow."""
    if is_blank(_delivery(case).asked.reason):
        yield Reason(
            "saw_missing",
            "settling",
            "何を見て確かめたかが書かれていません。",
            "見た画面と、そこに今回の投稿があったかどうかを書いてください。",
        )


def check_address(case: Case) -> Iterator[Reason]:
    """市の設定: what is out there can be looked at again; without an address only where none is shown."""
    asked = _delivery(case).asked
    if asked.url and not _is_web_address(asked.url):
        yield Reason(
            "address_unreadable",
            "settling",
            "書かれたものは、投稿のURLとして読めません。",
            "投稿のページを開き、そのURLをそのまま貼ってください。",
        )
    elif not asked.url and not asked.no_url:
        yield Reason(
            "address_missing",
            "settling",
            "届いている投稿のURLが書かれていません。",
            "投稿のページを開き、そのURLを貼ってください。URLが出ないサービス（LINEなど）だけは、なしでも記録できます。",
        )


def _is_web_address(text: str) -> bool:
    """A whole http(s) address: it becomes a link, so nothing else may pass."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_one_word = text.isprintable() and " " not in text
    return is_one_word and parts.scheme in ("http", "https") and bool(parts.hostname)


def check_at_rest(case: Case) -> Iterator[Reason]:
    """市の設定: while something of ours may still arrive, "it is not there" is no answer, and "it is" can wait."""
    settle_from = _delivery(case).settle_from
    if settle_from is None or case.now < settle_from:
        yield Reason(
            "may_still_arrive",
            "settling",
            "送ったものが、いま届く途中かもしれません。",
            "1分ほどおき、サービスの画面を見直してから記録してください。",
        )


def check_was_taken(case: Case) -> Iterator[Reason]:
    """市の設定: what had ended is only opened again where a person brought it out and did not say so in time."""
    delivery = _delivery(case)
    if not delivery.was_taken:
        yield Reason(
            "nobody_took_it",
            "settling",
            f"「{delivery.account.name}」への発信は、人が引き受けて手作業で出したものではありません。",
            "サービスにある投稿が何かを確かめ、システム管理者に知らせてください。",
            delivery.account.name,
        )


def check_not_gone_on(case: Case) -> Iterator[Reason]:
    """市の設定: while something else goes out in its place, both would be out; a person sorts that out first."""
    delivery = _delivery(case)
    if delivery.gone_on:
        yield Reason(
            "gone_on",
            "settling",
            "届いていないと記録したあとで、新しい版か新しい投稿に進んでいます。このままでは二重に出ます。",
            "新しいほうがまだ出ていなければ、取り下げてから記録してください。もう出ていれば、どちらを残すか所属長と決めてください。",
            delivery.account.name,
        )


SAW = Gate("saw", "settling", check_saw, "確かめたこと")
ADDRESS = Gate("address", "settling", check_address, "届いた投稿の場所")
AT_REST = Gate("at_rest", "settling", check_at_rest, "届く途中のものがない")
WAS_TAKEN = Gate("was_taken", "settling", check_was_taken, "人が引き受けて出したもの")
NOT_GONE_ON = Gate("not_gone_on", "settling", check_not_gone_on, "代わりのものがない")
