"""From rows to facts: a policy version and a social account as the rules see them."""

import re
from dataclasses import replace
from datetime import date

from accounts import facts as account_side
from accounts.models import SocialAccount
from policies import services
from policies.models import OPEN_STATES, PolicyVersion
from rules.facts import Account, Asked, Policy
from rules.states import PolicyState
from rules.text import is_blank

NOTHING_ASKED = Asked()
# The seven items: heading, and for each part of it the field and what to call it when only that part is missing.
ITEMS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("ア 運用するソーシャルメディア名", (("service", "名前"),)),
    (
        "イ アカウント名及びURL",
        (("account_name", "アカウント名"), ("handle", "ユーザー名"), ("url", "URL")),
    ),
    ("ウ 情報発信の目的及び内容", (("purpose", "目的"), ("categories", "内容"))),
    (
        "エ 運用方法",
        (
            ("posters", "投稿する人"),
            ("hours_start", "運用時間の始まり"),
            ("hours_end", "運用時間の終わり"),
            ("reply_mode", "意見や質問への対応"),
            ("reply_text", "対応の説明"),
        ),
    ),
    ("オ 個人情報に関する取扱い", (("personal_information", "本文"),)),
    ("カ 知的財産権の帰属", (("intellectual_property", "本文"),)),
    ("キ 免責事項", (("disclaimers", "本文"),)),
)
_SEND_ONLY = re.compile(r"情報発信専用|専ら(情報の?)?発信|発信専用")


def account_facts_of(account: SocialAccount, on: date, *, asked: Asked = NOTHING_ASKED) -> Account:
    """A social account with its policy in force and its approvers; one that is not saved yet has neither policy."""
    approvers = account_side.approver_people([account.section_id], on).get(account.section_id, ())
    known = account_side.account_facts(
        account, policy_categories=_categories(account, on), approvers=approvers
    )
    return replace(known, id=account.pk or 0, asked=asked)


def policy_facts(version: PolicyVersion, on: date, *, asked: Asked = NOTHING_ASKED) -> Policy:
    """A version, saved or not."""
    return Policy(
        state=PolicyState(version.state),
        account=account_facts_of(version.social_account, on),
        empty_items=empty_items(version),
        unlike_register=unlike_register(version),
        effective_on=version.effective_on,
        last_effective_on=_last_effective_on(version),
        nobody_replies=version.reply_mode == "none",
        says_send_only=says_send_only(version),
        published_at=version.published_at,
        asked=asked,
    )


def empty_items(version: PolicyVersion) -> tuple[str, ...]:
    """Headings still to be written; where only a part is missing, the heading with that part."""
    return tuple(words for heading, parts in ITEMS if (words := _missing(version, heading, parts)))


def unlike_register(version: PolicyVersion) -> tuple[str, ...]:
    """Headings ア and イ where the policy names another service, user name or address than the register."""
    account = version.social_account
    same = (
        ("ア 運用するソーシャルメディア名", version.service, services.label_of(account.network)),
        ("イ アカウント名及びURL（ユーザー名）", version.handle, account.handle),
        ("イ アカウント名及びURL（URL）", version.url, account.url),
    )
    return tuple(heading for heading, said, known in same if said.strip() and said.strip() != known)


def says_send_only(version: PolicyVersion) -> bool:
    """Whether citizens are told that the account is for sending only."""
    return bool(_SEND_ONLY.search(version.reply_text))


def _missing(version: PolicyVersion, heading: str, parts: tuple[tuple[str, str], ...]) -> str:
    empty = [label for field, label in parts if _is_empty(getattr(version, field))]
    if len(empty) in (0, len(parts)):
        return heading if empty else ""
    return f"{heading}（{'・'.join(empty)}）"


def _is_empty(value: object) -> bool:
    return value is None or (is_blank(value) if isinstance(value, str) else value == [])


def _categories(account: SocialAccount, on: date) -> frozenset[str] | None:
    mine = PolicyVersion.objects.in_force(on).filter(social_account=account.pk)
    categories = mine.values_list("categories", flat=True).first()
    return None if categories is None else frozenset(categories)


def _last_effective_on(version: PolicyVersion) -> date | None:
    """From when the latest of the account's other decided versions applies."""
    others = PolicyVersion.objects.filter(social_account=version.social_account_id).exclude(pk=version.pk)
    decided = others.exclude(state__in=OPEN_STATES).order_by("-effective_on")
    return decided.values_list("effective_on", flat=True).first()
