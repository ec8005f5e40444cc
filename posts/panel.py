"""いま止めているもの: every gate of a post's next step, how it stands, and who can release it.

Arranges what the rules say for the screens; judges nothing itself. Instants stay instants.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from accounts.books import books_of
from accounts.facts import city_facts
from accounts.refusals import ShownReason, shown
from posts.doubts import Course, course_seen
from posts.facts import post_facts, sending_facts
from posts.judging import who_decides
from posts.models import Delivery, Post, Version
from posts.queries import deliveries_of
from posts.releasing import NOBODY, Opener, Openers, Releasers
from rules import clauses, facts
from rules.calendar import day_of
from rules.clauses import Clause
from rules.facts import SYSTEM, Actor, Asked, Case, City, Person
from rules.states import OPEN, DeliveryState, PostState, Verb
from rules.workflow import Standing, rulebooks_of, standings

# Gates about the person or the press of the button: they say nothing about what stops the post now.
_AT_THE_ACT = frozenset({"seen", "ticks", "reason", "approver_four_eyes", "checker_four_eyes"})
# The gate that a decision about one delivery, by name, opens.
_BY_NAME = "released"
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
    """One gate. `release` is who can open it; `at` is when it opens by itself; `openers` is what has opened it;
    `held` are the deliveries that somebody decides about by name."""

    look: Look
    label: str
    reasons: Sequence[ShownReason] = ()
    release: str = ""
    cite: str = ""
    clauses: Sequence[Clause] = ()
    words: str = ""
    at: datetime | None = None
    openers: Sequence[Opener] = ()
    held: Sequence[int] = ()

    @property
    def is_quiet(self) -> bool:
        """In order, with nothing more to say about it."""
        return self.look == Look.OK and not self.openers


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
    city, on = city_facts(now), day_of(now)
    if post.state == PostState.CLEARED:
        people = Releasers(post, on, "システム管理者")
        rows = sending_rows(deliveries_of(post) if deliveries is None else deliveries, people, city, now)
    elif post.state == PostState.CANCELLED:
        rows = []
    else:
        known = known or post_facts(post, version, on=on)
        people = Releasers(post, on, post.drafter.with_title)
        rows = editorial_rows(known, version, people, actor, city, now)
    return tuple(sorted(rows, key=lambda row: (_ORDER.index(row.look), row.is_quiet)))


def stopping(rows: Iterable[Row]) -> frozenset[str]:
    """The codes of everything that stops it: the reasons that a refusal of the next act would give."""
    return frozenset(reason.code for row in rows for reason in row.reasons)


def editorial_rows(
    subject: facts.Post, version: Version, people: Releasers, actor: Actor, city: City, now: datetime
) -> list[Row]:
    """What stands between a draft and its clearance, by the gates of the next act."""
    verb, waiting = _next_step(subject, who_decides(subject, people.on))
    subject = replace(subject, asked=Asked(seen_digest=subject.digest))
    case, openers = Case(verb, subject, actor, city, now, people.on), Openers(version)
    gates = [row for row in standings(verb, subject, actor, city, now) if row.gate.name not in _AT_THE_ACT]
    return [_waiting_row(waiting, subject, city), *(_gate_row(row, case, people, openers) for row in gates)]


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


def _gate_row(standing: Standing, case: Case, people: Releasers, openers: Openers) -> Row:
    gate = standing.gate
    cite, gists = _ground(gate.duty, _books(case.subject, case.city))
    if not standing.reasons:
        return Row(Look.OK, gate.label, cite=cite, clauses=gists, openers=openers.of(gate, case))
    held = [openers.delivery.pk] if gate.name == _BY_NAME and openers.delivery else []
    reasons = [shown(reason) for reason in standing.reasons]
    return Row(Look.STOP, gate.label, reasons, people.of(gate, case), cite, gists, held=held)


# --- a cleared post: the worker's gates, delivery by delivery


def sending_rows(deliveries: Iterable[Delivery], people: Releasers, city: City, now: datetime) -> list[Row]:
    """What stands between a clearance and the network, for everything that has not come to an end."""
    pending = [row for row in deliveries if row.state in OPEN or row.state == DeliveryState.UNKNOWN]
    gates = _gates_of(pending, people, city, now)
    said = [reason.sentence for row in gates for reason in row.reasons]
    return [*gates, *(row for delivery in pending for row in _own_rows(delivery, said, now))]


def _gates_of(pending: Sequence[Delivery], people: Releasers, city: City, now: datetime) -> list[Row]:
    """The gates that the worker asks in the last instant; the same for several accounts stands once."""
    rows: dict[tuple[str, ...], Row] = {}
    subjects = sending_facts(pending, on=people.on)
    for delivery, subject in zip(pending, subjects, strict=True):
        case = Case(Verb.SEND, subject, SYSTEM, city, now, people.on)
        openers = Openers(delivery.clearance.version, delivery)
        for standing in standings(Verb.SEND, subject, SYSTEM, city, now):
            row = _gate_row(standing, case, people, openers)
            key = (row.label, *(reason.sentence for reason in row.reasons))
            rows[key] = _joined(rows[key], row) if key in rows else row
    stopped = {row.label for row in rows.values() if row.look == Look.STOP}
    return [row for row in rows.values() if row.look == Look.STOP or row.label not in stopped]


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


def _joined(row: Row, other: Row) -> Row:
    """The same gate for another social account."""
    openers = dict.fromkeys([*row.openers, *other.openers])
    return replace(row, openers=tuple(openers), held=[*row.held, *other.held])


# --- words


def _ground(duty: str, books: Sequence[str]) -> tuple[str, Sequence[Clause]]:
    loaded = books_of(books)
    return clauses.cite(duty, loaded), clauses.clauses_for(duty, loaded)


def _books(subject: facts.SubjectFacts, city: City) -> tuple[str, ...]:
    return rulebooks_of(subject, city)
