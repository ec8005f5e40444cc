"""What system admins and sections keep, one row of each, by the legal road: for the attacks on it."""

from dataclasses import dataclass
from datetime import date

from accounts import certificates
from accounts.actions import devices, handbook, importing_rulebook, ledger, rulebooks
from accounts.actions.devices import Place
from accounts.actions.ledger import Change
from accounts.actions.rulebooks import Decision
from accounts.models import (
    Adoption,
    Device,
    DutySwitch,
    HandbookReading,
    LedgerEntry,
    RegulationText,
    RoleAssignment,
    RulebookVersion,
    SocialAccount,
    Wording,
)
from accounts.rulebook_document import PlaceTyped, RulebookTyped, document_of
from posts.actions import drafting, topics
from posts.actions.topics import SectionWord
from posts.models import SectionConfirmation, Topic
from rules.states import How
from tests.accounts.certificates import certificate, pem
from tests.support.cast import NOW, Cast, content_for, seen

TOMORROW = date(2026, 11, 21)
TEXT = "見本市の要領\n\n第1条 目的を定める。\n第2条 範囲を定める。\n"
OWN = RulebookTyped(
    "mihon", "見本市", "見本の要綱", "要綱", "要綱", [TOMORROW], [PlaceTyped("第1条", "決めます。")], {}
)


@dataclass
class Kept:
    """Table → the id of its row; `chief` is an assignment as chief, `ended` a device that has ended,
    `topic` the post about another section's field."""

    rows: dict[str, int]
    chief: int
    ended: int
    topic: int


def make_kept(cast: Cast, account: SocialAccount) -> Kept:
    _of_accounts(cast, account)
    _of_posts(cast, account)
    kept = (
        *(Device, LedgerEntry, Adoption, DutySwitch, RulebookVersion, RegulationText, Wording),
        *(HandbookReading, Topic, SectionConfirmation),
    )
    rows = {model._meta.db_table: model._default_manager.order_by("pk")[0].pk for model in kept}
    chief = RoleAssignment.objects.get(staff=cast.suzuki)
    topic = Topic.objects.order_by("pk")[0].version.post_id
    return Kept(rows, chief.pk, Device.objects.exclude(ended_at=None).get().pk, topic)


def _of_accounts(cast: Cast, account: SocialAccount) -> None:
    for name in ("観光-PC-03", "観光-PC-04"):
        made = certificates.read(pem(certificate(NOW)))
        device = devices.enrol(place=Place(name, cast.tourism), certificate=made, by=cast.kondo, now=NOW)
    devices.end(device=device, reason="返却した", by=cast.kondo, now=NOW)
    ledger.record(account=account, change=Change(cast.sato, date(2026, 11, 1)), by=cast.suzuki, now=NOW)
    what = Decision("toyama", TOMORROW, "採り入れる")
    rulebooks.adopt(what=what, adopted=True, by=cast.kondo, now=NOW)
    rulebooks.switch_duty(what=what, duty="device", on=True, by=cast.kondo, now=NOW)
    rulebooks.write(
        what=Decision("mihon", TOMORROW, "定めた"), document=document_of(OWN), by=cast.kondo, now=NOW
    )
    importing_rulebook.import_rulebook(data=TEXT.encode(), rulebook="mima", source="x.txt", by="x", now=NOW)
    handbook.confirm_read(by=cast.sato, now=NOW)


def _of_posts(cast: Cast, account: SocialAccount) -> None:
    content = content_for(account, topic_sections=(cast.moving.pk,))
    post = drafting.draft(title="移住の催し", content=content, declared=True, by=cast.sato, now=NOW)
    word = SectionWord(cast.moving, True, "", cast.mori, How.IN_APP)
    topics.confirm(post=post, seen_digest=seen(post), word=word, by=cast.mori, now=NOW)
