"""Gates for restricting, resuming and what belongs to it: scope, overlap, consultation, HQ, the chief's word, lists.

A gate yields every reason it has against the case. What a restriction does to a post is in `restraint_gates.py`.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

from rules.calendar import fiscal_year_end
from rules.facts import Case, Delivery, Post, Reason
from rules.gate import Gate
from rules.restraints import (
    Confirmation,
    Election,
    Headquarters,
    Restriction,
    Review,
    StandingConfirmation,
    Urgency,
)
from rules.states import How, RestrictionKind
from rules.text import is_blank

T = TypeVar("T")
# A word given longer ago than this was about something else than what is written now.
WORD_LASTS = timedelta(days=1)
# How long before it begins a standing confirmation may be given.
AHEAD = timedelta(days=31)


def _subject(case: Case, kind: type[T]) -> T:
    assert isinstance(case.subject, kind)
    return case.subject


# --- starting


def check_scope(case: Case) -> Iterator[Reason]:
    """mima:8-1-停止: a restriction says how far it reaches: an account, a section or the whole city."""
    row = _subject(case, Restriction)
    if not row.has_place:
        yield Reason(
            "scope_missing",
            row.duty,
            "どこまで止めるかが選ばれていません。",
            "公式アカウント、所属、全庁のどれかを選んでください。",
        )


def check_cause(case: Case) -> Iterator[Reason]:
    """mima:8-1-停止: a suspension is for a natural disaster or for a scandal; what may pass differs."""
    row = _subject(case, Restriction)
    if row.kind == RestrictionKind.SUSPENSION and row.cause is None:
        yield Reason(
            "cause_missing",
            "suspension",
            "自然災害か不祥事かが選ばれていません。",
            "どちらかを選んでください。出してよい投稿が違います。",
        )


def check_not_covered(case: Case) -> Iterator[Reason]:
    """市の設定: what already stands in the whole scope is not started twice; a wider one may be."""
    row = _subject(case, Restriction)
    if row.covered_by:
        yield Reason(
            "already_restricted",
            row.duty,
            f"同じ制限が、もう出ています（{row.covered_by}）。",
            "範囲を広げるときは、広い範囲を選んでください。",
        )


def check_hq_stands(case: Case) -> Iterator[Reason]:
    """mima:8-2: posting may be limited to disasters only while the headquarters stands."""
    if not _subject(case, Restriction).hq_stands:
        yield Reason(
            "no_headquarters",
            "disaster_only",
            "災害対策本部が設置されていません。防災情報だけに絞れるのは、設置の間だけです。",
            "本部の設置を記録してから、もう一度選んでください。",
        )


# --- ending


def check_consultation(case: Case) -> Iterator[Reason]:
    """mima:8-1-再開: resuming is decided by the chief together with at least one other person."""
    row, actor = _subject(case, Restriction), case.actor.id
    present = row.asked.consulted | {actor}
    if not present & row.chiefs:
        yield _consultation(
            "consultation_without_chief",
            "協議した人の中に、所属長がいません。",
            "所属長と協議し、協議した人に所属長を入れてください。",
        )
    if present == {actor}:
        yield _consultation(
            "consultation_alone",
            "協議した相手が選ばれていません。再開は、1人では決められません。",
            "協議した職員を、あなたのほかに1人以上選んでください。",
        )


def _consultation(code: str, sentence: str, next_step: str) -> Reason:
    return Reason(code, "resumption", sentence, next_step)


def check_not_limited(case: Case) -> Iterator[Reason]:
    """mima:8-2: the limit rests on the suspension; resuming comes after it has ended."""
    if _subject(case, Restriction).limited:
        yield Reason(
            "limited_on_top",
            "disaster_only",
            "防災情報限定が、まだ出ています。先に再開することはできません。",
            "防災情報限定を終えるか、本部の廃止を記録してから、再開を記録してください。",
        )


# --- the headquarters


def check_no_other_hq(case: Case) -> Iterator[Reason]:
    """市の設定: one headquarters at a time."""
    if _subject(case, Headquarters).another_stands:
        yield Reason(
            "headquarters_stand",
            "disaster_only",
            "災害対策本部は、もう設置されています。",
            "別の災害のときは、いまの本部の記録を確かめてください。",
        )


def check_set_up(case: Case) -> Iterator[Reason]:
    """mima:8-2: the hour of the set-up has come."""
    set_up_at = _subject(case, Headquarters).set_up_at
    if set_up_at is None or set_up_at > case.now:
        yield Reason(
            "set_up_in_future",
            "disaster_only",
            "設置の日時が書かれていないか、まだ来ていません。",
            "本部が設置された日時を書いてください。",
        )


def check_dissolved(case: Case) -> Iterator[Reason]:
    """mima:8-2: dissolved after it was set up, and not in the future."""
    row = _subject(case, Headquarters)
    if row.dissolved_at is None or row.dissolved_at > case.now:
        yield _dissolved("dissolved_in_future", "廃止の日時が書かれていないか、まだ来ていません。")
    elif row.set_up_at is not None and row.dissolved_at < row.set_up_at:
        yield _dissolved("dissolved_before_set_up", "廃止の日時が、設置の日時より前です。")


def _dissolved(code: str, sentence: str) -> Reason:
    return Reason(code, "disaster_only", sentence, "本部が廃止された日時を書いてください。")


# --- the chief's word


def check_word(case: Case) -> Iterator[Reason]:
    """mima:9-1: whose word it was, when, and how; not from the future, and in the program only one's own."""
    post = _subject(case, Post)
    asked = post.asked
    if asked.confirmed_by not in {person.id for person in post.approvers}:
        yield _word(
            "confirmed_by_nobody",
            "確認した所属長・代決者が選ばれていません。",
            "いま職にある人を選んでください。",
        )
    if asked.how is None:
        yield _word("how_missing", "どう確認したかが選ばれていません。", "対面か電話かを選んでください。")
    elif asked.how != How.IN_APP and asked.confirmed_by == case.actor.id:
        yield _word("own_word_as_told", "あなた自身の確認です。", "「画面で確認した」を選んでください。")
    elif asked.how == How.IN_APP and asked.confirmed_by != case.actor.id:
        yield _word(
            "in_app_by_other",
            "画面での確認は、所属長本人だけが行えます。",
            "対面か電話での確認を記録してください。",
        )
    if asked.confirmed_at is None:
        yield _word(
            "confirmed_at_missing", "いつ確認したかが書かれていません。", "確認した日時を書いてください。"
        )
    elif asked.confirmed_at > case.now:
        yield _word(
            "confirmed_in_future", "確認の日時が、まだ来ていません。", "確認した日時を書いてください。"
        )
    elif asked.confirmed_at < case.now - WORD_LASTS:
        yield _word("confirmed_long_ago", "1日より前の確認です。", "いまの本文を、もう一度確認してください。")


