"""Gates for roles and permissions: who can be given a part at all, and what can be taken from whom."""

from collections.abc import Iterator
from datetime import timedelta

from rules.facts import Case, Member, Reason
from rules.gate import Gate
from rules.states import NOT_STAFF, Role, Verb

_OFFICES = (Role.CHIEF, Role.DEPUTY)


def _member(case: Case) -> Member:
    assert isinstance(case.subject, Member)
    return case.subject


def check_able(case: Case) -> Iterator[Reason]:
    """toyama:3-除外: elected officials get no part in it; nor does anybody who has left."""
    member = _member(case)
    if member.elected:
        yield Reason(
            "elected",
            "elected",
            f"{member.name}さんは公選職です。役割も起案の権限も渡せません。",
            "ほかの職員を選んでください。",
        )
    if not member.active:
        yield Reason(
            "inactive",
            "staff",
            f"{member.name}さんは、いまは使えない利用者です。",
            "ほかの職員を選んでください。",
        )


def check_staff_only(case: Case) -> Iterator[Reason]:
    """mima:2-対象者: a role is for staff; contractors and designated managers may only draft."""
    member = _member(case)
    if member.employment in NOT_STAFF:
        yield Reason(
            "not_staff",
            "staff",
            f"{member.name}さんは市の職員ではありません。委託事業者などは起案だけを行えます。",
            "市の職員を選んでください。",
        )


def check_scope(case: Case) -> Iterator[Reason]:
    """Chiefs and deputies hold their office for a section, a deputy for a period; other roles for the city."""
    member = _member(case)
    if member.role in _OFFICES and member.section is None:
        yield Reason(
            "section_missing",
            "staff",
            "どの所属の所属長・代決者かが書かれていません。",
            "所属を書いてください。",
        )
    if member.role not in _OFFICES and member.section is not None:
        yield Reason(
            "role_for_whole_city",
            "staff",
            "この役割は全庁のものです。所属は付けられません。",
            "所属を空けてください。",
        )
    if member.role == Role.DEPUTY and member.until_on is None:
        yield Reason(
            "period_missing",
            "staff",
            "代決者の期間の終わりが書かれていません。",
            "終わりの日を書いてください。",
        )


def check_period(case: Case) -> Iterator[Reason]:
    """A role is not rewritten for days that are over: what was decided on them was decided by its holder. It may have
    ended yesterday: on the morning of a transfer the one before no longer holds it."""
    until_on = _member(case).until_on
    oldest = case.on - timedelta(days=1) if case.verb == Verb.END_ROLE else case.on
    if until_on is not None and until_on < oldest:
        yield Reason(
            "period_over",
            "staff",
            "期間の終わりが、もう過ぎた日です。",
            "今日か、今日よりあとの日を書いてください。",
        )


def check_held(case: Case) -> Iterator[Reason]:
    """Only what somebody holds can be taken from them; a misspelt role must not look like done."""
    member = _member(case)
    if not member.holds_it:
        yield Reason(
            "not_held",
            "staff",
            f"{member.name}さんには、終える役割や外す権限がありません。",
            "ユーザー名、役割、公式アカウントの名前を確かめてください。",
        )


def check_still_here(case: Case) -> Iterator[Reason]:
    member = _member(case)
    if not member.active:
        yield Reason(
            "already_left",
            "staff",
            f"{member.name}さんは、もう退職・異動の扱いになっています。",
            "何もする必要はありません。",
        )


def check_gone(case: Case) -> Iterator[Reason]:
    """Only somebody who left can come back; they get no part by it, and are given each anew."""
    member = _member(case)
    if member.active:
        yield Reason(
            "still_here",
            "staff",
            f"{member.name}さんは、退職・異動の扱いになっていません。",
            "何もする必要はありません。",
        )


def check_not_last_admin(case: Case) -> Iterator[Reason]:
    """Without a system admin nobody could register, connect or take away anything any more."""
    member = _member(case)
    if member.last_admin:
        yield Reason(
            "last_admin",
            "staff",
            f"{member.name}さんのあとに、システム管理者がいなくなります。",
            "先に、ほかの職員をシステム管理者にしてください。",
        )


def check_one_chief(case: Case) -> Iterator[Reason]:
    """mima:5-本文: a section has one chief on any one day; who decides must never be in doubt."""
    member = _member(case)
    if member.role == Role.CHIEF and member.other_chief:
        yield Reason(
            "second_chief",
            "approval",
            f"その期間には、{member.other_chief}さんが所属長です。所属長は1日に1人だけです。",
            "先の人の役割を、前の日で終えてください。留守の間だけなら、代決者にしてください。",
        )


def check_not_own_deputy(case: Case) -> Iterator[Reason]:
    """mima:5-本文: nobody stands in for themselves."""
    member = _member(case)
    if member.role == Role.DEPUTY and member.own_chief:
        yield Reason(
            "deputy_for_oneself",
            "approval",
            f"{member.name}さんは、その期間の所属長です。自分の代わりにはなれません。",
            "ほかの職員を選んでください。",
        )


def check_order(case: Case) -> Iterator[Reason]:
    """A period ends on or after the day it begins."""
    member = _member(case)
    if member.from_on is not None and member.until_on is not None and member.until_on < member.from_on:
        yield Reason(
            "period_upside_down",
            "staff",
            "期間の終わりが、始まりより前です。",
            "日付を入れ替えるか、書き直してください。",
        )


def check_not_read_yet(case: Case) -> Iterator[Reason]:
    """toyama:4-3-私的: once a fiscal year is what is asked."""
    if _member(case).read_already:
        yield Reason(
            "read_already",
            "handbook",
            "今年度は、もう読んだことを記録しています。",
            "何もする必要はありません。",
        )


ABLE = Gate("able", "staff", check_able, "役割を持てる人")
STAFF_ONLY = Gate("staff_only", "staff", check_staff_only, "市の職員")
SCOPE = Gate("scope", "staff", check_scope, "役割の範囲と期間")
PERIOD = Gate("period", "staff", check_period, "これからの期間")
HELD = Gate("held", "staff", check_held, "いま持っているもの")
STILL_HERE = Gate("still_here", "staff", check_still_here, "在職")
GONE = Gate("gone", "staff", check_gone, "退職・異動した人")
NOT_LAST_ADMIN = Gate("not_last_admin", "staff", check_not_last_admin, "システム管理者が残る")
ONE_CHIEF = Gate("one_chief", "staff", check_one_chief, "所属長は1人")
NOT_OWN_DEPUTY = Gate("not_own_deputy", "staff", check_not_own_deputy, "自分の代わりにはなれない")
ORDER = Gate("order", "staff", check_order, "期間の前後")
NOT_READ_YET = Gate("not_read_yet", "handbook", check_not_read_yet, "年に1度")
