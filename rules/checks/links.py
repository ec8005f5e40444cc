"""link.*: links that are dangerous, hide where they lead, lead to others, or do not answer. Nothing is fetched here."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.hosts import Link, host_behind, is_under, links_of
from rules.checks.material import Material, World
from rules.checks.reading import Reading

_PRIVATE_FORM: Final = re.compile(r"^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$")


def unsafe(reading: Reading, world: World) -> Iterator[Hit]:
    """toyama:4-7-オ-損害: a scheme that runs or reads something, a number instead of a name, a name before an @, letters
    that imitate others, a host on the city's list; also where the link was seen to lead. Plain http is left alone."""
    for link in links_of(reading):
        why = _danger(link, world) or _danger_behind(link, world)
        if why:
            yield Hit(why, link.span, "リンクを外すか、確かな行き先に直してください。")


def _danger(link: Link, world: World) -> str:
    if link.scheme not in ("", "http", "https"):
        return f"「{link.scheme}:」で始まるリンクは、開いた人の端末で何かを動かすことがあります。"
    if link.userinfo:
        return "リンクの行き先が「@」の前の名前に隠れています。"
    if _is_number(link.host):
        return "行き先が、名前ではなく番号（IPアドレス）です。"
    if is_under(link.host, world.lists.of("deny_hosts")):
        return "危険なサイトとして登録されています。"
    if "xn--" in link.host and not is_under(link.host, world.lists.of("trusted_hosts")):
        return "行き先の名前に、英数字でない文字があります。似た名前の別のサイトかもしれません。"
    return ""


def _danger_behind(link: Link, world: World) -> str:
    """What somebody saw who followed the link."""
    final = host_behind(link, world)
    if final and (_is_number(final) or is_under(final, world.lists.of("deny_hosts"))):
        return "リンクの先で、危険なサイトに移ります。"
    return ""


def _is_number(host: str) -> bool:
    bare = host.strip("[]")
    if _PRIVATE_FORM.match(bare):
        return True
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return False
    return True


def shortener(reading: Reading, world: World) -> Iterator[Hit]:
    """toyama:6-7-リンク: nobody can see where a shortened link leads; the networks' own short forms are left alone."""
    for link in links_of(reading):
        kept = is_under(link.host, world.lists.of("not_shorteners"))
        if not kept and is_under(link.host, world.lists.of("shorteners")):
            yield Hit(
                "短縮URLです。どこにつながるか、読む人に見えません。",
                link.span,
                "もとのURLをそのまま書いてください。",
            )


def thirdparty(material: Material, world: World) -> Iterator[Hit]:
    """toyama:6-7-リンク, toyama:6-7-引用: pages and accounts that are neither the city's nor another authority's."""
    if world.quotes and world.quotes not in world.lists.of("trusted_handles"):
        yield Hit(
            f"ほかのアカウント（{world.quotes}）の投稿を引用しています。",
            suggestion="引用してよい相手と内容かを確かめ、理由を書いてください。",
        )


def thirdparty_link(reading: Reading, world: World) -> Iterator[Hit]:
    """toyama:6-7-リンク: see `thirdparty`. What is a shortener is told as that."""
    ours = world.lists.of("trusted_hosts") | world.lists.of("mail_domains")
    for link in links_of(reading):
        if is_under(link.host, ours) or is_under(link.host, world.lists.of("shorteners")):
            continue
        yield Hit(
            f"市や国・県のものではないサイト（{link.host}）へのリンクです。",
            link.span,
            "つながる先の内容を確かめ、載せる理由を書いてください。",
        )


def dead(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-正確: a link that somebody tried and that did not answer."""
    for link in links_of(reading):
        status = world.links.get(link.url)
        if status is not None and (status == 0 or status >= 400):
            what = "返事がありません" if status == 0 else f"開けません（{status}）"
            yield Hit(f"リンク先が{what}。", link.span, "URLを確かめてください。")


CHECKS: Final = (
    Check("link.unsafe", Severity.BLOCK, "危険なリンク", on_text=unsafe),
    Check("link.shortener", Severity.BLOCK, "短縮URL", on_text=shortener),
    Check(
        "link.thirdparty",
        Severity.CONFIRM,
        "ほかのサイト・アカウント",
        on_text=thirdparty_link,
        on_whole=thirdparty,
        reasoned=True,
    ),
    Check("link.dead", Severity.CONFIRM, "開けないリンク", on_text=dead),
)
