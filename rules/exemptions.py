"""The four grounds on which the chief's approval may be omitted, and the evidence each of them owes."""

from collections.abc import Callable, Iterator

from rules.facts import (
    Case,
    Claim,
    DisasterReport,
    LawCitation,
    PastFact,
    Post,
    PublicSource,
    Reason,
)
from rules.states import Ground
from rules.text import is_blank

DUTY_OF = {
    Ground.PUBLIC: "ground_public",
    Ground.FACT: "ground_fact",
    Ground.LAW: "ground_law",
    Ground.DISASTER: "ground_disaster",
}
EVIDENCE_OF = {
    Ground.PUBLIC: PublicSource,
    Ground.FACT: PastFact,
    Ground.LAW: LawCitation,
    Ground.DISASTER: DisasterReport,
}


def check_claim(case: Case) -> Iterator[Reason]:
    """mima:5-省略: exactly one ground is claimed, and its own evidence is complete."""
    assert isinstance(case.subject, Post)
    claim = case.subject.claim
    if claim is None:
        yield Reason(
            "claim_missing",
            "exemption",
            "承認を省略する理由が選ばれていません。",
            "(1)から(4)のどれかを選ぶか、所属長の承認を受けてください。",
        )
    elif not isinstance(claim.evidence, EVIDENCE_OF[claim.ground]):
        yield _owed(claim, "evidence_of_other_ground", "選んだ理由と、書かれた根拠の種類が合っていません。")
    else:
        yield from _CHECKS[claim.ground](claim, case)


def _owed(claim: Claim, code: str, sentence: str, next_step: str = "") -> Reason:
    step = next_step or "根拠を書き足すか、所属長の承認を受けてください。"
    return Reason(code, DUTY_OF[claim.ground], sentence, step)


def _check_public(claim: Claim, case: Case) -> Iterator[Reason]:
    """mima:5-1: already published by the city: where, and on a day that is not in the future."""
    source = claim.evidence
    assert isinstance(source, PublicSource)
    if is_blank(source.where):
        yield _owed(claim, "source_missing", "公開されている場所（URLや広報紙の号）が書かれていません。")
    if source.published_on is None:
        yield _owed(claim, "published_on_missing", "公開された日が書かれていません。")
    elif source.published_on > case.on:
        yield _owed(
            claim,
            "published_in_future",
            f"{_day(source.published_on)}はまだ来ていません。"
            "「(1) もう公開されている」では、公開された日を書いてください。",
        )


def _check_fact(claim: Claim, case: Case) -> Iterator[Reason]:
    """mima:5-2: a fait accompli: what took place, on a day that has come."""
    fact = claim.evidence
    assert isinstance(fact, PastFact)
    if is_blank(fact.what):
        yield _owed(claim, "fact_missing", "終わったイベントや会議の名前が書かれていません。")
    if fact.held_on is None:
        yield _owed(claim, "held_on_missing", "行われた日が書かれていません。")
    elif fact.held_on > case.on:
        yield _owed(
            claim,
            "held_in_future",
            f"{_day(fact.held_on)}はまだ来ていません。「(2) もう終わったこと」では、済んだ日を書いてください。",
        )


def _check_law(claim: Claim, case: Case) -> Iterator[Reason]:
    """mima:5-3: content prescribed by law: its name and the article."""
    law = claim.evidence
    assert isinstance(law, LawCitation)
    if is_blank(law.law):
        yield _owed(claim, "law_missing", "法令や条例の名前が書かれていません。")
    if is_blank(law.article):
        yield _owed(claim, "article_missing", "法令の条番号が書かれていません。")


def _check_disaster(claim: Claim, case: Case) -> Iterator[Reason]:
    """mima:5-4: disaster information: its kind, who announced it, and when."""
    report = claim.evidence
    assert isinstance(report, DisasterReport)
    if is_blank(report.kind):
        yield _owed(claim, "kind_missing", "防災の情報の種類が選ばれていません。")
    if is_blank(report.source):
        yield _owed(claim, "announcer_missing", "防災の情報の発表元が書かれていません。")
    if report.announced_at is None:
        yield _owed(claim, "announced_at_missing", "発表された時刻が書かれていません。")
    elif report.announced_at > case.now:
        yield _owed(
            claim,
            "announced_in_future",
            "発表の時刻がまだ来ていません。",
            "発表された日時を書いてください。",
        )


def _day(day: object) -> str:
    return f"{day.month}月{day.day}日"  # type: ignore[attr-defined]


_CHECKS: dict[Ground, Callable[[Claim, Case], Iterator[Reason]]] = {
    Ground.PUBLIC: _check_public,
    Ground.FACT: _check_fact,
    Ground.LAW: _check_law,
    Ground.DISASTER: _check_disaster,
}
