"""On what a post goes out, or would after the act at hand: one picture for submission, clearance and sending.

Before a clearance there is one in prospect: the act, with what its person brings. Judges nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules.facts import Account, Case, Clearance, Delivery, Post, Release
from rules.states import Basis, ConfirmationState, Ground, PostKind, Role, Verb

_BASIS_OF = {
    Verb.CLAIM: Basis.SECOND_CHECK,
    Verb.SECOND_CHECK: Basis.SECOND_CHECK,
    Verb.SEND_IN_EMERGENCY: Basis.WAIVER,
}
A_LITTLE_LATE = timedelta(minutes=30)
# Who asks cannot yet bring what the chief brings later: their case is judged as if all of it came.
_ASKING = frozenset({Verb.SUBMIT, Verb.CLAIM})


@dataclass(frozen=True)
class Footing:
    """`asking` says that what is still owed may come with the decision; `due_at` is the instant it goes out."""

    post: Post
    clearance: Clearance
    release: Release | None
    asking: bool
    due_at: datetime

    @property
    def is_approval(self) -> bool:
        return self.clearance.basis == Basis.APPROVAL

    @property
    def ground(self) -> Ground | None:
        """The exemption ground, where one is used: approval needs none."""
        return None if self.is_approval or self.post.claim is None else self.post.claim.ground

    @property
    def is_information(self) -> bool:
        """mima:5-4: disaster information: by its ground, or as the approver saw it. A correction of some is that, too,
        on its original's path (row 19): past the chief, or on (4) like any other. The city's statement never is."""
        claimed = self.post.claim is not None and self.post.claim.ground == Ground.DISASTER
        seen = self.post.disaster_information or self.post.corrects_disaster
        return not self.is_statement and (claimed or (self.is_approval and seen))

    @property
    def is_related(self) -> bool:
        """mima:8-2: 防災に関連する情報, the wider word; disaster information is always that."""
        return self.post.disaster_related or self.post.disaster_information or self.is_information

    @property
    def is_statement(self) -> bool:
        """mima:8-1-停止: the city's own statement on what happened."""
        return self.post.kind == PostKind.STATEMENT

    @property
    def ticks(self) -> frozenset[str]:
        """What the chief ticked, on the approval or on the release by name; others' ticks are not the chief's."""
        on_approval = self.clearance.ticks if self.is_approval else frozenset()
        return on_approval | (self.release.ticks if self.release else frozenset())

    def confirmed_since(self, instant: datetime | None) -> bool:
        """mima:9-1: the chief's word on this very version, given at or after that minute (None: at any time). Once the
        chief has denied one, only what they have ratified or said in the program counts."""
        denied = any(word.state == ConfirmationState.DENIED for word in self.post.confirmations)
        given = [word for word in self.post.confirmations if word.counts(after_denial=denied)]
        minute = instant.replace(second=0, microsecond=0) if instant else None
        return any(minute is None or word.confirmed_at >= minute for word in given)

    def as_of(self, instant: datetime) -> "Footing":
        """The same without what was written down of the chief's word at or after that instant."""
        words = tuple(word for word in self.post.confirmations if word.known_at < instant)
        return replace(self, post=replace(self.post, confirmations=words))

    def approved_since(self, instant: datetime | None) -> bool:
        """An approval, by chief or deputy, that knew of what began at that instant."""
        given_at = self.clearance.given_at
        return self.is_approval and None not in (given_at, instant) and given_at >= instant  # type: ignore[operator]

    def decided_by_chief_since(self, instant: datetime) -> bool:
        """mima:7-4: the chief's own approval, or release by name, not from before that instant."""
        acts = [(self.clearance.given_at, self.clearance.by_chief)]
        if self.release is not None:
            acts.append((self.release.at, self.release.by_chief))
        return any(by_chief and at is not None and at >= instant for at, by_chief in acts)


def footing_of(case: Case) -> Footing:
    """What the post of the case rests on, or would after this act."""
    subject = case.subject
    return _of_delivery(case, subject) if isinstance(subject, Delivery) else _in_prospect(case)


def post_of(case: Case) -> Post:
    subject = case.subject
    post = subject.post if isinstance(subject, Delivery) else subject
    assert isinstance(post, Post)
    return post


def targets_of(case: Case) -> tuple[Account, ...]:
    subject = case.subject
    return (subject.account,) if isinstance(subject, Delivery) else post_of(case).targets


def is_chief(case: Case) -> bool:
    """The actor is chief of the owning section or of the one above: their own act, not a deputy's."""
    post = post_of(case)
    sections = [post.section, *([] if post.parent_section is None else [post.parent_section])]
    return any(case.actor.holds(Role.CHIEF, section, case.on) for section in sections)


def _of_delivery(case: Case, delivery: Delivery) -> Footing:
    release = delivery.release
    if case.verb == Verb.RELEASE:
        release = Release(case.now, is_chief(case), delivery.asked.ticks)
    clearance = delivery.post.clearance or Clearance(Basis.APPROVAL, "")
    due_at = max(delivery.due_at or case.now, release.at if release else delivery.due_at or case.now)
    # What goes out a little late was meant for its time; later than that, publication is what counts.
    goes_at = due_at if case.now <= due_at + A_LITTLE_LATE else case.now
    return Footing(delivery.post, clearance, release, False, goes_at)


def _in_prospect(case: Case) -> Footing:
    post, asking = post_of(case), case.verb in _ASKING
    clearance = Clearance(
        basis=_BASIS_OF.get(case.verb, Basis.APPROVAL),
        digest=post.digest,
        given_at=case.now,
        by_chief=asking or is_chief(case),
        ticks=post.asked.ticks,
        named=post.asked.named,
    )
    return Footing(post, clearance, None, asking, max(post.due_at or case.now, case.now))
