"""Gates for roles and permissions: who can be given a part at all."""

from collections.abc import Iterator

from rules.facts import Case, Member, Reason
from rules.gate import Gate
from rules.states import NOT_STAFF, Role

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


ABLE = Gate("able", "staff", check_able, "役割を持てる人")
STAFF_ONLY = Gate("staff_only", "staff", check_staff_only, "市の職員")
SCOPE = Gate("scope", "staff", check_scope, "役割の範囲と期間")
