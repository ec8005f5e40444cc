"""The canonical text of a version: what is stored, hashed, approved and sent. Pure.

JSON with sorted keys and no spaces, in UTF-8. Scheme 2 says what a post has to do with a disaster, scheme 3
whose field it is about and before when it may not be known; one that has nothing to do with either is written in
scheme 1, as before. Line ends become LF when text comes in; nothing
else of what a person typed is ever changed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from rules.facts import Claim, DisasterReport, Evidence, LawCitation, PastFact, PublicSource
from rules.states import Ground, PostKind

SCHEMES = (1, 2, 3)


@dataclass(frozen=True)
class Content:
    """What goes out, where, when, and on what claim. `variants` are texts for single social accounts, by id.

    `disaster_related` is Art. 8(2)'s word (防災に関連する情報), `disaster_information` that of Art. 5(4) (防災情報).
    Before `embargo_at` nothing goes out; `topic_sections` are the ids of sections whose field it is about.
    """

    text: str
    targets: tuple[int, ...] = ()
    variants: Mapping[int, str] = field(default_factory=dict)
    kind: PostKind = PostKind.POST
    category: str = ""
    category_note: str = ""
    due_at: datetime | None = None
    latest_at: datetime | None = None
    claim: Claim | None = None
    disaster_related: bool = False
    disaster_information: bool = False
    embargo_at: datetime | None = None
    topic_sections: tuple[int, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that some social account sends."""
        return tuple(dict.fromkeys([self.text, *self.variants.values()]))

    def text_for(self, account_id: int) -> str:
        """The exact text that this social account sends."""
        return self.variants.get(account_id, self.text)


def with_line_feeds(text: str) -> str:
    """Browsers send CRLF from a textarea; the one change ever made to a text."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def canonical(content: Content) -> str:
    """The string that is stored and hashed; equal contents give equal strings."""
    variants = {
        str(key): text
        for key, text in content.variants.items()
        if key in content.targets and text != content.text
    }
    document = {
        "scheme": 1,
        "kind": content.kind.value,
        "category": content.category,
        "category_note": content.category_note,
        "targets": sorted(set(content.targets)),
        "text": content.text,
        "variants": variants,
        "media": [],
        "due_at": _instant(content.due_at),
        "latest_at": _instant(content.latest_at),
        "claim": _claim_out(content.claim),
    }
    document |= _disaster_out(content) | _topic_out(content)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _disaster_out(content: Content) -> dict[str, Any]:
    if not (content.disaster_related or content.disaster_information):
        return {}
    said = {"related": content.disaster_related, "information": content.disaster_information}
    return {"scheme": 2, "disaster": said}


def _topic_out(content: Content) -> dict[str, Any]:
    if not (content.embargo_at or content.topic_sections):
        return {}
    sections = sorted(set(content.topic_sections))
    return {"scheme": 3, "topic": {"embargo_at": _instant(content.embargo_at), "sections": sections}}


def digest(text: str) -> str:
    """SHA-256 of the stored string, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def parse(text: str) -> Content:
    """The content of a stored string. Raises ValueError for a scheme this program does not know."""
    document = json.loads(text)
    if document["scheme"] not in SCHEMES:
        raise ValueError(f"unknown scheme {document['scheme']}")
    disaster, topic = document.get("disaster", {}), document.get("topic", {})
    return Content(
        text=document["text"],
        targets=tuple(document["targets"]),
        variants={int(key): variant for key, variant in document["variants"].items()},
        kind=PostKind(document["kind"]),
        category=document["category"],
        category_note=document["category_note"],
        due_at=_instant_in(document["due_at"]),
        latest_at=_instant_in(document["latest_at"]),
        claim=_claim_in(document["claim"]),
        disaster_related=disaster.get("related", False),
        disaster_information=disaster.get("information", False),
        embargo_at=_instant_in(topic.get("embargo_at")),
        topic_sections=tuple(topic.get("sections", ())),
    )


def _instant(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat(timespec="minutes") if value else None


def _instant_in(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _claim_out(claim: Claim | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    return {"ground": claim.ground.value, "evidence": _evidence_out(claim.evidence)}


def _evidence_out(evidence: Evidence) -> dict[str, str | None]:
    values = vars(evidence)
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> str | None:
    if isinstance(value, datetime):
        return _instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _claim_in(document: Mapping[str, Any] | None) -> Claim | None:
    if document is None:
        return None
    ground = Ground(document["ground"])
    return Claim(ground, _EVIDENCE_IN[ground](document["evidence"]))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


_EVIDENCE_IN: dict[Ground, Any] = {
    Ground.PUBLIC: lambda e: PublicSource(e["where"], _day(e["published_on"])),
    Ground.FACT: lambda e: PastFact(e["what"], _day(e["held_on"])),
    Ground.LAW: lambda e: LawCitation(e["law"], e["article"]),
    Ground.DISASTER: lambda e: DisasterReport(e["kind"], e["source"], _instant_in(e["announced_at"])),
}
