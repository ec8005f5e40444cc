"""いま止めているもの: every gate of a post's next step, how it stands, and who can release it.

Arranges what the rules say for the screens; judges nothing itself. Instants stay instants.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from accounts.facts import city_facts
from accounts.refusals import ShownReason, shown
from posts.doubts import Course, course_seen
from posts.facts import post_facts, sending_facts
from posts.judging import who_decides
from posts.models import Delivery, Post, Version
from posts.queries import deliveries_of
from rules import clauses, facts
from rules.calendar import day_of
from rules.clauses import Clause
from rules.facts import SYSTEM, Actor, Asked, City, Person
from rules.gate import Gate
from rules.states import OPEN, DeliveryState, PostState, Verb
from rules.workflow import Standing, rulebooks_of, standings

# Gates about the person or the press of the button: they say nothing about what stops the post now.
_AT_THE_ACT = frozenset({"seen", "ticks", "reason", "approver_four_eyes", "checker_four_eyes"})
# Gates that the owning section's chief releases, not the drafter.
_OF_THE_ACCOUNT = frozenset({"in_operation", "policy"})
NOBODY = "いまは登録された人がいません"
CHECKERS = "この投稿に手を入れていない、担当の職員"
SETTLERS = "照合する担当の職員"
_COURSES = {
    Course.SEND: "同じ番号で送り直して確かめます。二重には出ません。",
    Course.LOOK: "もう送り直しません。届いているかを、サービスに問い合わせています。",
    Course.NONE: "送り直すことも、問い合わせることもできません。",
}


class Look(StrEnum):
    """How a row stands: open, waiting for somebody or a time, stopped."""

    OK = "ok"
    WAIT = "wait"
    STOP = "stop"


_ORDER = (Look.STOP, Look.WAIT, Look.OK)


@dataclass(frozen=True)
class Row:
    """One gate. `release` is who can open it; `at` is when it opens by itself."""

    look: Look
    label: str
    reasons: Sequence[ShownReason] = ()
    release: str = ""
    cite: str = ""
    clauses: Sequence[Clause] = ()
    words: str = ""
    at: datetime | None = None


def panel(
    post: Post,
    version: Version,
    actor: Actor,
    now: datetime,
    *,
    known: facts.Post | None = None,
    deliveries: Sequence[Delivery] | None = None,
) -> tuple[Row, ...]:
    """The rows for this post now: what stops it first, then what it waits for, then what is in order.

    `known` and `deliveries` spare the queries of a caller that has them already.
    """
    city = city_facts(now)
    if post.state == PostState.CLEARED:
        rows = sending_rows(deliveries_of(post) if deliveries is None else deliveries, city, now)
    elif post.state == PostState.CANCELLED:
        rows = []
    else:
        known = known or post_facts(post, version, on=day_of(now))
        people = who_decides(known, day_of(now))
        rows = editorial_rows(known, actor, city, now, decides=people, drafter=post.drafter.with_title)
    return tuple(sorted(rows, key=lambda row: _ORDER.index(row.look)))


def editorial_rows(
    subject: facts.Post, actor: Actor, city: City, now: datetime, *, decides: Sequence[Person], drafter: str
) -> list[Row]:
    """What stands between a draft and its clearance. `decides` are the people who would approve."""
    verb, waiting = _next_step(subject, decides)
    subject = replace(subject, asked=Asked(seen_digest=subject.digest))
    chiefs = "、".join(person.name for person in subject.approvers) or NOBODY
    gates = [row for row in standings(verb, subject, actor, city, now) if row.gate.name not in _AT_THE_ACT]
    return [
        _waiting_row(waiting, subject, city),
        *(_gate_row(row, _releases(row.gate, chiefs, drafter), _books(subject, city)) for row in gates),
    ]


def _next_step(subject: facts.Post, decides: Sequence[Person]) -> tuple[Verb, Row]:
    """The verb that moves the post on, and the row that says in whose hands it is."""
    approvers = "、".join(person.name for person in decides) or NOBODY
    if subject.state == PostState.AWAITING_APPROVAL:
        return Verb.APPROVE, Row(Look.WAIT, "所属長の承認", release=approvers, cite="approval")
    if subject.state == PostState.AWAITING_CHECK:
        return Verb.SECOND_CHECK, Row(Look.WAIT, "職員の確認", release=CHECKERS, cite="second_check")
    if subject.claim is not None:
        words = "まだ確認に回していません。"
        return Verb.CLAIM, Row(Look.WAIT, "職員の確認", words=words, release=CHECKERS, cite="second_check")
    words = "まだ承認を頼んでいません。"
    return Verb.SUBMIT, Row(Look.WAIT, "所属長の承認", words=words, release=approvers, cite="approval")


def _waiting_row(row: Row, subject: facts.Post, city: City) -> Row:
    """The row with its duty turned into the clause."""
    cite, gists = _ground(row.cite, _books(subject, city))
    return replace(row, cite=cite, clauses=gists)


def _gate_row(row: Standing, release: str, books: Sequence[str]) -> Row:
    cite, gists = _ground(row.gate.duty, books)
    if not row.reasons:
        return Row(Look.OK, row.gate.label, cite=cite, clauses=gists)
    return Row(Look.STOP, row.gate.label, [shown(reason) for reason in row.reasons], release, cite, gists)


def _releases(gate: Gate, chiefs: str, drafter: str) -> str:
    return chiefs if gate.name in _OF_THE_ACCOUNT else drafter


# --- a cleared post: the worker's gates, delivery by delivery


def sending_rows(deliveries: Iterable[Delivery], city: City, now: datetime) -> list[Row]:
    """What stands between a clearance and the network, for everything that has not come to an end."""
    pending = [row for row in deliveries if row.state in OPEN or row.state == DeliveryState.UNKNOWN]
    gates = _gates_of(pending, city, now)
    said = [reason.sentence for row in gates for reason in row.reasons]
    return [*gates, *(row for delivery in pending for row in _own_rows(delivery, said, now))]


def _gates_of(pending: Sequence[Delivery], city: City, now: datetime) -> list[Row]:
    """The gates that the worker asks in the last instant; the same for several accounts stands once."""
    rows: dict[tuple[str, ...], Row] = {}
    for subject in sending_facts(pending, on=day_of(now)):
        for standing in standings(Verb.SEND, subject, SYSTEM, city, now):
            row = _gate_row(standing, _who_mends(standing.gate), _books(subject, city))
            rows.setdefault((row.label, *(reason.sentence for reason in row.reasons)), row)
    stopped = {row.label for row in rows.values() if row.look == Look.STOP}
    return [row for row in rows.values() if row.look == Look.STOP or row.label not in stopped]


def _who_mends(gate: Gate) -> str:
    return "担当の所属長・代決者" if gate.name in _OF_THE_ACCOUNT else "システム管理者"


def _own_rows(delivery: Delivery, said: Sequence[str], now: datetime) -> Iterator[Row]:
    """What one delivery waits for besides the gates, of which `said` speaks: its time, connection, outcome."""
    name = delivery.social_account.name
    if delivery.state == DeliveryState.UNKNOWN:
        yield _unknown_row(delivery, now)
    elif delivery.due_at > now:
        yield Row(Look.WAIT, f"発信する日時: {name}", words="時刻になると発信します。", at=delivery.due_at)
    elif delivery.problem and not any(sentence in delivery.problem for sentence in said):
        yield Row(
            Look.WAIT,
            f"次に試す時刻: {name}",
            words=delivery.problem,
            release="発信の仕組み",
            at=delivery.next_try_at,
        )


def _unknown_row(delivery: Delivery, now: datetime) -> Row:
    """Who moves it on: the worker while it can, and the staff at any time."""
    course, name = course_seen(delivery, now), delivery.social_account.name
    return Row(
        Look.WAIT,
        f"要照合: {name}",
        words=f"届いたか分かりません。{_COURSES[course]}",
        release=SETTLERS if course == Course.NONE else f"発信の仕組み、または{SETTLERS}",
        at=None if course == Course.NONE else delivery.next_try_at,
    )


# --- words


def _ground(duty: str, books: Sequence[str]) -> tuple[str, Sequence[Clause]]:
    loaded = [clauses.load(book) for book in books]
    return clauses.cite(duty, loaded), clauses.clauses_for(duty, loaded)


def _books(subject: facts.SubjectFacts, city: City) -> tuple[str, ...]:
    return rulebooks_of(subject, city)
