"""Duties are switched and cited by rulebook: the stricter of two holds, and each reason cites its own clauses.

The citations are written here by hand from the official table of clauses. What code may not do: name a city.
"""

from dataclasses import replace

import pytest

from rules import clauses
from rules.facts import Account, City, Post
from rules.states import AccountState, PolicyState, Verb
from rules.workflow import Refused, standings
from tests.rules.cast import (
    CITY,
    NOTE,
    NOW,
    POST_ACTS,
    SATO,
    SOUND_POLICY,
    SOUND_POST,
    SUZUKI,
    X,
    codes,
    judge,
)
from tests.rules.refusals import TRIGGERS, Said, said

BOOKS = (("mima",), ("toyama",), ("mima", "toyama"), ("toyama", "mima"))
SETTING = "市の設定"
ITEMS = "要領 第3条(2)・第3条(2)ア・第3条(2)イ・第3条(2)ウ・第3条(2)エ・第3条(2)オ・第3条(2)カ・第3条(2)キ"
STAFF = ("要領 第2条", "ガイドライン 3")
REGISTER = ("要領 第2条", "ガイドライン 4(3)")
POLICY = ("要領 第3条(1)・第3条(2)", "ガイドライン 5(2)")
TEXT = ("要領 第4条(5)", "ガイドライン 4(5)")
APPROVAL = ("要領 第5条", SETTING)
CITY_ONLY = (SETTING, SETTING)
_SUPPLEMENTS = "・附則（令和2年11月6日施行）・附則（令和3年2月15日施行）・附則（令和5年4月1日施行）"
RULES = (f"要領 附則（平成29年5月22日施行）{_SUPPLEMENTS}", "ガイドライン 附則")
STOPPING = ("要領 第8条(1)", SETTING)
LIMITING = ("要領 第8条(2)", SETTING)
FLAMING = ("要領 第7条(4)", SETTING)
EMERGENCY = ("要領 第5条ただし書（災害時等緊急）", SETTING)
HOURS = ("要領 第9条(1)", SETTING)
ELECTION = ("要領 第4条(4)", SETTING)
# Trigger → what stands on the screen under 要領, and under ガイドライン.
CITED: dict[str, tuple[str, str]] = {
    "wrong_state, check": ("要領 第5条ただし書", SETTING),
    "wrong_state, send": APPROVAL,
    "wrong_state, policy": POLICY,
    "wrong_state, account": POLICY,
    "inactive": STAFF,
    "elected": (SETTING, "ガイドライン 3"),
    "may_not_draft_for_account": STAFF,
    "may_not_draft_for_account, former": STAFF,
    "not_contributor": STAFF,
    "not_staff": STAFF,
    "not_staff, claim": STAFF,
    "not_staff, edit": STAFF,
    "not_staff, cancel": STAFF,
    "not_staff, settle": STAFF,
    "not_in_scope": STAFF,
    "not_in_scope, settle": STAFF,
    "saw_missing": CITY_ONLY,
    "address_missing": CITY_ONLY,
    "nobody_took_it": CITY_ONLY,
    "gone_on": CITY_ONLY,
    "address_unreadable": CITY_ONLY,
    "may_still_arrive": CITY_ONLY,
    "not_approver, post": APPROVAL,
    "not_approver, policy": POLICY,
    "not_approver, account": POLICY,
    "office_not_in_period, post": APPROVAL,
    "office_not_in_period, policy": POLICY,
    "only_the_worker": APPROVAL,
    "not_policy_writer": STAFF,
    "not_web_admin": ("要領 第3条(2)", "ガイドライン 5(2)"),
    "not_system_admin": ("要領 第3条(3)", "ガイドライン 6(4)"),
    "no_account": REGISTER,
    "account_of_other_section": REGISTER,
    "not_in_operation": REGISTER,
    "no_policy_in_force, post": POLICY,
    "no_policy_in_force, account": POLICY,
    "category_outside_policy": ("要領 第3条(2)ウ", SETTING),
    "category_missing": ("要領 第3条(2)ウ", SETTING),
    "nothing_to_correct": ("要領 第7条(1)", "ガイドライン 4(6)"),
    "nothing_left_behind": ("要領 第7条(1)", "ガイドライン 4(6)"),
    "correction_unchanged": ("要領 第7条(1)", "ガイドライン 4(6)"),
    "correction_elsewhere": ("要領 第7条(1)", "ガイドライン 4(6)"),
    "continued_elsewhere": ("要領 第7条(1)", "ガイドライン 4(6)"),
    "text_empty": TEXT,
    "text_too_long": TEXT,
    "due_in_past": APPROVAL,
    "latest_before_due": APPROVAL,
    "latest_passed": APPROVAL,
    "title_missing": APPROVAL,
    "title_missing, edit": APPROVAL,
    "not_declared": ("要領 第4条・第4条(1)", "ガイドライン 4(1)"),
    "decider_cannot_write": CITY_ONLY,
    "text_frozen": ("要領 第7条(1)", "ガイドライン 4(6)"),
    "reason_missing, return": APPROVAL,
    "reason_missing, cancel": APPROVAL,
    "reason_missing, policy": POLICY,
    "reason_missing, account": REGISTER,
    "version_changed": APPROVAL,
    "version_changed, return": APPROVAL,
    "version_changed, escalate": APPROVAL,
    "approver_contributed": CITY_ONLY,
    "checker_contributed": ("要領 第5条ただし書", SETTING),
    "checklist_incomplete": ("要領 第4条(9)カ", "ガイドライン 4(7)キ"),
    "in_flight": APPROVAL,
    "all_published": ("要領 第4条(8)", "ガイドライン 4(5)"),
    "claim_missing": APPROVAL,
    "evidence_of_other_ground": ("要領 第5条(3)", SETTING),
    "source_missing": ("要領 第5条(1)", SETTING),
    "published_on_missing": ("要領 第5条(1)", SETTING),
    "published_in_future": ("要領 第5条(1)", SETTING),
    "fact_missing": ("要領 第5条(2)", SETTING),
    "held_on_missing": ("要領 第5条(2)", SETTING),
    "held_in_future": ("要領 第5条(2)", SETTING),
    "law_missing": ("要領 第5条(3)", SETTING),
    "article_missing": ("要領 第5条(3)", SETTING),
    "kind_missing": ("要領 第5条(4)", SETTING),
    "announcer_missing": ("要領 第5条(4)", SETTING),
    "announced_at_missing": ("要領 第5条(4)", SETTING),
    "announced_in_future": ("要領 第5条(4)", SETTING),
    "no_clearance": APPROVAL,
    "clearance_for_other_content": APPROVAL,
    "policy_item_empty": (ITEMS, "ガイドライン 5(2)"),
    "policy_unlike_register": (ITEMS, "ガイドライン 5(2)"),
    "effective_on_missing": POLICY,
    "effective_before_last": POLICY,
    "send_only_not_said": ("", "ガイドライン 5(3)"),
    "elected, role": (SETTING, "ガイドライン 3"),
    "inactive, role": STAFF,
    "not_staff, role": STAFF,
    "section_missing": STAFF,
    "role_for_whole_city": STAFF,
    "period_missing": STAFF,
    "not_system_admin, person": STAFF,
    "period_over": STAFF,
    "not_held": STAFF,
    "last_admin": STAFF,
    "already_left": STAFF,
    "still_here": STAFF,
    "reason_missing, person": STAFF,
    "research_missing": ("", "ガイドライン 5(1)"),
    "unregistered_device": ("要領 第9条(2)・第4条(2)", ""),
    "suspended_disaster": STOPPING,
    "suspended_scandal": STOPPING,
    "disaster_only": LIMITING,
    "flaming": FLAMING,
    "flaming_exemption": FLAMING,
    "awaiting_release": STOPPING,
    "statement_needs_chief": STOPPING,
    "statement_without_consultation": STOPPING,
    "urgency_without_reason": EMERGENCY,
    "urgency_not_listed": EMERGENCY,
    "no_urgency": EMERGENCY,
    "emergency_is_now": EMERGENCY,
    "out_of_hours": (HOURS[0], ""),
    "out_of_hours, check": (HOURS[0], ""),
    "calendar_unknown": (HOURS[0], ""),
    "election_unconfirmed": ELECTION,
    "election_exempt": ELECTION,
    "too_late": APPROVAL,
    "wrong_state, release": STOPPING,
    "not_approver, delivery": APPROVAL,
    "approver_contributed, release": CITY_ONLY,
    "reason_missing, delivery": STOPPING,
    "reason_missing, hand back": APPROVAL,
    "wrong_state, restriction": STOPPING,
    "not_on_account": STOPPING,
    "not_approver, restriction": STOPPING,
    "office_not_in_period, restriction": STOPPING,
    "not_chief, flaming": FLAMING,
    "scope_missing": STOPPING,
    "cause_missing": STOPPING,
    "already_restricted": STOPPING,
    "no_headquarters": LIMITING,
    "consultation_without_chief": STOPPING,
    "consultation_alone": STOPPING,
    "limited_on_top": LIMITING,
    "reason_missing, restriction": STOPPING,
    "not_some_approver": STAFF,
    "wrong_state, headquarters": LIMITING,
    "headquarters_stand": LIMITING,
    "set_up_in_future": LIMITING,
    "dissolved_in_future": LIMITING,
    "dissolved_before_set_up": LIMITING,
    "not_staff, confirm": STAFF,
    "not_in_scope, confirm": STAFF,
    "confirmed_by_nobody": (HOURS[0], ""),
    "how_missing": (HOURS[0], ""),
    "in_app_by_other": (HOURS[0], ""),
    "own_word_as_told": (HOURS[0], ""),
    "confirmed_at_missing": (HOURS[0], ""),
    "confirmed_in_future": (HOURS[0], ""),
    "confirmed_long_ago": (HOURS[0], ""),
    "version_changed, confirm": APPROVAL,
    "wrong_state, word": HOURS,
    "not_approver, word": HOURS,
    "own_record": CITY_ONLY,
    "reason_missing, word": HOURS,
    "not_chief, standing": HOURS,
    "standing_without_end": (HOURS[0], ""),
    "standing_backwards": (HOURS[0], ""),
    "standing_too_long": (HOURS[0], ""),
    "standing_too_early": (HOURS[0], ""),
    "not_approver, review": APPROVAL,
    "wrong_state, review": EMERGENCY,
    "reviewer_contributed": CITY_ONLY,
    "reason_missing, review": EMERGENCY,
    "not_list_keeper": STAFF,
    "wrong_state, election": ELECTION,
    "election_unnamed": ELECTION,
    "election_undated": ELECTION,
    "election_backwards": ELECTION,
    "election_listed": ELECTION,
    "reason_missing, election": ELECTION,
    "reason_missing, day": HOURS,
    "urgency_unnamed": EMERGENCY,
    "urgency_listed": EMERGENCY,
    "successor_unable": STAFF,
    "successor_may_not_draft": STAFF,
    "successor_decided": STAFF,
    "not_approver, hand over": STAFF,
    "period_upside_down": STAFF,
    "not_system_admin, section": STAFF,
    "name_missing, section": STAFF,
    "section_name_taken": STAFF,
    "section_circular": STAFF,
    "not_staff, topic": STAFF,
    "not_in_scope, topic": STAFF,
    "second_chief": APPROVAL,
    "deputy_for_oneself": APPROVAL,
    "not_chief, deputy": APPROVAL,
    "section_not_asked": (SETTING, "ガイドライン 6(6)"),
    "section_disagrees": (SETTING, "ガイドライン 6(6)"),
    "section_not_concerned": (SETTING, "ガイドライン 6(6)"),
    "not_of_section": (SETTING, "ガイドライン 6(6)"),
    "contributor_confirms": (SETTING, "ガイドライン 6(6)"),
    "word_time_missing": (SETTING, "ガイドライン 6(6)"),
    "word_in_future": (SETTING, "ガイドライン 6(6)"),
    "word_how_missing": (SETTING, "ガイドライン 6(6)"),
    "word_of_other": (SETTING, "ガイドライン 6(6)"),
    "reason_missing, topic": (SETTING, "ガイドライン 6(6)"),
    "embargoed": (SETTING, "ガイドライン 6(5)"),
    "not_oneself": (SETTING, "ガイドライン 1・4(3)"),
    "read_already": (SETTING, "ガイドライン 1・4(3)"),
    "name_missing, device": ("要領 第9条(2)・第4条(2)", SETTING),
    "device_name_taken": ("要領 第9条(2)・第4条(2)", SETTING),
    "device_enrolled_twice": ("要領 第9条(2)・第4条(2)", SETTING),
    "certificate_expired": ("要領 第9条(2)・第4条(2)", SETTING),
    "passkey_can_be_copied": ("要領 第9条(2)・第4条(2)", SETTING),
    "code_wrong_or_over": ("要領 第9条(2)・第4条(2)", SETTING),
    "not_staff, device": ("要領 第9条(2)・第4条(2)", SETTING),
    "holder_missing": ("要領 第3条(3)", "ガイドライン 6(4)"),
    "change_date_wrong": ("要領 第3条(3)", "ガイドライン 6(4)"),
    "recovery_not_of_city": ("要領 第3条(3)", "ガイドライン 6(4)"),
    "rulebook_unknown": RULES,
    "rulebook_faulty": RULES,
    "not_from_a_day_to_come": RULES,
    "duty_is_core": RULES,
    "duty_unchanged": RULES,
    "last_rulebook": RULES,
}
# What only one of the two rulebooks asks for.
ONLY_UNDER = {
    book: {name for name, places in CITED.items() if not places[1 - at]}
    for at, book in enumerate(("mima", "toyama"))
}


