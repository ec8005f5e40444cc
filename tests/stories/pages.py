"""Every page of the program by its URL's name, and a city in which each of them has something to show.

A new URL that is not named here fails the crawls: nobody can forget to look at it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.actions.notices import News, tell
from accounts.models import Notice, RoleAssignment, SocialAccount, StaffMember
from platforms.base import Receipt, Seen
from platforms.errors import OutcomeUnknown
from policies import samples
from policies.actions import operation, policy
from policies.models import PolicyVersion, Restriction
from posts.actions import by_hand, drafting, review, sending, withdrawing
from posts.actions.recording import note_recent
from posts.models import Delivery, Post, Sighting
from rules.states import Role
from tests.policies.lists import Lists, make_lists
from tests.posts.sent import fail
from tests.posts.world_kept import Kept, make_kept
from tests.stories.restricting import make_restrictions
from tests.support import emergencies
from tests.support.cast import (
    LONG_AGO,
    Cast,
    approved,
    claimed,
    content_for,
    drafted,
    make_account,
    seen,
    submitted,
)


@dataclass(frozen=True)
class World:
    """Everybody, and one row for each thing that a page can be about."""

    cast: Cast
    nagai: StaffMember
    account: SocialAccount
    accounts: list[SocialAccount]
    posts: dict[str, Post]
    policies: dict[str, PolicyVersion]
    lists: Lists
    restrictions: dict[str, Restriction]
    kept: Kept
    notice: Notice

    def everybody(self) -> dict[str, StaffMember | None]:
        """The people by what they are in this city; None is a citizen."""
        cast = self.cast
        return {
            "citizen": None,
            "staff": cast.sato,
            "checker": cast.tanaka,
            "chief": cast.suzuki,
            "deputy": cast.fujimoto,
            "other chief": cast.mori,
            "web admin": cast.onishi,
            "system admin": cast.kondo,
            "auditor": self.nagai,
            "contractor": cast.hayashi,
        }


def make_world(cast: Cast) -> World:
    """A city at work, by the legal road."""
    account = make_account(cast)
    accounts = [account, *_other_accounts(cast)]
    nagai = StaffMember.objects.create(
        username="nagai", display_name="永井 誠", section=cast.planning, title="監査担当"
    )
    RoleAssignment.objects.create(staff=nagai, role=Role.AUDITOR, from_on=LONG_AGO)
    return World(
        cast,
        nagai,
        account,
        accounts,
        _posts(cast, account, accounts),
        _policies(cast, accounts),
        make_lists(cast, now=timezone.now()),
        make_restrictions(cast, accounts[2], now=timezone.now()),
        make_kept(cast, account),
        _notice(cast),
    )


def _notice(cast: Cast) -> Notice:
    """One that everybody could guess the address of; it is Suzuki's."""
    news = News(
        "test", "post.submitted", "承認を頼まれました", "「催し」", reverse("post_list"), timezone.now()
    )
    tell(news=news, people=[cast.suzuki], now=timezone.now())
    return Notice.objects.get(to=cast.suzuki)


def _other_accounts(cast: Cast) -> list[SocialAccount]:
    """One connected for real but to nothing, one in preparation, one requested, one closed."""
    public = _account(cast, "美馬市観光（Bluesky）", "bluesky", "https://bsky.app/profile/kanko.mima.example")
    coming = _account(cast, "美馬市の味（note）", "note", "https://note.com/mima_aji", opened=False)
    closed = _account(cast, "美馬市の昔（note）", "note", "https://note.com/mima_mukashi")
    operation.close(account=closed, reason="役割を終えたため", by=cast.suzuki, now=timezone.now())
    requested = operation.request(
        section=cast.tourism,
        name="美馬市の道（LINE）",
        network="line",
        connection="api",
        handle="@mima_michi",
        url="https://line.me/R/ti/p/@mima_michi",
        rulebooks=["mima"],
        research="規約を調べた。",
        purpose="道の駅の情報を届ける",
        by=cast.sato,
        now=timezone.now(),
    )
    hand = _account(cast, "美馬市観光（手作業）", "x", "https://x.com/mima_hand", connection="manual")
    return [public, coming, closed, requested, hand]


def _account(
    cast: Cast, name: str, network: str, url: str, *, opened: bool = True, connection: str = "api"
) -> SocialAccount:
    handle = url.rsplit("/", 1)[1]
    return make_account(
        cast, name, network=network, connection=connection, handle=handle, url=url, opened=opened
    )


