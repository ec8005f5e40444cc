"""所属長の確認 (Art. 9(1)): writing down the chief's word on a version, and the chief ratifying or denying it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.acts import Deed, perform
from accounts.models import StaffMember
from policies.actions.gate import raise_epoch
from posts.actions.cases import CaseFile, act
from posts.actions.nudge import nudge
from posts.confirming import confirmation_facts
from posts.models import ChiefConfirmation, Post
from rules.asked import Asked
from rules.states import ConfirmationState, How, Verb
from rules.transitions import Transition


@dataclass(frozen=True)
class Word:
    """The chief's word as it is to be written down: whose, when, how, and what was said."""

    chief: int | None
    confirmed_at: datetime | None
    how: How | None
    words: str = ""


def record(*, post: Post, seen_digest: str, word: Word, by: StaffMember, now: datetime) -> Post:
    """所属長の確認を記録する, on the version seen. In the program only for oneself; that needs no ratifying.

    Refuses people who are not in office, an hour that has not come, and a version that is no longer the one seen.
    """
    if word.how == How.IN_APP:
        word = replace(word, confirmed_at=now)
    asked = Asked(
        seen_digest=seen_digest, confirmed_by=word.chief, confirmed_at=word.confirmed_at, how=word.how
    )

    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        stored = _store(case, word, by, now)
        case.move_to(None)
        return {
            "version": case.version.number,
            "chief": stored.chief_as,
            "how": stored.how,
            "confirmed_at": stored.confirmed_at,
            "words": stored.words,
        }

    return act(Verb.CONFIRM, post, write, by=by, now=now, asked=asked, then=lambda case: nudge())


def ratify(*, confirmation: ChiefConfirmation, by: StaffMember, now: datetime) -> ChiefConfirmation:
    """追認する: the word was given as it is written. Refuses who wrote it down, and people not in office."""
    return _settle(Verb.RATIFY, confirmation, "", by, now)


def deny(*, confirmation: ChiefConfirmation, words: str, by: StaffMember, now: datetime) -> ChiefConfirmation:
    """確認していないと記録する: what has not gone out on it is held. Refuses a denial without words."""
    return _settle(Verb.DENY, confirmation, words, by, now)


def _store(case: CaseFile, word: Word, by: StaffMember, now: datetime) -> ChiefConfirmation:
    chief = StaffMember.objects.select_related("section").get(pk=word.chief or 0)
    own = word.how == How.IN_APP
    return ChiefConfirmation.objects.create(
        post=case.post,
        version=case.version,
        chief=chief,
        chief_as=chief.with_title,
        how=word.how or "",
        confirmed_at=word.confirmed_at or now,
        words=word.words.strip(),
        recorded_by=by,
        recorded_at=now,
        state=ConfirmationState.RATIFIED if own else ConfirmationState.RECORDED,
        settled_at=now if own else None,
        settled_by=by if own else None,
    )


def _settle(
    verb: Verb, confirmation: ChiefConfirmation, words: str, by: StaffMember, now: datetime
) -> ChiefConfirmation:
    asked = Asked(reason=words)

    def write(row: ChiefConfirmation, transition: Transition) -> Mapping[str, object]:
        row.state, row.settled_at, row.settled_by = transition.target or row.state, now, by
        row.settled_words = words.strip()
        row.save(update_fields=["state", "settled_at", "settled_by", "settled_words"])
        return {"version": row.version.number, "chief": row.chief_as, "words": row.settled_words}

    deed = Deed(
        verb,
        lambda: _locked(confirmation.pk, narrows=verb == Verb.DENY),
        lambda row: confirmation_facts(row, now=now, asked=asked),
        write,
        lambda row: row.post.stream,
    )
    return perform(deed, by=by, now=now)


def _locked(pk: int, *, narrows: bool) -> ChiefConfirmation:
    """A denial stops what rested on the word: the gate first, so that nothing is armed without having seen it."""
    if narrows:
        raise_epoch()
    rows = ChiefConfirmation.objects.select_for_update(of=("self",))
    return rows.select_related("post__section", "version").get(pk=pk)
