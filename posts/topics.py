"""所管課確認: the sections whose field a post is about, with their newest word on one version. Reading only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import Section, StaffMember
from accounts.queries import consultable
from posts.canonical import parse
from posts.models import Post, SectionConfirmation, Version
from rules.facts import TopicSection
from rules.states import How, PostState

HOW_JA = {How.IN_PERSON: "対面", How.PHONE: "電話", How.IN_APP: "この画面"}
_ASKED = (PostState.DRAFTING, PostState.AWAITING_APPROVAL, PostState.AWAITING_CHECK)


@dataclass(frozen=True)
class Asked:
    """One section that is asked, for the screens: its newest word on this version, and who can give one."""

    section: Section
    word: SectionConfirmation | None
    members: Sequence[StaffMember]

    @property
    def how(self) -> str:
        return HOW_JA[How(self.word.how)] if self.word else ""


def topic_facts(sections: Sequence[int], version: Version | None) -> tuple[TopicSection, ...]:
    """As the rules see them; three reads, none where no section is named."""
    if not sections:
        return ()
    words, members = _words(version), _members(sections)
    return tuple(
        TopicSection(
            row.pk,
            row.name,
            words[row.pk].agrees if row.pk in words else None,
            frozenset(staff.pk for staff in members.get(row.pk, ())),
        )
        for row in Section.objects.filter(pk__in=sections).order_by("pk")
    )


def asked_of(version: Version) -> list[Asked]:
    """The sections asked about this version."""
    ids = parse(version.canonical).topic_sections
    if not ids:
        return []
    words, members = _words(version), _members(ids)
    sections = Section.objects.filter(pk__in=ids).order_by("pk")
    return [Asked(row, words.get(row.pk), members.get(row.pk, ())) for row in sections]


def _words(version: Version | None) -> Mapping[int, SectionConfirmation]:
    """Section id → its newest word on this version."""
    if version is None or version.pk is None:
        return {}
    rows = SectionConfirmation.objects.filter(version=version).select_related(
        "said_by", "recorded_by__section"
    )
    return {row.section_id: row for row in rows.order_by("pk")}


def _members(sections: Sequence[int]) -> Mapping[int, list[StaffMember]]:
    members: dict[int, list[StaffMember]] = {}
    for staff in consultable().filter(section__in=sections).select_related("section").order_by("pk"):
        members.setdefault(staff.section_id, []).append(staff)
    return members


def waiting_for(staff: StaffMember) -> QuerySet[Post]:
    """Posts that wait for a word of this person's section, or whose text changed since it gave one."""
    answered = SectionConfirmation.objects.filter(
        version=OuterRef("pk"), section=staff.section_id, version__number=OuterRef("post__version_no")
    )
    waiting = Version.objects.filter(
        number=F("post__version_no"),
        post__state__in=_ASKED[1:],
        topics__section=staff.section_id,
    ).exclude(Exists(answered))
    rows = Post.objects.filter(pk__in=waiting.values("post")).select_related("section", "drafter")
    return rows.order_by(F("due_at").asc(nulls_first=True), "pk")


def said_at(asked: Sequence[Asked]) -> datetime | None:
    """When the last of them spoke."""
    return max((row.word.said_at for row in asked if row.word), default=None)