def _posts(cast: Cast, account: SocialAccount, accounts: list[SocialAccount]) -> dict[str, Post]:
    now = timezone.now()
    returned = submitted(cast, account, now=now)
    review.return_(
        post=returned,
        seen_digest=seen(returned),
        reason="日にちを書き足してください。",
        by=cast.suzuki,
        now=now,
    )
    again = submitted(cast, account, now=now)
    review.return_(
        post=again,
        seen_digest=seen(again),
        reason="雨のときのことも書いてください。",
        by=cast.suzuki,
        now=now,
    )
    _mended(cast, again, account)
    published, held = approved(cast, account, now=now), approved(cast, accounts[1], now=now)
    expired, ordered = approved(cast, account, now=now), approved(cast, account, now=now)
    for post, later in ((published, 0), (held, 0), (expired, 120), (ordered, 0)):
        moment = timezone.now() + timedelta(minutes=later)
        sending.send(post.deliveries.get().pk, clock=lambda moment=moment: moment)
    in_doubt = approved(cast, account, now=now - timedelta(minutes=20))
    fail(in_doubt, now - timedelta(minutes=20), OutcomeUnknown("返事がありません"))
    _looked_at(in_doubt.deliveries.get(), ordered.deliveries.get(), now)
    withdrawing.withdraw(
        delivery=ordered.deliveries.get(), reason="電話番号が写っていたため。", by=cast.suzuki, now=now
    )
    waived, reviewed = (emergencies.waived(cast, account, now=now) for _ in range(2))
    emergencies.reviewed(cast, reviewed, now=now)
    confirmed = emergencies.confirmed(cast, claimed(cast, account, now=now), now=now)
    waiting, taken = (approved(cast, accounts[5], now=now) for _ in range(2))
    _by_hand(cast, waiting, taken, now)
    cancelled = drafted(cast, account, now=now)
    review.cancel(post=cancelled, reason="催しが中止になったため", by=cast.sato, now=now)
    return {
        "draft": drafted(cast, account, now=now),
        "returned": returned,
        "awaiting approval": submitted(cast, account, now=now, due_at=now + timedelta(days=3)),
        "again": again,
        "awaiting check": claimed(cast, account, now=now),
        "cleared": approved(cast, account, now=now, due_at=now + timedelta(days=3)),
        "published": published,
        "held": held,
        "expired": expired,
        "ordered away": ordered,
        "in doubt": in_doubt,
        "by hand": waiting,
        "taken": taken,
        "cancelled": cancelled,
        "information": emergencies.information(cast, account, now=now),
        "waived": waived,
        "reviewed": reviewed,
        "confirmed": confirmed,
    }


def _looked_at(doubted: Delivery, published: Delivery, now: datetime) -> None:
    """The worker listed the account's posts for one, and saw another text under the other."""
    seen = Seen(Receipt("7", "https://x.com/mima_kanko_demo/status/7"), "あかりの夕べを開きます。", now)
    note_recent(doubted.pk, [seen], tries=doubted.tries, now=now)
    Sighting.objects.filter(delivery=published).update(
        state=Sighting.DIFFERS, text="別の本文です。", seen_at=now, looks=1
    )


def _by_hand(cast: Cast, waiting: Post, taken: Post, now: datetime) -> None:
    """Both are due; Sato takes both, and puts one back."""
    for post in (waiting, taken):
        delivery = post.deliveries.get()
        sending.send(delivery.pk, clock=lambda: now)
        by_hand.take(delivery=delivery, by=cast.sato, now=now)
    by_hand.put_back(delivery=waiting.deliveries.get(), reason="会議に呼ばれた", by=cast.sato, now=now)


def _mended(cast: Cast, post: Post, account: SocialAccount) -> None:
    now = timezone.now()
    post.refresh_from_db()
    drafting.edit(
        post=post,
        title=post.title,
        content=content_for(account, text="11月28日(土)に開催します。雨のときは翌日です。"),
        declared=True,
        by=cast.sato,
        now=now,
        form_no=post.form_no,
    )
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=now)


