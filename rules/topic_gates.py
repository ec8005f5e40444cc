"""Gates for what a post is about: the section whose field it is, and the date before which nothing is said."""

from collections.abc import Iterator

from rules.facts import Case, Post, Reason, TopicSection
from rules.footing import footing_of, post_of
from rules.gate import Gate
from rules.states import Basis, How
from rules.text import is_blank


def check_embargo(case: Case) -> Iterator[Reason]:
    """toyama:6-5-意思形成: what is not to be known yet goes out at its date, not a minute earlier."""
    post = post_of(case)
    if post.embargo_at is not None and footing_of(case).due_at < post.embargo_at:
        yield Reason(
            "embargoed",
            "embargo",
            "解禁の日時より前に出る投稿です。",
            "発信する日時を、解禁の日時か、それよりあとにしてください。",
        )


def check_owning_section(case: Case) -> Iterator[Reason]:
    """toyama:6-6: what lies in another section's field goes out with that section's word on this very version.

    An emergency does not wait for it: there the record afterwards is what is owed.
    """
    if footing_of(case).clearance.basis == Basis.WAIVER:
        return
    for section in post_of(case).topic_sections:
        if section.agrees is not True:
            yield _word_missing(section)


def _word_missing(section: TopicSection) -> Reason:
    if section.agrees is False:
        return Reason(
            "section_disagrees",
            "owning_section",
            f"「{section.name}」が、この内容ではよくないと答えています。",
            "その課の言うところを直してから、もう一度確認を頼んでください。",
        )
    return Reason(
        "section_not_asked",
        "owning_section",
        f"「{section.name}」の確認が、この版についてまだありません。",
        "その課の職員に頼んで「所管課の確認」を記録してください。",
    )


def check_topic_word(case: Case) -> Iterator[Reason]:
    """toyama:6-6: the word is one of the section that was asked, given by somebody of it, and has been given."""
    post, asked = case.subject, case.subject.asked
    assert isinstance(post, Post)
    section = next((row for row in post.topic_sections if row.id == asked.topic), None)
    if section is None:
        yield _wrong(
            "section_not_concerned", "確認を頼んでいる所属ではありません。", "所属を選び直してください。"
        )
        return
    if asked.confirmed_by not in section.members:
        yield _wrong(
            "not_of_section",
            f"確認した人が「{section.name}」の職員ではありません。",
            "その課の職員を選んでください。",
        )
    if asked.confirmed_by in post.contributors:
        yield _wrong(
            "contributor_confirms",
            "確認した人が、この投稿に手を入れています。",
            "その課の、ほかの職員に確かめてもらってください。",
        )
    yield from _when_and_how(case)


def _when_and_how(case: Case) -> Iterator[Reason]:
    asked = case.subject.asked
    if asked.confirmed_at is None:
        yield _wrong("word_time_missing", "確認した日時が書かれていません。", "日時を書いてください。")
    elif asked.confirmed_at > case.now:
        yield _wrong("word_in_future", "確認した日時が、まだ来ていません。", "日時を直してください。")
    if asked.how is None:
        yield _wrong(
            "word_how_missing", "どう確認したかが選ばれていません。", "電話か対面かを選んでください。"
        )
    if asked.how == How.IN_APP and asked.confirmed_by != case.actor.id:
        yield _wrong(
            "word_of_other",
            "ほかの人の確認を、画面で押したことにはできません。",
            "電話か対面かを選んでください。",
        )


def check_says_what_is_wrong(case: Case) -> Iterator[Reason]:
    """A section that does not agree says what is wrong, so that somebody can mend it."""
    asked = case.subject.asked
    if "disagrees" in asked.ticks and is_blank(asked.reason):
        yield _wrong(
            "reason_missing", "直してほしいところが書かれていません。", "どこを直すかを書いてください。"
        )


def check_successor(case: Case) -> Iterator[Reason]:
    """A post is handed to staff who may draft for all of its social accounts, and who decided nothing about it."""
    post = case.subject
    assert isinstance(post, Post)
    successor = post.successor
    if successor is None or not successor.able:
        yield _handing("successor_unable", "引き継ぐ職員が、選ばれていないか、いまはいません。")
        return
    if any(target.id not in successor.drafts_for for target in post.targets):
        yield _handing(
            "successor_may_not_draft",
            f"{successor.name}さんは、この投稿の公式アカウントの起案の権限を持っていません。",
        )
    if successor.id in post.deciders:
        yield _handing(
            "successor_decided", f"{successor.name}さんは、この投稿について承認か確認をしています。"
        )


def _handing(code: str, sentence: str) -> Reason:
    return Reason(code, "staff", sentence, "起案の権限がある、ほかの職員を選んでください。")


def _wrong(code: str, sentence: str, step: str) -> Reason:
    return Reason(code, "owning_section", sentence, step)


EMBARGO = Gate("embargo", "embargo", check_embargo, "解禁の日時")
OWNING_SECTION = Gate("owning_section", "owning_section", check_owning_section, "所管課の確認")
TOPIC_WORD = Gate("topic_word", "owning_section", check_topic_word, "所管課の職員の確認")
SAYS_WHAT_IS_WRONG = Gate("says_what_is_wrong", "owning_section", check_says_what_is_wrong, "直すところ")
SUCCESSOR = Gate("successor", "staff", check_successor, "引き継げる職員")
