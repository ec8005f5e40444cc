"""What the demo city keeps: the ledger, addresses for mail, a rule to come, a post about another section. Invented."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from accounts.actions import handbook, ledger, people, rulebooks
from accounts.actions.ledger import Change
from accounts.actions.rulebooks import Decision
from accounts.models import SocialAccount, StaffMember
from desk.demo.people import ADMIN
from posts.actions import drafting, review
from posts.canonical import Content, canonical, digest
from rules.calendar import day_of

DOMAIN = "city.mima.example"


def load_keeping(
    cast: Mapping[str, StaffMember], accounts: Sequence[SocialAccount], *, at: datetime, now: datetime
) -> None:
    admin = cast[ADMIN]
    for username, staff in cast.items():
        email = f"{username}@{DOMAIN}"
        people.move(staff=staff, section=staff.section, title=staff.title, email=email, by=admin, now=at)
    _ledger(cast, accounts, at, now)
    for username in ("suzuki", "tanaka", "mori"):
        handbook.confirm_read(by=cast[username], now=at + timedelta(days=3))
    later = Decision(
        "toyama", day_of(now) + timedelta(days=30), "引用とリンクの決まりを、見本として採り入れる"
    )
    rulebooks.adopt(what=later, adopted=True, by=admin, now=now)
    _topic(cast, accounts[0], now)


def _ledger(
    cast: Mapping[str, StaffMember], accounts: Sequence[SocialAccount], at: datetime, now: datetime
) -> None:
    """One in order, one whose change is asked for, one changed long ago; the last has no line yet."""
    recovery = f"kanko@{DOMAIN}"
    good = Change(cast["sato"], day_of(at), two_factor=True, recovery=recovery)
    ledger.record(account=accounts[0], change=good, by=cast["suzuki"], now=now)
    ledger.record(account=accounts[1], change=good, by=cast["suzuki"], now=now - timedelta(days=2))
    reason = "担当者が替わったため"
    ledger.ask_rotation(account=accounts[1], reason=reason, by=cast[ADMIN], now=now - timedelta(days=1))
    old = Change(cast["nakano"], day_of(at) - timedelta(days=400), recovery=f"iju@{DOMAIN}")
    ledger.record(account=accounts[2], change=old, by=cast["mori"], now=now)


def _topic(cast: Mapping[str, StaffMember], account: SocialAccount, now: datetime) -> None:
    """A post about another section's field, which waits for that section's word."""
    content = Content(
        text="移住相談会を12月に開きます。会場では、観光の窓口も開きます。",
        targets=(account.pk,),
        category="観光とイベント",
        topic_sections=(cast["mori"].section_id,),
    )
    sato = cast["sato"]
    post = drafting.draft(title="移住相談会のお知らせ", content=content, declared=True, by=sato, now=now)
    review.submit(post=post, seen_digest=digest(canonical(content)), by=sato, now=now)