def cited(one: Said) -> str:
    return clauses.cite(one.reason.duty, [clauses.load(book) for book in one.reason.rulebooks])


def wanted(name: str, books: tuple[str, ...]) -> str:
    by_book = dict(zip(("mima", "toyama"), CITED[name], strict=True))
    places = [by_book[book] for book in books if by_book[book] not in ("", SETTING)]
    return "・".join(places) or SETTING


def test_citation_is_agreed_for_every_code_when_the_table_is_read() -> None:
    assert set(CITED) == set(TRIGGERS)


@pytest.mark.clause("toyama:3-除外")
@pytest.mark.clause("mima:4-8")
@pytest.mark.clause("toyama:4-5-削除不能")
@pytest.mark.parametrize("books", BOOKS, ids="+".join)
def test_reason_cites_exactly_its_clauses_or_the_citys_setting_when_refused(books: tuple[str, ...]) -> None:
    for name in TRIGGERS:
        if any(name in names and book not in books for book, names in ONLY_UNDER.items()):
            continue
        found = said(name, books)
        assert found, (name, "was not refused")
        assert {cited(one) for one in found} == {wanted(name, books)}, name


@pytest.mark.clause("toyama:5-1")
@pytest.mark.clause("toyama:5-3")
@pytest.mark.clause("mima:9-1")
@pytest.mark.clause("mima:9-2")
def test_duty_is_owed_exactly_where_a_rulebook_asks_for_it_when_switched() -> None:
    assert ONLY_UNDER["toyama"] == {"send_only_not_said", "research_missing"}
    for asks, names in ONLY_UNDER.items():
        for name in names:
            for books in BOOKS:
                assert bool(said(name, books)) == (asks in books), (name, books)