def _word(code: str, sentence: str, next_step: str) -> Reason:
    return Reason(code, "out_of_hours", sentence, next_step)


def check_not_own_record(case: Case) -> Iterator[Reason]:
    """市の設定: whoever wrote down the chief's word is not the one who ratifies it."""
    if _subject(case, Confirmation).recorded_by == case.actor.id:
        yield Reason(
            "own_record",
            "four_eyes",
            "あなたが書いた確認の記録です。書いた人は追認できません。",
            "ほかの所属長・代決者が追認してください。",
        )


def check_standing(case: Case) -> Iterator[Reason]:
    """mima:9-1: a standing confirmation ends within the fiscal year in which it begins."""
    row = _subject(case, StandingConfirmation)
    if row.until_on is None:
        yield _standing("standing_without_end", "包括確認の終わりの日が書かれていません。")
    elif row.until_on < row.from_on or row.until_on < case.on:
        yield _standing("standing_backwards", "包括確認の終わりの日が、始まりより前か、もう過ぎた日です。")
    elif row.until_on > fiscal_year_end(row.from_on):
        yield _standing("standing_too_long", "包括確認は、始まる年度の3月31日までです。")
    elif row.from_on > case.on + AHEAD:
        yield _standing("standing_too_early", "包括確認は、始まりの31日前から出せます。")


