"""What can stop a post at this moment whatever its text is: device, restrictions, emergency, hours, elections.

The same gates are asked at submission, at clearance and in the last instant before sending. Authority: the
decision table. What stands in the way of restricting and resuming itself is in `restricting_gates.py`.
"""

from collections.abc import Iterator

from rules.calendar import Hours, day_of, hours_at
from rules.facts import Account, Case, Delivery, Reason
from rules.footing import Footing, footing_of, post_of, targets_of
from rules.gate import Gate
from rules.restraints import Restriction
from rules.states import Basis, Cause, Ground, PostKind, RestrictionKind, Tick
from rules.text import is_blank

# Row 11: what lets a disaster-related post pass without the chief while only disasters may be spoken of.
_GROUNDS_WHEN_LIMITED = frozenset({Ground.PUBLIC, Ground.LAW})
_LIFTED_BY_NAME = "所属長・代決者が、1件ずつ「出す・直す・やめる」を決めます。"
# These keep a delivery until a person decides about it, however late that is.
RESTRAINED = frozenset(
    {
        "suspended_disaster",
        "suspended_scandal",
        "disaster_only",
        "flaming",
        "flaming_exemption",
        "awaiting_release",
    }
)
# What the chief's word on the version can open, where the approval is not their own.
WANTS_A_WORD = frozenset({"out_of_hours", "calendar_unknown", "suspended_scandal"})


def check_device(case: Case) -> Iterator[Reason]:
    """mima:9-2: no sending and no deciding from a personal device; there is no override, not in an emergency."""
    if not case.actor.registered_device:
        yield Reason(
            "unregistered_device",
            "device",
            "登録された端末ではありません。個人の端末からは、発信も承認・確認も行えません。",
            "市の端末か庁内の回線で開き直してください。",
        )


# --- restrictions


def check_limited(case: Case) -> Iterator[Reason]:
    """mima:8-2: while the HQ limits posting, only what is related to disasters passes, under whatever ground."""
    yield from _held(case, RestrictionKind.DISASTER_ONLY)


def check_suspended(case: Case) -> Iterator[Reason]:
    """mima:8-1-停止: while posting is suspended nothing passes but what the table lets pass."""
    yield from _held(case, RestrictionKind.SUSPENSION)


def check_flaming(case: Case) -> Iterator[Reason]:
    """mima:7-4-反論禁止: while criticism floods in, nobody speaks on their own; the chief decides."""
    yield from _held(case, RestrictionKind.FLAMING)


def _held(case: Case, kind: RestrictionKind) -> Iterator[Reason]:
    footing = footing_of(case)
    for target in targets_of(case):
        for restriction in weighing_on(target):
            code = held_by(restriction, footing)
            if restriction.kind == kind and code:
                yield _restricted(code, restriction, target)


def check_released(case: Case) -> Iterator[Reason]:
    """mima:8-1-再開: what a restriction caught goes out after its end only by name, never by itself."""
    footing = footing_of(case)
    for target in targets_of(case):
        for restriction in target.restrictions:
            if _still_caught(restriction, footing):
                yield Reason(
                    "awaiting_release",
                    "resumption",
                    f"「{target.name}」の{_title(restriction)}で止まったままです。終わっても、自動では出ません。",
                    _LIFTED_BY_NAME,
                    target.name,
                )
                break


def weighing_on(target: Account) -> tuple[Restriction, ...]:
    """Those in force; while disaster-only stands it is the special rule, and suspensions do not speak (row 15)."""
    in_force = tuple(row for row in target.restrictions if row.in_force)
    limited = any(row.kind == RestrictionKind.DISASTER_ONLY for row in in_force)
    return tuple(row for row in in_force if not (limited and row.kind == RestrictionKind.SUSPENSION))


