"""所管課の確認: writing down what the section whose field it is says about a version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Section, StaffMember
from posts.actions.cases import CaseFile, act
from posts.models import Post, SectionConfirmation
from rules.asked import Asked
from rules.states import How, Verb
from rules.transitions import Transition


@dataclass(frozen=True)
class SectionWord:
    """Which section, whether it agrees, in what words; who said it, how and when. In the program only for oneself."""

    section: Section
    agrees: bool
    words: str = ""
    said_by: StaffMember | None = None
    how: How | None = None
    said_at: datetime | None = None


def confirm(*, post: Post, seen_digest: str, word: SectionWord, by: StaffMember, now: datetime) -> Post:
    """所管課の確認を記録する, on the version seen.

    Refuses sections that were not asked, people who are not of it or wrote in the post, an hour that has not come,
    and a "no" without words.
    """
    said_at = now if word.how == How.IN_APP else word.said_at

    def write(case: CaseFile, _: Transition) -> Mapping[str, object]:
        row = _stored(case, word, said_at or now, by, now)
        case.move_to(None)
        return {
            "version": case.version.number,
            "section": word.section.name,
            "agrees": word.agrees,
            "said_by": row.said_as,
            "how": word.how,
            "words": word.words,
        }

    asked = _asked(word, seen_digest, said_at)
    return act(Verb.CONFIRM_TOPIC, post, write, by=by, now=now, asked=asked)


def _asked(word: SectionWord, seen_digest: str, said_at: datetime | None) -> Asked:
    return Asked(
        reason=word.words,
        seen_digest=seen_digest,
        ticks=frozenset() if word.agrees else frozenset({"disagrees"}),
        confirmed_by=word.said_by.pk if word.said_by else None,
        confirmed_at=said_at,
        how=word.how,
        topic=word.section.pk,
    )


def _stored(
    case: CaseFile, word: SectionWord, said_at: datetime, by: StaffMember, now: datetime
) -> SectionConfirmation:
    assert word.said_by is not None
    return SectionConfirmation.objects.create(
        post=case.post,
        version=case.version,
        section=word.section,
        said_by=word.said_by,
        said_as=word.said_by.with_title,
        agrees=word.agrees,
        words=word.words.strip(),
        how=word.how or "",
        said_at=said_at,
        recorded_by=by,
        recorded_at=now,
    )
