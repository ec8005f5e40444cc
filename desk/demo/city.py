"""The demo city: four social accounts with complete policies, one still without, a dozen posts, and the city's lists.

All of it is made by the legal road.

Instants lie before `now`, so that the record reads like the work of the last weeks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.actions.people import let_draft
from accounts.models import SocialAccount, StaffMember
from desk.demo.keeping import load_keeping
from desk.demo.lists import load_lists
from desk.demo.people import ADMIN, load_people
from desk.demo.posts import load_posts
from policies import samples
from policies.actions import operation, policy
from rules.calendar import JST, day_of

People = Mapping[str, StaffMember]


@dataclass(frozen=True)
class Plan:
    """A social account of the demo: who owns it, who drafts, who decides, and what it is for."""

    name: str
    network: str
    connection: str
    handle: str
    url: str
    owner: str
    chief: str
    drafters: tuple[str, ...]
    purpose: str
    categories: tuple[str, ...]
    with_policy: bool = True


PLANS = (
    Plan(
        "美馬市観光（X）",
        "x",
        "training",
        "@mima_kanko_demo",
        "https://x.com/mima_kanko_demo",
        "sato",
        "suzuki",
        ("sato", "tanaka"),
        "訪れる人を増やすために、市の魅力と催しをお伝えします。",
        ("観光とイベント", "防災"),
    ),
    Plan(
        "美馬市のまちなみ（Instagram）",
        "instagram",
        "training",
        "@mima_machinami_demo",
        "https://www.instagram.com/mima_machinami_demo",
        "sato",
        "suzuki",
        ("sato", "tanaka"),
        "うだつの町並みと四季の風景をお伝えします。",
        ("観光とイベント", "文化財"),
    ),
    Plan(
        "美馬市くらし（Bluesky）",
        "bluesky",
        "api",
        "@kurashi.mima.example",
        "https://bsky.app/profile/kurashi.mima.example",
        "nakano",
        "mori",
        ("nakano", "mori"),
        "移り住む人、暮らす人に役立つ情報をお伝えします。",
        ("移住と定住", "くらし", "防災"),
    ),
    Plan(
        "美馬市の動画（YouTube）",
        "youtube",
        "training",
        "@mima_movie_demo",
        "https://www.youtube.com/@mima_movie_demo",
        "sato",
        "suzuki",
        ("sato", "tanaka"),
        "催しと町並みの動画をお知らせします。",
        ("観光とイベント", "文化財"),
    ),
    # Without a contract for the network's API: people bring its posts out.
    Plan(
        "美馬市観光（Facebook）",
        "facebook",
        "manual",
        "mima.kanko.demo",
        "https://www.facebook.com/mima.kanko.demo",
        "sato",
        "suzuki",
        ("sato", "tanaka"),
        "催しの知らせと、参加した人の声をお伝えします。",
        ("観光とイベント", "文化財"),
    ),
    # Approved but without a policy: the story of writing, deciding and publishing one begins here.
    Plan(
        "美馬和傘プロジェクト（Bluesky）",
        "bluesky",
        "api",
        "@wagasa.mima.example",
        "https://bsky.app/profile/wagasa.mima.example",
        "sato",
        "suzuki",
        ("sato", "tanaka"),
        "美馬和傘の作り手と工房の話をお伝えします。",
        ("観光とイベント", "文化財"),
        with_policy=False,
    ),
)


def load_city(*, now: datetime) -> None:
    """People, social accounts with policies, posts. The record of it all is sealed by the worker afterwards."""
    opened_on = datetime.combine(day_of(now) - timedelta(days=40), time(9), tzinfo=JST)
    people = load_people(at=opened_on - timedelta(days=1), now=now)
    accounts = [_account(plan, people, opened_on) for plan in PLANS]
    load_lists(people, at=opened_on, now=now)
    load_posts(people, accounts, now=now)
    load_keeping(people, accounts, at=opened_on, now=now)


def _account(plan: Plan, people: People, at: datetime) -> SocialAccount:
    owner, chief = people[plan.owner], people[plan.chief]
    account = operation.request(
        section=owner.section,
        name=plan.name,
        network=plan.network,
        connection=plan.connection,
        handle=plan.handle,
        url=plan.url,
        rulebooks=["mima"],
        research="利用規約、データの置き場所、費用、認証の制度、終わり方を調べました。",
        purpose=plan.purpose,
        by=owner,
        now=at,
    )
    operation.approve(account=account, by=chief, now=at + timedelta(days=1))
    for username in plan.drafters:
        let_draft(staff=people[username], account=account, by=people[ADMIN], now=at + timedelta(days=1))
    if plan.with_policy:
        _open(plan, account, people, at + timedelta(days=2))
    account.refresh_from_db()
    return account


def _open(plan: Plan, account: SocialAccount, people: People, at: datetime) -> None:
    web_admin, chief = people["onishi"], people[plan.chief]
    version = policy.write(account=account, content=_policy(plan, account, day_of(at)), by=web_admin, now=at)
    policy.ask_decision(version=version, by=web_admin, now=at)
    policy.decide(version=version, by=chief, now=at + timedelta(hours=3))
    policy.publish(version=version, by=web_admin, now=at + timedelta(hours=5))
    operation.open_(account=account, by=chief, now=at + timedelta(days=1))


def _policy(plan: Plan, account: SocialAccount, effective_on: date) -> dict[str, object]:
    return {
        **samples.complete(account),
        "purpose": plan.purpose,
        "categories": list(plan.categories),
        "effective_on": effective_on,
        "change_note": "新しく定めました",
    }