def held_by(restriction: Restriction, footing: Footing) -> str:
    """The code under which the restriction holds this post, "" when it lets it pass."""
    if restriction.kind == RestrictionKind.DISASTER_ONLY:
        return "" if _passes_limit(footing) else "disaster_only"
    if restriction.kind == RestrictionKind.FLAMING:
        return _held_by_flaming(restriction, footing)
    if restriction.cause == Cause.SCANDAL:
        return "" if _passes_scandal(restriction, footing) else "suspended_scandal"
    return "" if footing.is_information else "suspended_disaster"


def _passes_limit(footing: Footing) -> bool:
    """Rows 10 to 12: with approval whatever is disaster-related; without, (4), or (1) and (3) after a check."""
    if footing.is_information:
        return True
    if footing.clearance.basis == Basis.WAIVER:
        return False
    return footing.is_related and (footing.is_approval or footing.ground in _GROUNDS_WHEN_LIMITED)


def _passes_scandal(restriction: Restriction, footing: Footing) -> bool:
    """Rows 7 to 9 and 19: the city's statement whose approval names the suspension; (4) once the chief has
    confirmed it, which an approval given during the suspension does; corrections of disaster information."""
    if footing.asking or footing.post.corrects_disaster:
        return footing.is_information or (footing.is_approval and footing.is_statement)
    if footing.is_information:
        return footing.confirmed_since(restriction.started_at) or footing.approved_since(
            restriction.started_at
        )
    names_it = restriction.id in footing.clearance.named and footing.approved_since(restriction.started_at)
    return footing.is_statement and names_it


def _held_by_flaming(restriction: Restriction, footing: Footing) -> str:
    """Rows 16, 17 and 19: disaster information as usual; all else, and every reply, on the chief's own decision."""
    assert restriction.started_at is not None
    as_usual = footing.is_information and footing.post.kind != PostKind.REPLY
    decided = footing.is_approval and footing.decided_by_chief_since(restriction.started_at)
    return "" if as_usual or decided else "flaming" if footing.is_approval else "flaming_exemption"


def _still_caught(restriction: Restriction, footing: Footing) -> bool:
    """The clearance is older than the end of a restriction that held it, and nobody let it go by name since."""
    ended_at, given_at = restriction.ended_at, footing.clearance.given_at
    if ended_at is None or (given_at is not None and given_at >= ended_at):
        return False
    released = footing.release is not None and footing.release.at >= ended_at
    return not released and bool(held_by(restriction, footing.as_of(ended_at)))


_TITLES = {
    (RestrictionKind.SUSPENSION, Cause.DISASTER): "投稿停止（自然災害）",
    (RestrictionKind.SUSPENSION, Cause.SCANDAL): "投稿停止（不祥事）",
    (RestrictionKind.DISASTER_ONLY, None): "防災情報限定",
    (RestrictionKind.FLAMING, None): "炎上対応",
}
_WAY_ON = {
    "suspended_disaster": "防災の情報（4）は出せます。ほかは、所属長がほかの人と協議し、再開を記録したあとで出します。",
    "suspended_scandal": "ふつうの投稿は、再開を記録したあとで出します。"
    "市の声明は、所属長がこの投稿停止を名指しして承認すると出せます。"
    "防災の情報（4）は、所属長の確認を先に記録してください。",
    "disaster_only": "防災に関連する情報なら、その印を付けて所属長の承認を受けてください。",
    "flaming": "所属長本人の承認を受けてください。炎上対応の前の承認では出せません。",
    "flaming_exemption": "承認の省略をやめ、所属長本人の承認を受けてください。",
}


def _title(restriction: Restriction) -> str:
    return _TITLES[restriction.kind, restriction.cause]


def _restricted(code: str, restriction: Restriction, target: Account) -> Reason:
    """The sentence names the restriction with since when and by whom, the next step the way that stays open."""
    since = f"（{restriction.words}）" if restriction.words else ""
    sentence = f"「{target.name}」は{_title(restriction)}の間です{since}。この投稿は出せません。"
    return Reason(code, restriction.duty, sentence, _WAY_ON[code], target.name)


