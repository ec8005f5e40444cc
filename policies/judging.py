"""What a reader of a draft would point out before the decision: plain hints, each with the place and a way to mend it.

They block nothing. What must be so is a gate of the rules.
"""

from dataclasses import dataclass

from accounts.books import books_of
from accounts.models import SocialAccount
from policies import samples
from policies.facts import says_send_only
from policies.models import PolicyVersion
from rules import clauses


@dataclass(frozen=True)
class Finding:
    """`anchor` is the item it belongs to, `do` the button that mends it ("" where a person must)."""

    anchor: str
    severity: str
    sentence: str
    do: str = ""
    button: str = ""
    duty: str = ""


def findings_in(version: PolicyVersion, ordinance: str) -> tuple[Finding, ...]:
    """`ordinance` is the repealed ordinance as the draft names it, or ""."""
    found = (
        _same_as_register(version),
        _old_law(ordinance),
        _send_only(version),
        _terms(version),
    )
    return tuple(finding for finding in found if finding)


def _same_as_register(version: PolicyVersion) -> Finding | None:
    """イ: the address citizens read is the one in the register."""
    account: SocialAccount = version.social_account
    if not version.url and not version.handle:
        return None
    if (version.url, version.handle) == (account.url, account.handle):
        return Finding("i", "ok", "ユーザー名とURLは、台帳と同じです。")
    sentence = (
        f"ユーザー名かURLが、台帳（{account.handle}、{account.url}）と違います。どちらかを直してください。"
    )
    return Finding("i", "confirm", sentence)


def _old_law(ordinance: str) -> Finding | None:
    """オ: since April 2023 the law itself applies to cities; their own ordinances were repealed."""
    if not ordinance:
        return None
    sentence = (
        f"「{ordinance}」は、令和5年3月に廃止されたものかもしれません。"
        "令和5年4月からは、市にも「個人情報の保護に関する法律」が適用されています。"
    )
    return Finding(
        "o", "confirm", sentence, "ordinance", "「個人情報の保護に関する法律」に直す", "policy_items"
    )


def _send_only(version: PolicyVersion) -> Finding | None:
    """エ: who replies to nobody says so, under rulebooks that want it."""
    rulebooks = version.social_account.rulebooks
    books = books_of(rulebooks) if rulebooks else []
    owed = books and clauses.is_on("send_only", books)
    if not owed or version.reply_mode != "none" or says_send_only(version):
        return None
    sentence = "返信しない運用のときは、情報発信専用であることを書きます。書くまで、決裁を頼めません。"
    return Finding("e", "block", sentence, "send_only", f"「{samples.SEND_ONLY}」を書き足す", "send_only")


def _terms(version: PolicyVersion) -> Finding | None:
    """A comment can later only be deleted for breaking terms that the policy states."""
    if any("遵守" in item["heading"] for item in version.further_items):
        return None
    sentence = f"「{samples.TERMS_HEADING}」の項目がありません。書き込みを削除するときの根拠になります。"
    return Finding("x", "info", sentence, "add:terms", f"「{samples.TERMS_HEADING}」を加える")
