"""The demo's posts: one for every state that somebody may want to see, each brought there by its people."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from accounts.models import SocialAccount, StaffMember
from posts.actions import drafting, review
from posts.canonical import Content
from posts.models import Post
from rules.calendar import JST, day_of
from rules.facts import Claim, DisasterReport, LawCitation, PastFact, PublicSource
from rules.gates import CHECKLIST
from rules.states import Ground

People = Mapping[str, StaffMember]


class Stage:
    """The people and accounts at hand, and the few moves that every story is made of."""

    def __init__(self, people: People, accounts: Sequence[SocialAccount], now: datetime) -> None:
        self.people, self.now = people, now
        self.kanko, self.machinami, self.kurashi = accounts[:3]
        self.facebook = next(account for account in accounts if account.network == "facebook")

    def draft(
        self, by: str, title: str, text: str, *accounts: SocialAccount, ago: timedelta, **rest: object
    ) -> Post:
        category = "移住と定住" if accounts[0] == self.kurashi else "観光とイベント"
        content = Content(
            text=text,
            targets=tuple(account.pk for account in accounts),
            category=category,
            **rest,  # type: ignore[arg-type]
        )
        return drafting.draft(
            title=title, content=content, declared=True, by=self.people[by], now=self.now - ago
        )

    def ask(self, post: Post, by: str, *, ago: timedelta) -> Post:
        return review.submit(post=post, seen_digest=seen(post), by=self.people[by], now=self.now - ago)

    def claim(self, post: Post, by: str, *, ago: timedelta) -> Post:
        return review.claim_exemption(
            post=post, seen_digest=seen(post), by=self.people[by], now=self.now - ago
        )

    def approve(self, post: Post, by: str, *, ago: timedelta) -> Post:
        return review.approve(post=post, seen_digest=seen(post), by=self.people[by], now=self.now - ago)

    def check(self, post: Post, by: str, *, ago: timedelta) -> Post:
        return review.second_check(
            post=post, seen_digest=seen(post), ticks=CHECKLIST, by=self.people[by], now=self.now - ago
        )


def seen(post: Post) -> str:
    """The digest of the version that somebody who opens the post now sees."""
    return post.versions.get(number=post.version_no).digest


def load_posts(people: People, accounts: Sequence[SocialAccount], *, now: datetime) -> None:
    stage = Stage(people, accounts, now)
    for story in (
        _drafts,
        _awaiting_approval,
        _returned,
        _awaiting_check,
        _scheduled,
        _going_out_now,
        _to_bring_out,
        _not_connected,
        _cancelled,
        _escalated,
    ):
        story(stage)


def _drafts(stage: Stage) -> None:
    stage.draft(
        "sato",
        "年末の道の駅の営業",
        "道の駅は、12月31日から1月2日までお休みします。",
        stage.kanko,
        ago=timedelta(hours=5),
    )
    stage.draft(
        "nakano",
        "空き家バンクの新しい物件",
        "空き家バンクに、新しい物件を3件登録しました。",
        stage.kurashi,
        ago=timedelta(hours=3),
    )


def _awaiting_approval(stage: Stage) -> None:
    event = stage.draft(
        "sato",
        "「あかりの夕べ」の開催",
        "うだつの町並みで「あかりの夕べ」を開きます。\n竹あかり約600本が通りを照らします。\n#美馬市 #うだつの町並み",
        stage.kanko,
        stage.machinami,
        ago=timedelta(hours=2),
        due_at=_on_the_hour(stage.now, days=3, hour=9),
    )
    stage.ask(event, "sato", ago=timedelta(hours=2))
    ferry = stage.draft(
        "tanaka",
        "穴吹川の清掃活動",
        "穴吹川の清掃活動に参加する人を募ります。軍手とごみ袋は市で用意します。",
        stage.kanko,
        ago=timedelta(minutes=40),
    )
    stage.ask(ferry, "tanaka", ago=timedelta(minutes=40))


def _returned(stage: Stage) -> None:
    post = stage.draft(
        "sato",
        "移動観光案内所の日程",
        "移動観光案内所が脇町に来ます。",
        stage.kanko,
        ago=timedelta(days=1, hours=4),
    )
    stage.ask(post, "sato", ago=timedelta(days=1, hours=3))
    review.return_(
        post=post,
        seen_digest=seen(post),
        reason="日にちと時間を書き足してください。雨のときの扱いもお願いします。",
        by=stage.people["suzuki"],
        now=stage.now - timedelta(days=1),
    )


def _awaiting_check(stage: Stage) -> None:
    public = Claim(
        Ground.PUBLIC,
        PublicSource("広報みま 11月号 4ページ", day_of(stage.now) - timedelta(days=10)),
    )
    post = stage.draft(
        "sato",
        "冬の開館時間（広報から）",
        "郷土資料館の冬の開館時間は、午前9時から午後4時30分までです。",
        stage.machinami,
        ago=timedelta(hours=1),
        claim=public,
    )
    stage.claim(post, "sato", ago=timedelta(hours=1))
    past = Claim(Ground.FACT, PastFact("文化祭の作品展", day_of(stage.now) - timedelta(days=3)))
    post = stage.draft(
        "tanaka",
        "作品展のお礼",
        "文化祭の作品展に、1,240人の方が来場しました。ありがとうございました。",
        stage.kanko,
        ago=timedelta(minutes=30),
        claim=past,
    )
    stage.claim(post, "tanaka", ago=timedelta(minutes=30))


def _scheduled(stage: Stage) -> None:
    post = stage.draft(
        "sato",
        "年の瀬の町並みライトアップ",
        "年の瀬のライトアップを、来週から始めます。暖かい服装でお越しください。",
        stage.kanko,
        ago=timedelta(hours=6),
        due_at=_on_the_hour(stage.now, days=5, hour=12),
    )
    stage.ask(post, "sato", ago=timedelta(hours=6))
    stage.approve(post, "suzuki", ago=timedelta(hours=4))


def _going_out_now(stage: Stage) -> None:
    """Cleared moments ago: the worker brings them to the training timeline as soon as it runs."""
    autumn = stage.draft(
        "sato",
        "紅葉の見ごろ",
        "脇町の紅葉が見ごろです。🍁\n川沿いの遊歩道をゆっくり歩いてみませんか。",
        stage.kanko,
        stage.machinami,
        ago=timedelta(hours=2),
    )
    stage.ask(autumn, "sato", ago=timedelta(hours=1))
    stage.approve(autumn, "tanaka", ago=timedelta(0))
    law = Claim(Ground.LAW, LawCitation("道路交通法", "第63条の11"))
    helmet = stage.draft(
        "sato",
        "自転車のヘルメット",
        "自転車に乗るときは、ヘルメットをかぶるように努めましょう。",
        stage.kanko,
        ago=timedelta(hours=1),
        claim=law,
        category_note="レンタサイクルを利用する観光客への呼びかけのため",
    )
    stage.claim(helmet, "sato", ago=timedelta(minutes=50))
    stage.check(helmet, "tanaka", ago=timedelta(0))


def _to_bring_out(stage: Stage) -> None:
    post = stage.draft(
        "sato",
        "うだつの町並みのひな飾り（写真を募集）",
        "うだつの町並みの家々に、ひな飾りが並びます。お気に入りの1枚を「#美馬のひな飾り」で見せてください。",
        stage.facebook,
        ago=timedelta(minutes=50),
    )
    stage.approve(stage.ask(post, "sato", ago=timedelta(minutes=40)), "suzuki", ago=timedelta(minutes=20))


def _not_connected(stage: Stage) -> None:
    """Bluesky points nowhere in the demo: the delivery is held and says what is missing."""
    post = stage.draft(
        "nakano",
        "移住相談会のお知らせ",
        "移住相談会を、オンラインで開きます。お気軽にご相談ください。",
        stage.kurashi,
        ago=timedelta(hours=2),
        latest_at=_on_the_hour(stage.now, days=14, hour=17),
    )
    stage.ask(post, "nakano", ago=timedelta(hours=2))
    stage.approve(post, "mori", ago=timedelta(0))


def _cancelled(stage: Stage) -> None:
    post = stage.draft(
        "tanaka",
        "雨で中止になった朝市",
        "日曜の朝市を開きます。",
        stage.kanko,
        ago=timedelta(days=2),
    )
    review.cancel(
        post=post,
        reason="催しが中止になったため",
        by=stage.people["tanaka"],
        now=stage.now - timedelta(days=1, hours=20),
    )


def _escalated(stage: Stage) -> None:
    warning = Claim(
        Ground.DISASTER,
        DisasterReport("ライフライン", "市水道課", stage.now - timedelta(hours=3)),
    )
    post = stage.draft(
        "sato",
        "公衆トイレの断水",
        "水道管の工事のため、うだつの町並みの公衆トイレが使えません。",
        stage.kanko,
        ago=timedelta(hours=3),
        claim=warning,
    )
    stage.claim(post, "sato", ago=timedelta(hours=3))
    review.escalate(
        post=post,
        seen_digest=seen(post),
        reason="工事による断水が防災の情報に当たるか、判断をお願いします。",
        by=stage.people["tanaka"],
        now=stage.now - timedelta(hours=2),
    )


def _on_the_hour(now: datetime, *, days: int, hour: int) -> datetime:
    return datetime.combine(day_of(now) + timedelta(days=days), time(hour), tzinfo=JST)