def check_statement(case: Case) -> Iterator[Reason]:
    """mima:8-1-停止: the city's statement is the chief's to decide, on no ground for omitting that (row 8)."""
    if post_of(case).kind == PostKind.STATEMENT:
        yield Reason(
            "statement_needs_chief",
            "suspension",
            "市の声明は、承認を省略して出すことができません。",
            "「所属長の承認を受ける」を選んでください。",
        )


def check_consulted(case: Case) -> Iterator[Reason]:
    """mima:8-1-停止: approving the statement on a scandal is part of a consultation with somebody else (row 8)."""
    post = post_of(case)
    scandal = any(row.cause == Cause.SCANDAL for target in post.targets for row in weighing_on(target))
    alone = not post.asked.consulted - {case.actor.id}
    if scandal and footing_of(case).is_statement and alone:
        yield Reason(
            "statement_without_consultation",
            "resumption",
            "だれと協議して声明を出すと決めたかが、書かれていません。",
            "協議した職員を、あなたのほかに1人以上選んでください。",
        )


# --- the emergency waiver


def check_urgency(case: Case) -> Iterator[Reason]:
    """mima:5-ただし書-緊急: a ground is not enough; there is an emergency too: for (4) a declared disaster, for any
    ground one of the city's list with a reason."""
    post = post_of(case)
    if post.urgency is not None and is_blank(post.asked.reason):
        yield _no_urgency(
            "urgency_without_reason", "急ぐ理由が書かれていません。", "なぜいま出すのかを書いてください。"
        )
    elif post.asked.urgency is not None and post.urgency is None:
        sentence = "選んだ急ぐ事情は、いまの市の一覧にありません。"
        yield _no_urgency("urgency_not_listed", sentence, "一覧から選び直してください。")
    elif post.urgency is None and not _is_declared_for(case):
        sentence = "災害の投稿停止も災害対策本部も、まだ記録されていません。"
        if not footing_of(case).is_information:
            sentence = "(1)から(3)の緊急発信には、災害の間でも、市が定めた急ぐ事情が要ります。"
        yield _no_urgency(
            "no_urgency", sentence, "急ぐ事情を選び、理由を書くか、職員の確認に回してください。"
        )


def _is_declared_for(case: Case) -> bool:
    """Rows 3 and 4: a declared disaster frees disaster information, for every account it goes to, and nothing else."""
    declared = all(is_disaster_declared(target) for target in targets_of(case))
    return declared and footing_of(case).is_information


def is_disaster_declared(target: Account) -> bool:
    """An HQ stands, or posting is suspended for a natural disaster."""
    return target.hq_stands or any(
        row.kind == RestrictionKind.DISASTER_ONLY or row.cause == Cause.DISASTER
        for row in target.restrictions
        if row.in_force
    )


def _no_urgency(code: str, sentence: str, next_step: str) -> Reason:
    return Reason(code, "emergency", sentence, next_step)


def check_now(case: Case) -> Iterator[Reason]:
    """mima:5-ただし書-緊急: what can wait for a time can wait for the check, too."""
    if post_of(case).due_at is not None:
        yield Reason(
            "emergency_is_now",
            "emergency",
            "緊急発信は、すぐに出すものだけです。発信する日時が書かれています。",
            "日時を空欄にするか、職員の確認に回してください。",
        )


# --- hours


def check_hours(case: Case) -> Iterator[Reason]:
    """mima:9-1: what goes out out of hours has been confirmed by the chief first, on every road (no waiver)."""
    footing = footing_of(case)
    for target in targets_of(case):
        hours = hours_at(target.calendar, footing.due_at)
        if hours != Hours.IN and not _is_confirmed(footing, target):
            yield _out_of_hours(hours, footing, target)