def _policies(cast: Cast, accounts: list[SocialAccount]) -> dict[str, PolicyVersion]:
    """A second version that waits for its decision, one decided, one returned, beside those in force."""
    now = timezone.now()
    waiting, decided, returned = (_version(cast, row) for row in accounts[:3])
    policy.ask_decision(version=waiting, by=cast.onishi, now=now)
    policy.ask_decision(version=decided, by=cast.onishi, now=now)
    policy.decide(version=decided, by=cast.suzuki, now=now)
    policy.ask_decision(version=returned, by=cast.onishi, now=now)
    policy.return_(version=returned, reason="目的を書き足してください。", by=cast.suzuki, now=now)
    published = accounts[0].policy_versions.get(state="published")
    return {"published": published, "waiting": waiting, "decided": decided, "returned": returned}


def _version(cast: Cast, account: SocialAccount) -> PolicyVersion:
    content = {**samples.complete(account), "effective_on": timezone.localdate()}
    return policy.write(account=account, content=content, by=cast.onishi, now=timezone.now())


Opened = Callable[[World], list[str]]


def _of(name: str, rows: Callable[[World], Mapping[str, Post | PolicyVersion]], *which: str) -> Opened:
    def paths(world: World) -> list[str]:
        found = rows(world)
        return [reverse(name, args=[found[key].pk]) for key in which or found]

    return paths


def _plain(name: str, *queries: str) -> Opened:
    return lambda world: [reverse(name) + query for query in queries or ("",)]


def _of_accounts(name: str, *numbers: int) -> Opened:
    return lambda world: [reverse(name, args=[world.accounts[n].pk]) for n in numbers]


def _of_elections(name: str, *which: str) -> Opened:
    return lambda world: [reverse(name, args=[world.lists.elections[key].pk]) for key in which]


def _posts_of(world: World) -> Mapping[str, Post]:
    return world.posts


def _policies_of(world: World) -> Mapping[str, PolicyVersion]:
    return world.policies


def _reviews(*which: str) -> Opened:
    def paths(world: World) -> list[str]:
        reviews = [world.posts[key].clearances.get().review for key in which]
        return [reverse("afterwards_review", args=[review.pk]) for review in reviews]

    return paths


def _word(name: str) -> Opened:
    return lambda world: [reverse(name, args=[world.posts["confirmed"].confirmations.get().pk])]


