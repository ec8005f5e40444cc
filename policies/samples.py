"""見本の文: model wording for each item of an operation policy, in our own words, to start from and to change.

Names and telephone come from the city's settings; nothing here is checked or stored.
"""

from datetime import time

from django.conf import settings

from accounts.models import SocialAccount
from policies import services

CATEGORIES = ("市からのお知らせ", "催し", "防災")
HOURS = {"hours_start": time(8, 30), "hours_end": time(17, 15)}
SEND_ONLY = "このアカウントは情報発信専用です。"
TERMS_HEADING = "利用者の遵守事項"


def item_i(account: SocialAccount) -> dict[str, object]:
    return {"account_name": account.name, "handle": account.handle, "url": account.url}


def item_u(account: SocialAccount) -> dict[str, object]:
    purpose = f"{_city()}のことを多くの人に知っていただくために、次の情報をお伝えします。"
    return {"purpose": account.purpose.strip() or purpose, "categories": list(CATEGORIES)}


def item_e(account: SocialAccount) -> dict[str, object]:
    return {
        "posters": f"{account.section.name}の職員",
        **HOURS,
        "hours_note": "平日だけです（祝日と12月29日から1月3日までを除きます）。緊急のときは、ほかの時間にも出します。",
        "reply_mode": "none",
        "reply_text": reply_text(),
    }


def reply_text() -> str:
    return f"{SEND_ONLY}書き込みへの返信はしません。お問い合わせは、{_desk()}で受け付けます。"


def item_o(account: SocialAccount) -> dict[str, object]:
    body = (
        "個人情報を、このアカウントを通じて集めることはありません。"
        "寄せられた個人情報は、個人情報の保護に関する法律に基づいて、適切に取り扱います。"
    )
    return {"personal_information": body}


def item_k(account: SocialAccount) -> dict[str, object]:
    body = (
        f"載せている文章、写真、動画などの著作権は、{_city()}または正当な権利を持つ人にあります。"
        "引用など法律で認められた使い方のほかは、許可なく使うことはできません。"
    )
    return {"intellectual_property": body}


def item_m(account: SocialAccount) -> dict[str, object]:
    lines = [
        f"情報の正しさには十分に気を付けていますが、利用する人が情報を使って行う行為について、{_city()}は責任を負いません。",
        f"利用する人どうし、または利用する人と第三者との間で起きたことについて、{_city()}は責任を負いません。",
        "この方針は、予告なく変えることがあります。変えたときは、市のホームページでお知らせします。",
    ]
    return {"disclaimers": lines}


def terms() -> dict[str, str]:
    """Further item: what users must not write. Deleting a comment later needs this as its ground."""
    body = (
        "次に当てはまる書き込みは、予告なく削除することがあります。\n"
        "・法令や公序良俗に反するもの\n"
        "・人を傷つけ、または差別するもの\n"
        "・本人の同意なく、個人情報を載せるもの"
    )
    return {"heading": TERMS_HEADING, "body": body}


def contact() -> dict[str, str]:
    return {
        "heading": "問い合わせ先",
        "body": f"{settings.CITY['desk_name']}（電話 {settings.CITY['desk_phone']}）",
    }


# What 「見本の文を入れる」 fills in, by the letter its button carries.
BY_ITEM = {"i": item_i, "u": item_u, "e": item_e, "o": item_o, "k": item_k, "m": item_m}


def complete(account: SocialAccount) -> dict[str, object]:
    """A whole policy for the account, except the day from which it applies."""
    content: dict[str, object] = {"service": services.label_of(account.network)}
    for sample in BY_ITEM.values():
        content |= sample(account)
    return {**content, "further_items": [terms(), contact()]}


def _city() -> str:
    return str(settings.CITY["name"])


def _desk() -> str:
    return f"{settings.CITY['desk_name']}（電話 {settings.CITY['desk_phone']}）"