def _standing(code: str, sentence: str) -> Reason:
    return Reason(code, "out_of_hours", sentence, "年度内の日を書いてください。")


def check_reviewer(case: Case) -> Iterator[Reason]:
    """mima:5-ただし書-緊急: who looks at it afterwards is somebody without a part in it."""
    if case.actor.id in _subject(case, Review).contributors:
        yield Reason(
            "reviewer_contributed",
            "four_eyes",
            "あなたはこの投稿に手を入れています。手を入れた人は、あとの確認を行えません。",
            "ほかの所属長・代決者（いなければ上の所属の長）に頼んでください。",
        )


def check_releaser(case: Case) -> Iterator[Reason]:
    """市の設定: who lets a held post go by name is somebody without a part in it, as for its approval."""
    delivery = _subject(case, Delivery)
    if case.actor.id in delivery.post.contributors:
        yield Reason(
            "approver_contributed",
            "four_eyes",
            "あなたはこの投稿に手を入れています。手を入れた人は、出すと決められません。",
            "ほかの所属長・代決者（いなければ上の所属の長）に頼んでください。",
        )


# --- the city's lists


def check_election(case: Case) -> Iterator[Reason]:
    """mima:4-4: an election has a name, and its dates run forwards."""
    row = _subject(case, Election)
    if is_blank(row.name):
        yield _election("election_unnamed", "選挙の名前が書かれていません。", "名前を書いてください。")
    if row.announced_on is None or row.polling_on is None:
        yield _election(
            "election_undated", "告示日か投票日が書かれていません。", "両方の日を書いてください。"
        )
    elif row.polling_on < row.announced_on:
        yield _election("election_backwards", "投票日が、告示日より前です。", "日付を確かめてください。")
    if row.taken:
        yield _election(
            "election_listed",
            "同じ名前と投票日の選挙が、もう登録されています。",
            "登録された選挙を直してください。",
        )


def _election(code: str, sentence: str, next_step: str) -> Reason:
    return Reason(code, "election", sentence, next_step)


def check_urgency_entry(case: Case) -> Iterator[Reason]:
    """mima:5-ただし書-緊急: what the city lists as urgent has a name, and stands there once."""
    row = _subject(case, Urgency)
    if is_blank(row.label):
        yield Reason(
            "urgency_unnamed", "emergency", "急ぐ事情の名前が書かれていません。", "名前を書いてください。"
        )
    if row.taken:
        yield Reason(
            "urgency_listed", "emergency", "同じ名前の急ぐ事情が、もうあります。", "別の名前にしてください。"
        )


SCOPE = Gate("restriction_scope", "suspension", check_scope, "止める範囲")
CAUSE = Gate("cause", "suspension", check_cause, "自然災害か不祥事か")
NOT_COVERED = Gate("not_covered", "suspension", check_not_covered, "まだ出ていない")
HQ_STANDS = Gate("hq_stands", "disaster_only", check_hq_stands, "本部の設置")
CONSULTATION = Gate("consultation", "resumption", check_consultation, "所属長との協議")
NOT_LIMITED = Gate("not_limited", "disaster_only", check_not_limited, "防災情報限定の終わり")
NO_OTHER_HQ = Gate("no_other_hq", "disaster_only", check_no_other_hq, "ほかの本部がない")
SET_UP = Gate("set_up", "disaster_only", check_set_up, "設置の日時")
DISSOLVED = Gate("dissolved", "disaster_only", check_dissolved, "廃止の日時")
WORD = Gate("word", "out_of_hours", check_word, "所属長の言葉")
NOT_OWN_RECORD = Gate("not_own_record", "four_eyes", check_not_own_record, "書いた人と別の人")
STANDING = Gate("standing", "out_of_hours", check_standing, "包括確認の期間")
RELEASER = Gate("releaser_four_eyes", "four_eyes", check_releaser, "作った人と別の人")
REVIEWER = Gate("reviewer_four_eyes", "four_eyes", check_reviewer, "出した人と別の人")
ELECTION = Gate("election_entry", "election", check_election, "選挙の名前と日付")
URGENCY = Gate("urgency_entry", "emergency", check_urgency_entry, "急ぐ事情の名前")