# name → the addresses to open, each in the states that look different.
PAGES: dict[str, Opened] = {
    "home": _plain("home"),
    "training_timeline": _plain("training_timeline"),
    "clauses": _plain("clauses"),
    "sign_in": _plain("sign_in"),
    "post_list": _plain("post_list", "", "?state=cancelled", "?state=sending"),
    "post_new": _plain("post_new"),
    "post_detail": _of("post_detail", _posts_of),
    "post_edit": _of("post_edit", _posts_of, "draft", "returned", "cleared", "published"),
    "post_emergency": _of("post_emergency", _posts_of, "information", "draft"),
    "disaster_new": _plain("disaster_new"),
    "disaster_edit": _of("disaster_edit", _posts_of, "information"),
    "afterwards_list": _plain("afterwards_list"),
    "afterwards_review": _reviews("waived", "reviewed"),
    "afterwards_report": _plain("afterwards_report"),
    "review_queue": _plain("review_queue"),
    "review_case": _of("review_case", _posts_of, "awaiting approval", "again", "cleared"),
    "check_queue": _plain("check_queue"),
    "check_case": _of("check_case", _posts_of, "awaiting check", "confirmed", "cleared"),
    "policy_list": _plain("policy_list"),
    "policy_edit": _of_accounts("policy_edit", 0, 2, 4),
    "policy_detail": _of("policy_detail", _policies_of),
    "register": _plain("register"),
    "account_request": _plain("account_request"),
    "account_detail": _of_accounts("account_detail", 0, 1, 2, 3, 4),
    "account_credential": _of_accounts("account_credential", 0, 1, 2),
    "hours": _plain("hours"),
    "election_list": _plain("election_list"),
    "election_new": _plain("election_new"),
    "election_edit": _of_elections("election_edit", "current"),
    "election_detail": _of_elections("election_detail", "current", "coming", "past", "retired"),
    "urgency_list": _plain("urgency_list"),
    "site_page": _plain("site_page"),
    "restriction_list": _plain("restriction_list"),
    "restriction_new": _plain("restriction_new"),
    "restriction_detail": lambda world: [
        reverse("restriction_detail", args=[row.pk]) for row in world.restrictions.values()
    ],
    "headquarters": _plain("headquarters"),
    "section_list": _plain("section_list"),
    "section_edit": lambda world: [reverse("section_edit", args=[world.cast.tourism.pk])],
    "person_list": _plain("person_list", "", "?gone=1", "?q=佐藤", "?q=nobody"),
    "person_detail": lambda world: [
        reverse("person_detail", args=[person.pk]) for person in (world.cast.suzuki, world.cast.hayashi)
    ],
    "person_leave": lambda world: [reverse("person_leave", args=[world.cast.sato.pk])],
    "deputies": _plain("deputies"),
    "transfers": _plain("transfers"),
    "device_list": _plain("device_list"),
    "device_detail": lambda world: [
        reverse("device_detail", args=[pk]) for pk in (world.kept.rows["accounts_device"], world.kept.ended)
    ],
    "this_device": _plain("this_device"),
    "ledger": _plain("ledger", "", "?only=owed"),
    "ledger_entry": _of_accounts("ledger_entry", 0, 1),
    "rulebook_list": _plain("rulebook_list"),
    "rulebook_new": _plain("rulebook_new"),
    "rulebook_detail": lambda world: [reverse("rulebook_detail", args=[key]) for key in ("mima", "mihon")],
    "handbook": _plain("handbook"),
    "notice_list": _plain("notice_list"),
    "post_topic": lambda world: [reverse("post_topic", args=[world.kept.topic])],
    "hand_list": _plain("hand_list"),
    "connection_list": _plain("connection_list"),
    "hand_case": lambda world: [
        reverse("hand_case", args=[world.posts[key].deliveries.get().pk]) for key in ("by hand", "taken")
    ],
    "delivery_after_all": lambda world: [
        reverse("delivery_after_all", args=[world.posts["expired"].deliveries.get().pk])
    ],
    "post_withdraw": _of("post_withdraw", _posts_of, "published", "ordered away", "draft"),
    "held_decide": lambda world: [
        reverse("held_decide", args=[world.posts[key].deliveries.get().pk]) for key in ("held", "expired")
    ],
}
# name → the address of one press; there is no page to look at.
PRESSES: dict[str, Opened] = {
    "sign_out": _plain("sign_out"),
    "demo_switch": _plain("demo_switch"),
    "post_counters": _plain("post_counters"),
    "disaster_counters": _plain("disaster_counters"),
    "post_confirm": _of("post_confirm", _posts_of, "awaiting check"),
    "confirmation_ratify": _word("confirmation_ratify"),
    "confirmation_deny": _word("confirmation_deny"),
    "post_take_back": _of("post_take_back", _posts_of, "awaiting approval"),
    "post_cancel": _of("post_cancel", _posts_of, "draft"),
    "post_correct": _of("post_correct", _posts_of, "published"),
    "post_rest": _of("post_rest", _posts_of, "expired"),
    "delivery_settle": lambda world: [
        reverse("delivery_settle", args=[world.posts["in doubt"].deliveries.get().pk])
    ],
    "delivery_gone": lambda world: [
        reverse("delivery_gone", args=[world.posts["ordered away"].deliveries.get().pk])
    ],
    "hand_take": lambda world: [reverse("hand_take", args=[world.posts["by hand"].deliveries.get().pk])],
    "hand_report": lambda world: [reverse("hand_report", args=[world.posts["taken"].deliveries.get().pk])],
    "hand_put_back": lambda world: [
        reverse("hand_put_back", args=[world.posts["taken"].deliveries.get().pk])
    ],
    "notice_open": lambda world: [reverse("notice_open", args=[world.notice.pk])],
    "passkey_options": _plain("passkey_options"),
    "post_claim": _of("post_claim", _posts_of, "awaiting approval"),
    "policy_decide": _of("policy_decide", _policies_of, "waiting"),
    "policy_return": _of("policy_return", _policies_of, "waiting"),
    "policy_publish": _of("policy_publish", _policies_of, "decided"),
    "account_board": _of_accounts("account_board", 0),
    "account_act": lambda world: [
        reverse("account_act", args=[world.accounts[4].pk, "approve"]),
        reverse("account_act", args=[world.accounts[1].pk, "suspend"]),
    ],
}
# Answers for machines: no page.
ANSWERS = {
    "transfer_example": _plain("transfer_example"),
    "healthz": _plain("healthz"),
    "afterwards_report_csv": _plain("afterwards_report_csv"),
}


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every address of the program."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def names() -> set[str]:
    return {str(pattern.name) for pattern in patterns()}
