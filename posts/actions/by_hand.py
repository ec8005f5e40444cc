"""手作業: handing a due delivery to people, taking it, saying what became of it. Nothing here calls a network.

A delivery that somebody has taken is armed like one that the worker sends: its text is frozen, it is never taken a
second time, and when nobody reports in time it is unknown and settled like any other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.acts import Deed, perform
from accounts.connections import capabilities, new_key
from accounts.facts import city_facts
from accounts.models import StaffMember
from posts import events
from posts.actions.arming import (
    HELD_AGAIN,
    UNSETTLED_AGAIN,
    again_at,
    claim,
    locked_delivery,
    put_off,
    tell,
    write_attempt,
)
from posts.addresses import asked_of
from posts.bringing import stops_since
from posts.claiming import epoch_under_shared_lock
from posts.facts import delivery_facts, doubt_facts
from posts.models import Attempt, Delivery
from rules import facts
from rules.calendar import day_of
from rules.facts import SYSTEM, Asked, Person
from rules.states import DeliveryState, Verb
from rules.transitions import Transition
from rules.workflow import Refused, decide

FREE_AGAIN = "止めていたものがなくなりました。手作業で出せます。"


def hand_out(delivery_id: int, *, now: datetime) -> None:
    """The worker's part: what the rules hold is held, what is too late expires, all else waits for a person."""
    with transaction.atomic(durable=True):
        delivery = claim(delivery_id, now)
        if delivery is None:
            return
        if (
            delivery.state == DeliveryState.UNKNOWN
        ):  # for a person to settle; only kept from crowding the sweep
            again_at(delivery, now + UNSETTLED_AGAIN)
            return
        decision = decide(Verb.SEND, delivery_facts(delivery, on=day_of(now)), SYSTEM, city_facts(now), now)
        if isinstance(decision, Refused):
            put_off(delivery, decision, now)
        else:
            _to_people(delivery, now)


def _to_people(delivery: Delivery, now: datetime) -> None:
    is_news, delivery.handed_at = delivery.handed_at is None, delivery.handed_at or now
    delivery.held_codes = []
    delivery.problem = FREE_AGAIN if delivery.state == DeliveryState.HELD else ""
    delivery.next_try_at = now + HELD_AGAIN
    delivery.save(update_fields=["handed_at", "held_codes", "problem", "next_try_at"])
    if is_news:
        tell(delivery, events.TO_PEOPLE, now, {})


@dataclass(frozen=True)
class HandFile:
    """A locked delivery, its open go, and the epoch under its lock; what was seen is compared by the number of goes."""

    delivery: Delivery
    go: Attempt | None
    epoch: int

    @property
    def form_no(self) -> int:
        return self.delivery.tries


def take(*, delivery: Delivery, by: StaffMember, now: datetime, tries: int | None = None) -> Delivery:
    """引き受ける: from here on it is this person's to bring out, and nobody else's.

    Refuses people off the account, the second checker of an exempt post, a machine that is not registered, an account
    that the program sends to by itself, and whatever would keep the worker from sending. Raises ActStale when somebody
    had a go at it since the page with `tries` goes was opened.
    """

    def gather(file: HandFile) -> facts.Delivery:
        known = delivery_facts(file.delivery, on=day_of(now))
        return replace(known, by_hand=capabilities(file.delivery.social_account).by_hand)

    def write(file: HandFile, row: Transition) -> Mapping[str, object]:
        until = _until(file.delivery, now)
        account = file.delivery.social_account
        write_attempt(
            file.delivery,
            lambda at: new_key(account, at),
            epoch=file.epoch,
            now=now,
            until=until,
            taken_by=by,
        )
        return _payload(file.delivery, until=until.isoformat(), epoch=file.epoch)

    return perform(_deed(Verb.TAKE, delivery, gather, write), by=by, now=now, form_no=tries).delivery


def _until(delivery: Delivery, now: datetime) -> datetime:
    """Nobody brings out what is too late by then; a moment is left, so that a go is never over before it began."""
    too_late_at = max(delivery.latest_at, now + timedelta(minutes=1))
    return min(now + timedelta(minutes=settings.HAND_MINUTES), too_late_at)


def report(*, delivery: Delivery, url: str, no_url: bool, by: StaffMember, now: datetime) -> Delivery:
    """出した: it stands at that address (none only where the network shows none).

    Refuses whoever did not take it, no address, one that cannot be read, and one that is not this account's.
    """
    address = url.strip()

    def gather(file: HandFile) -> facts.Delivery:
        return _taken(file, asked_of(file.delivery, address, no_url=no_url))

    def write(file: HandFile, row: Transition) -> Mapping[str, object]:
        _finish(file, "accepted", now)
        file.delivery.state = row.target or ""
        file.delivery.remote_url, file.delivery.accepted_at = address, now
        file.delivery.save(update_fields=["state", "remote_url", "accepted_at"])
        # It may have gone out before the restriction began: the record says that it stood when it was told.
        under = sorted({reason.code for reason in stops_since(file.delivery, now=now)})
        return _payload(file.delivery, url=address, **({"under": under} if under else {}))

    return perform(_deed(Verb.REPORT, delivery, gather, write), by=by, now=now).delivery


def put_back(*, delivery: Delivery, reason: str, by: StaffMember, now: datetime) -> Delivery:
    """出さずに戻す: it was not brought out, and anybody may take it. Refuses whoever did not take it, and no reason."""

    def gather(file: HandFile) -> facts.Delivery:
        return _taken(file, Asked(reason=reason))

    def write(file: HandFile, row: Transition) -> Mapping[str, object]:
        _finish(file, "not_sent", now, reason.strip())
        file.delivery.state = row.target or ""
        file.delivery.next_try_at = max(now, file.delivery.due_at)
        file.delivery.save(update_fields=["state", "next_try_at"])
        return _payload(file.delivery, reason=reason.strip())

    return perform(_deed(Verb.PUT_BACK, delivery, gather, write), by=by, now=now).delivery


def _deed(
    verb: Verb,
    delivery: Delivery,
    gather: Callable[[HandFile], facts.Delivery],
    write: Callable[[HandFile, Transition], Mapping[str, object]],
) -> Deed[HandFile]:
    return Deed(verb, lambda: _locked(delivery.pk), gather, write, lambda file: file.delivery.post.stream)


def _locked(pk: int) -> HandFile:
    """In lock order: the city's gate, social account, post, delivery."""
    epoch = epoch_under_shared_lock()
    delivery = locked_delivery(pk)
    return HandFile(delivery, delivery.attempts.filter(finished_at__isnull=True).first(), epoch)


def _taken(file: HandFile, asked: Asked) -> facts.Delivery:
    return replace(doubt_facts(file.delivery, asked=asked), by_hand=True, taken_by=taker_of(file.go))


def taker_of(go: Attempt | None) -> Person | None:
    """Who has taken it; nobody where the worker is at it."""
    by = go.taken_by if go is not None else None
    return Person(by.pk, by.with_title) if by is not None else None


def _finish(file: HandFile, outcome: str, now: datetime, detail: str = "") -> None:
    assert file.go is not None  # whoever is not its taker was refused
    file.go.outcome, file.go.finished_at, file.go.detail = outcome, now, detail
    file.go.save(update_fields=["outcome", "finished_at", "detail"])


def _payload(delivery: Delivery, **known: object) -> Mapping[str, object]:
    return {
        "delivery": delivery.pk,
        "account": delivery.social_account.name,
        "tries": delivery.tries,
        **known,
    }