@pytest.mark.clause("toyama:5-3")
def test_send_only_sentence_is_owed_only_when_nobody_replies() -> None:
    toyama = replace(X, rulebooks=("toyama",))
    for verb, state in (
        (Verb.ASK_DECISION, PolicyState.DRAFTING),
        (Verb.DECIDE_POLICY, PolicyState.AWAITING_DECISION),
    ):
        for nobody, says in ((False, False), (False, True), (True, True), (True, False)):
            policy = replace(
                SOUND_POLICY, account=toyama, state=state, nobody_replies=nobody, says_send_only=says
            )
            missing = ["send_only_not_said"] if nobody and not says else []
            assert codes(judge(verb, policy, SUZUKI)) == missing, (verb, nobody, says)


@pytest.mark.clause("toyama:5-1")
def test_research_is_owed_before_an_account_is_approved_when_toyama_is_among_its_rulebooks() -> None:
    asked_for = replace(X, state=AccountState.REQUESTED, research_complete=False)
    for books, wanted_codes in zip(BOOKS, ([], *[["research_missing"]] * 3), strict=True):
        account: Account = replace(asked_for, rulebooks=books)
        assert codes(judge(Verb.APPROVE_ACCOUNT, account, SUZUKI)) == wanted_codes, books


def test_account_without_rulebooks_is_judged_by_the_citys_when_asked() -> None:
    bare = replace(X, state=AccountState.REQUESTED, research_complete=False, rulebooks=())
    for books, wanted_codes in ((("mima",), []), (("toyama",), ["research_missing"])):
        city = City("見本市", books)
        assert codes(judge(Verb.APPROVE_ACCOUNT, bare, SUZUKI, city=city)) == wanted_codes


