"""Gates for operation policies and for the register of social accounts."""

from collections.abc import Iterator

from rules.facts import Account, Case, Policy, Reason
from rules.gate import Gate


def _policy(case: Case) -> Policy:
    assert isinstance(case.subject, Policy)
    return case.subject


def _account(case: Case) -> Account:
    assert isinstance(case.subject, Account)
    return case.subject


def check_policy_items(case: Case) -> Iterator[Reason]:
    """mima:3-2-柱: every one of the seven items is written."""
    for heading in _policy(case).empty_items:
        yield Reason(
            "policy_item_empty",
            "policy_items",
            f"「{heading}」が書かれていません。",
            "運用方針の画面で書き足してください。",
        )


def check_like_register(case: Case) -> Iterator[Reason]:
    """mima:3-2-ア, mima:3-2-イ: the policy tells citizens of the very account that the register holds."""
    for heading in _policy(case).unlike_register:
        yield Reason(
            "policy_unlike_register",
            "policy_items",
            f"「{heading}」が、公式アカウント台帳と違います。",
            "台帳と同じに直してください。台帳のほうが違うときは、システム管理者に知らせてください。",
        )


def check_effective_on(case: Case) -> Iterator[Reason]:
    """A version has a day from which it applies, and later versions apply later."""
    policy = _policy(case)
    if policy.effective_on is None:
        yield Reason(
            "effective_on_missing", "policy", "適用する日が書かれていません。", "適用する日を書いてください。"
        )
    elif policy.last_effective_on is not None and policy.effective_on <= policy.last_effective_on:
        yield Reason(
            "effective_before_last",
            "policy",
            f"適用する日が、いまの版の適用日（{policy.last_effective_on.month}月{policy.last_effective_on.day}日）以前です。",
            "いまの版よりあとの日にしてください。",
        )


def check_send_only(case: Case) -> Iterator[Reason]:
    """toyama:5-3: when nobody replies, the policy says that the account is for sending only."""
    policy = _policy(case)
    if policy.nobody_replies and not policy.says_send_only:
        yield Reason(
            "send_only_not_said",
            "send_only",
            "返信しない運用ですが、「専ら情報発信に用いる」ことが書かれていません。",
            "「意見や質問への対応」に、情報発信専用であることを書いてください。",
        )


def check_research(case: Case) -> Iterator[Reason]:
    """toyama:5-1: the service was looked into before the social account is opened."""
    if not _account(case).research_complete:
        yield Reason(
            "research_missing",
            "research",
            "このサービスについての事前の調査が書かれていません。",
            "利用規約・データの置き場所・費用・終わり方を調べて書いてください。",
        )


def check_account_policy(case: Case) -> Iterator[Reason]:
    """mima:3-1: a social account is put in operation only under a policy in force."""
    account = _account(case)
    if not account.policy_in_force:
        yield Reason(
            "no_policy_in_force",
            "policy",
            f"「{account.name}」には、公表され適用中の運用方針がありません。",
            "運用方針を定めて決裁し、市のホームページに公表してください。",
            account.name,
        )


POLICY_ITEMS = Gate("policy_items", "policy_items", check_policy_items, "7つの項目")
LIKE_REGISTER = Gate("like_register", "policy_items", check_like_register, "台帳と同じ")
EFFECTIVE_ON = Gate("effective_on", "policy", check_effective_on, "適用する日")
SEND_ONLY = Gate("send_only", "send_only", check_send_only, "情報発信専用の明示")
RESEARCH = Gate("research", "research", check_research, "事前の調査")
ACCOUNT_POLICY = Gate("account_policy", "policy", check_account_policy, "運用方針の公表")
