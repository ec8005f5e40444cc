"""照合: a person says what became of an unknown. Nothing here sends; what a worker learns later adds nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.acts import Deed, perform
from accounts.models import StaffMember
from posts.actions import sighting
from posts.actions.arming import locked_delivery
from posts.addresses import asked_of
from posts.doubts import Candidate, candidates_of
from posts.facts import doubt_facts
from posts.models import Delivery
from rules.facts import Asked
from rules.states import Verb
from rules.transitions import Transition

NOT_THERE = "人が照合し、届いていないと記録しました。"


@dataclass(frozen=True)
class DoubtFile:
    """A locked delivery; what was seen is compared by the number of its attempts."""

    delivery: Delivery

    @property
    def form_no(self) -> int:
        return self.delivery.tries


def settle_live(
    *,
    delivery: Delivery,
    url: str,
    no_url: bool,
    reason: str,
    by: StaffMember,
    now: datetime,
    tries: int | None = None,
    found: str = "",
) -> Delivery:
    """届いている, at that address (none only where the network shows none), or `found` among what the network listed.

    `reason` is what was seen. Refuses people out of scope, no words, no address, one of another account or another
    post, and while something may still arrive. Raises ActStale when the worker has tried again since the page with
    `tries` attempts was opened.
    """

    def ask(locked: Delivery) -> Asked:
        seen = _found(locked, found)
        known = asked_of(locked, seen.url if seen else url, no_url=no_url, reason=reason)
        return replace(known, no_url=True) if seen and not seen.url else known

    def learn(locked: Delivery) -> Mapping[str, object]:
        seen = _found(locked, found)
        address = seen.url if seen else url.strip()
        return {"remote_id": seen.remote_id if seen else "", "remote_url": address, "accepted_at": now}

    return _settle(Verb.SETTLE_LIVE, delivery, ask, learn, by, now, tries)


def _found(delivery: Delivery, name: str) -> Candidate | None:
    """The post that somebody points at, among those that the network listed."""
    return next((seen for seen in candidates_of(delivery) if name and seen.remote_id == name), None)


def settle_not_live(
    *, delivery: Delivery, reason: str, by: StaffMember, now: datetime, tries: int | None = None
) -> Delivery:
    """届いていない: it expires, and goes out again only in a new post or version, past other eyes again.

    Refuses and raises what `settle_live` does, but for the address.
    """
    asked = Asked(reason=reason)
    return _settle(
        Verb.SETTLE_NOT_LIVE, delivery, lambda _: asked, lambda _: {"problem": NOT_THERE}, by, now, tries
    )


def settle_after_all(
    *, delivery: Delivery, url: str, no_url: bool, reason: str, by: StaffMember, now: datetime
) -> Delivery:
    """やはり届いていた: somebody had recorded that it is not there, and then whoever brought it out says where it is.

    Refuses what `settle_live` does, what nobody had taken, and while a new version or post stands in its place.
    """

    def ask(locked: Delivery) -> Asked:
        return asked_of(locked, url, no_url=no_url, reason=reason)

    def learn(_: Delivery) -> Mapping[str, object]:
        return {"remote_url": url.strip(), "accepted_at": now}

    return _settle(Verb.SETTLE_AFTER_ALL, delivery, ask, learn, by, now, None)


def _settle(
    verb: Verb,
    delivery: Delivery,
    ask: Callable[[Delivery], Asked],
    learn: Callable[[Delivery], Mapping[str, object]],
    by: StaffMember,
    now: datetime,
    tries: int | None,
) -> Delivery:
    def write(doubt: DoubtFile, row: Transition) -> Mapping[str, object]:
        known = {"problem": "", **learn(doubt.delivery), "state": row.target}
        return _write(doubt.delivery, ask(doubt.delivery), known)

    deed = Deed(
        verb,
        lambda: DoubtFile(locked_delivery(delivery.pk)),
        lambda doubt: doubt_facts(doubt.delivery, asked=ask(doubt.delivery)),
        write,
        lambda doubt: doubt.delivery.post.stream,
    )
    return perform(deed, by=by, now=now, form_no=tries).delivery


def _write(delivery: Delivery, asked: Asked, known: Mapping[str, object]) -> Mapping[str, object]:
    for name, value in known.items():
        setattr(delivery, name, value)
    delivery.save(update_fields=list(known))
    if delivery.remote_id and delivery.accepted_at:
        sighting.begin(delivery, at=delivery.accepted_at)
    return {
        "delivery": delivery.pk,
        "account": delivery.social_account.name,
        "tries": delivery.tries,
        "url": asked.url,
        "reason": asked.reason.strip(),
    }