# --- One post, two accounts under two rulebooks


def two_rulebooks() -> Post:
    return replace(
        SOUND_POST,
        targets=(replace(X, rulebooks=("mima",)), replace(NOTE, rulebooks=("toyama",))),
    )


def test_reason_about_one_account_cites_only_its_own_rulebook_when_the_post_has_two() -> None:
    post = two_rulebooks()
    broken = replace(post, targets=tuple(replace(t, text_over=1) for t in post.targets), title="")
    decision = judge(Verb.SUBMIT, broken, SATO)
    assert isinstance(decision, Refused)
    got = {reason.account: cited(Said(reason.code, "", reason)) for reason in decision.reasons}
    assert got == {
        "見本市観光X": "要領 第4条(5)",
        "見本市移住ノート": "ガイドライン 4(5)",
        "": "要領 第5条",
    }


def test_reason_about_an_account_that_an_edit_leaves_cites_its_rulebook_when_it_has_another() -> None:
    post = replace(
        two_rulebooks(), targets=two_rulebooks().targets[:1], former_targets=two_rulebooks().targets
    )
    decision = judge(Verb.EDIT, post, replace(SATO, drafts_for=frozenset({X.id})))
    assert isinstance(decision, Refused)
    assert [(r.account, r.rulebooks) for r in decision.reasons] == [("見本市移住ノート", ("toyama",))]