def _is_confirmed(footing: Footing, target: Account) -> bool:
    ticked = Tick.OUT_OF_HOURS in footing.ticks
    beforehand = any(word.covers(day_of(footing.due_at)) for word in target.standing)
    return ticked or footing.confirmed_since(None) or (footing.is_information and beforehand)


def _out_of_hours(hours: Hours, footing: Footing, target: Account) -> Reason:
    beyond = hours == Hours.UNKNOWN
    sentence = f"「{target.name}」の勤務時間の外に出る投稿です。所属長の確認がありません。"
    if beyond:
        sentence = f"「{target.name}」に出す日は、祝日がまだ分からない先の日です。所属長の確認がありません。"
    step = "所属長に、対面か電話で確認し、だれが・いつ・どう確認したかを記録してください。"
    if footing.is_approval:
        step = "承認するときか、出すと決めるときに「勤務時間外の発信を確認した」に印を付けてください。"
    return Reason(
        "calendar_unknown" if beyond else "out_of_hours", "out_of_hours", sentence, step, target.name
    )


# --- elections


def check_election(case: Case) -> Iterator[Reason]:
    """mima:4-4: what names a candidate or party in the election's period goes only as the chief confirms."""
    footing = footing_of(case)
    on = day_of(footing.due_at)
    names = [election.name for election in footing.post.elections if election.covers(on)]
    if not names or (footing.asking and footing.is_approval):
        return
    for target in targets_of(case):
        if target.election_board or (footing.is_approval and Tick.ELECTION in footing.ticks):
            continue
        yield _in_election(names, footing, target)


def _in_election(names: list[str], footing: Footing, target: Account) -> Reason:
    sentence = f"「{'」「'.join(names)}」の期間に、候補者か政党の名前が入った投稿です。"
    if footing.is_approval:
        step = (
            "公職選挙法に触れないことを所属長が確かめ、承認するときか、出すと決めるときに印を付けてください。"
        )
        return Reason("election_unconfirmed", "election", sentence, step, target.name)
    step = "承認の省略はできません。所属長の承認を受けてください。"
    return Reason("election_exempt", "election", sentence, step, target.name)


# --- lateness


def check_late(case: Case) -> Iterator[Reason]:
    """市の設定: what is later than the limit is not sent in a burst; a person decides whether it still helps."""
    delivery = case.subject
    assert isinstance(delivery, Delivery)
    own_limit = delivery.post.latest_at
    if own_limit is not None and own_limit < case.now:
        yield _late("latest_passed", "「これより遅れたら出さない時刻」を過ぎました。", delivery)
    elif delivery.latest_at is not None and delivery.latest_at < case.now:
        yield _late("too_late", "発信する時刻を過ぎました。", delivery)


def _late(code: str, sentence: str, delivery: Delivery) -> Reason:
    step = "まだ出すかどうかを決めてください。"
    return Reason(code, "clearance", sentence, step, delivery.account.name)


DEVICE = Gate("device", "device", check_device, "登録端末")
LIMITED = Gate("limited", "disaster_only", check_limited, "防災情報限定")
SUSPENDED = Gate("suspended", "suspension", check_suspended, "投稿停止")
FLAMING = Gate("flaming", "flaming", check_flaming, "炎上対応")
RELEASED = Gate("released", "resumption", check_released, "止めたものの再開")
STATEMENT = Gate("statement", "suspension", check_statement, "市の声明は所属長が決める")
CONSULTED = Gate("consulted", "resumption", check_consulted, "声明の協議")
URGENCY = Gate("urgency", "emergency", check_urgency, "急ぐ事情")
NOW = Gate("now", "emergency", check_now, "すぐに出す")
HOURS = Gate("hours", "out_of_hours", check_hours, "勤務時間外の確認")
ELECTION = Gate("election", "election", check_election, "選挙の期間")
LATE = Gate("late", "clearance", check_late, "遅れの限度内")