def test_reason_about_the_post_cites_both_rulebooks_when_the_post_has_two() -> None:
    undeclared = replace(two_rulebooks(), declared_on=None)
    decision = judge(Verb.SUBMIT, undeclared, SATO)
    assert isinstance(decision, Refused)
    assert decision.reasons[0].rulebooks == ("mima", "toyama")
    assert cited(Said("", "", decision.reasons[0])) == "要領 第4条・第4条(1)・ガイドライン 4(1)"


@pytest.mark.parametrize(("book", "place"), [("mima", "要領 第4条(5)"), ("toyama", "ガイドライン 4(5)")])
def test_reason_about_an_account_cites_the_citys_rulebook_when_the_account_has_none(
    book: str, place: str
) -> None:
    bare = replace(SOUND_POST, targets=(replace(X, rulebooks=(), text_over=1),))
    decision = judge(Verb.SUBMIT, bare, SATO, city=City("見本市", (book,)))
    assert isinstance(decision, Refused)
    assert [cited(Said("", "", reason)) for reason in decision.reasons] == [place]


def test_standings_say_the_same_as_the_decision_when_shown_beside_the_button() -> None:
    act = POST_ACTS["submit"]
    broken = replace(SOUND_POST, state=act.state, title="", declared_on=None)
    decision = judge(act.verb, broken, SATO)
    assert isinstance(decision, Refused)
    rows = standings(act.verb, broken, SATO, CITY, NOW)
    assert tuple(reason for row in rows for reason in row.reasons) == decision.reasons
    shut = {row.gate.name for row in rows if row.reasons}
    assert shut == {"title", "declared"}
    assert len(rows) > len(shut), "the open gates are shown too"


def test_standings_are_empty_when_the_state_has_no_such_verb() -> None:
    assert standings(Verb.APPROVE, SOUND_POST, SUZUKI, CITY, NOW) == ()
