"""People, roles and drafting permissions by the legal road: given, taken, refused, and on record either way."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.actions.offices import Office, end_role, give_role
from accounts.actions.people import Newcomer, first_admin, leave, let_draft, register, return_, stop_draft
from accounts.acts import ActRefused
from accounts.facts import drafts_for
from accounts.models import RoleAssignment, Section, SocialAccount, StaffMember
from accounts.queries import roles_of
from audit.models import Entry
from rules.calendar import day_of
from rules.states import Employment, Role
from tests.support.cast import Cast, make_account, make_cast

DAY = timedelta(days=1)
ABE = Newcomer("abe", "阿部 実", "文化財課", "教育委員会", "主査", Employment.PART_TIME)
Taking = Callable[[], StaffMember]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    """Sato, Tanaka and Hayashi draft for it."""
    return make_account(cast, opened=False)


def record(staff: StaffMember) -> list[str]:
    return list(
        Entry.objects.filter(stream=f"staff:{staff.pk}").order_by("seq").values_list("event", flat=True)
    )


def last(staff: StaffMember) -> Entry:
    return Entry.objects.filter(stream=f"staff:{staff.pk}").latest("seq")


def refused(act: Callable[..., object], **words: object) -> list[str]:
    with pytest.raises(ActRefused) as caught:
        act(**words)
    return sorted(caught.value.refusal.codes)


# --- The first one


def test_first_admin_is_registered_with_the_role_and_an_entry_when_nobody_is_there(
    db: None, now: datetime
) -> None:
    staff = first_admin(
        username="kondo", name="近藤 翔", section="情報政策課", password="長い合言葉です", now=now
    )
    assert staff.check_password("長い合言葉です")
    assert staff.with_title == "近藤 翔（情報政策課 システム管理者）"
    assert roles_of(staff, day_of(now)) == {Role.SYSTEM_ADMIN}
    assert record(staff) == ["person.first_admin_made"]


def test_first_admin_cannot_sign_in_yet_when_made_without_a_password(db: None, now: datetime) -> None:
    staff = first_admin(
        username="kondo", name="近藤 翔", section="情報政策課", title="係長", password=None, now=now
    )
    assert (staff.has_usable_password(), staff.title) == (False, "係長")


def test_first_admin_is_refused_when_there_is_anybody(cast: Cast, now: datetime) -> None:
    with pytest.raises(ValueError, match="もう登録されています"):
        first_admin(username="x", name="x", section="x", password="x", now=now)
    assert not StaffMember.objects.filter(username="x").exists()


# --- Registering


def test_newcomer_is_registered_in_a_new_section_and_cannot_sign_in_yet(cast: Cast, now: datetime) -> None:
    staff = register(person=ABE, by=cast.kondo, now=now)
    staff.refresh_from_db()
    assert (staff.display_name, staff.title, staff.employment) == ("阿部 実", "主査", Employment.PART_TIME)
    assert (staff.section.name, str(staff.section.parent)) == ("文化財課", "教育委員会")
    assert not staff.has_usable_password()
    assert record(staff) == ["person.registered"]
    assert last(staff).by.startswith("kondo ")
    assert json.loads(last(staff).payload)["username"] == "abe"


def test_section_gets_the_one_above_it_when_it_had_none_and_keeps_it_afterwards(
    cast: Cast, now: datetime
) -> None:
    Section.objects.create(name="文化財課")
    register(person=ABE, by=cast.kondo, now=now)
    assert str(Section.objects.get(name="文化財課").parent) == "教育委員会"
    register(person=Newcomer("baba", "馬場 光", "文化財課", "企画総務部"), by=cast.kondo, now=now)
    assert str(Section.objects.get(name="文化財課").parent) == "教育委員会"


@pytest.mark.parametrize("by", ["hayashi", "suzuki", "sato", "onishi"])
def test_nobody_is_registered_when_somebody_else_than_the_system_admin_tries(
    cast: Cast, now: datetime, by: str
) -> None:
    actor, before = getattr(cast, by), StaffMember.objects.count()
    assert refused(register, person=ABE, by=actor, now=now) == ["not_system_admin"]
    assert StaffMember.objects.count() == before
    assert not Section.objects.filter(name="文化財課").exists()
    assert record(actor) == ["person.registered.refused"]


def test_role_of_a_contractor_counts_for_nothing_when_it_was_written_past_the_rules(
    cast: Cast, now: datetime
) -> None:
    RoleAssignment.objects.create(staff=cast.hayashi, role=Role.SYSTEM_ADMIN, from_on=day_of(now))
    assert refused(register, person=ABE, by=cast.hayashi, now=now) == ["not_system_admin"]


def test_refusal_says_truly_whom_to_ask_when_one_is_no_system_admin(cast: Cast, now: datetime) -> None:
    with pytest.raises(ActRefused) as caught:
        register(person=ABE, by=cast.suzuki, now=now)
    assert caught.value.sentences == (
        "職員の登録、役割と権限の変更を行えるのは、システム管理者です。システム管理者に頼んでください。"
    )


# --- Giving


def test_role_is_held_from_its_first_to_its_last_day_when_given(cast: Cast, now: datetime) -> None:
    today = day_of(now)
    office = Office(Role.DEPUTY, today, cast.tourism, today + 2 * DAY, "発令")
    give_role(staff=cast.tanaka, office=office, by=cast.kondo, now=now)
    held = [bool(roles_of(cast.tanaka, today + days * DAY)) for days in (-1, 0, 2, 3)]
    assert held == [False, True, True, False]
    assert record(cast.tanaka) == ["person.role_given"]
    assert json.loads(last(cast.tanaka).payload)["role"] == "deputy 観光交流課"


@pytest.mark.clause("mima:2-対象者")
def test_role_is_refused_with_every_reason_and_leaves_nothing_but_the_refusal(
    cast: Cast, now: datetime
) -> None:
    yesterday = day_of(now) - DAY
    office = Office(Role.WEB_ADMIN, yesterday, cast.tourism, yesterday)
    codes = refused(give_role, staff=cast.hayashi, office=office, by=cast.kondo, now=now)
    assert codes == ["not_staff", "period_over", "role_for_whole_city"]
    assert not cast.hayashi.role_assignments.exists()
    assert record(cast.hayashi) == ["person.role_given.refused"]


def test_drafting_is_for_one_account_when_given_and_gone_when_taken(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    other = make_account(cast, "別の公式", handle="@betsu", url="https://x.com/betsu", opened=False)
    for each in (account, other):
        let_draft(staff=cast.mori, account=each, by=cast.kondo, now=now)
    assert drafts_for(cast.mori) == {account.pk, other.pk}
    stop_draft(staff=cast.mori, account=account, by=cast.kondo, now=now)
    assert drafts_for(cast.mori) == {other.pk}
    assert record(cast.mori) == ["person.let_draft", "person.let_draft", "person.draft_stopped"]
    assert json.loads(last(cast.mori).payload) == {"account": account.name}


# --- Taking


def test_drafting_is_not_taken_when_they_never_had_it(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    assert refused(stop_draft, staff=cast.mori, account=account, by=cast.kondo, now=now) == ["not_held"]
    assert record(cast.mori) == ["person.draft_stopped.refused"]


def test_role_ends_with_today_when_no_day_is_said(cast: Cast, now: datetime) -> None:
    end_role(staff=cast.suzuki, role=Role.CHIEF, by=cast.kondo, now=now)
    assert roles_of(cast.suzuki, day_of(now)) == {Role.CHIEF}
    assert roles_of(cast.suzuki, day_of(now) + DAY) == set()
    assert last(cast.suzuki).event == "person.role_ended"
    assert json.loads(last(cast.suzuki).payload) == {"roles": ["chief 観光交流課"], "until_on": "2026-11-20"}


def test_deputy_ends_earlier_but_never_later_when_a_day_is_said(cast: Cast, now: datetime) -> None:
    held = cast.fujimoto.role_assignments.get()
    day = day_of(now) + 10 * DAY
    end_role(staff=cast.fujimoto, role=Role.DEPUTY, on=day, by=cast.kondo, now=now)
    held.refresh_from_db()
    assert held.until_on == day
    assert refused(end_role, staff=cast.fujimoto, role=Role.DEPUTY, on=day + DAY, by=cast.kondo, now=now) == [
        "not_held"
    ]
    held.refresh_from_db()
    assert held.until_on == day


def test_role_ends_in_one_section_or_in_all_when_held_for_two(cast: Cast, now: datetime) -> None:
    today = day_of(now)
    for staff, section in ((cast.mori, cast.moving), (cast.ito, cast.planning)):
        end_role(staff=staff, role=Role.CHIEF, on=today - DAY, by=cast.kondo, now=now)
        give_role(staff=cast.suzuki, office=Office(Role.CHIEF, today, section), by=cast.kondo, now=now)
    end_role(staff=cast.suzuki, role=Role.CHIEF, section=cast.moving, by=cast.kondo, now=now)
    open_ones = cast.suzuki.role_assignments.filter(until_on=None)
    assert set(open_ones.values_list("section__name", flat=True)) == {"観光交流課", "企画総務部"}
    end_role(staff=cast.suzuki, role=Role.CHIEF, by=cast.kondo, now=now)
    assert not open_ones.all().exists()


def test_role_that_was_to_begin_later_never_begins_when_ended(cast: Cast, now: datetime) -> None:
    office = Office(Role.AUDITOR, day_of(now) + 5 * DAY)
    give_role(staff=cast.sato, office=office, by=cast.kondo, now=now)
    end_role(staff=cast.sato, role=Role.AUDITOR, by=cast.kondo, now=now)
    assert roles_of(cast.sato, day_of(now) + 9 * DAY) == set()
    assert record(cast.sato) == ["person.role_given", "person.role_ended"]


def test_role_does_not_end_when_it_is_another_or_for_days_that_are_over(cast: Cast, now: datetime) -> None:
    assert refused(end_role, staff=cast.suzuki, role=Role.DEPUTY, by=cast.kondo, now=now) == ["not_held"]
    assert refused(
        end_role, staff=cast.suzuki, role=Role.CHIEF, on=day_of(now) - 2 * DAY, by=cast.kondo, now=now
    ) == ["period_over"]
    assert cast.suzuki.role_assignments.get().until_on is None


def test_leaving_ends_every_role_and_permission_at_once_and_nothing_can_be_given_after_it(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    let_draft(staff=cast.fujimoto, account=account, by=cast.kondo, now=now)
    give_role(staff=cast.fujimoto, office=Office(Role.AUDITOR, day_of(now) + DAY), by=cast.kondo, now=now)
    leave(staff=cast.fujimoto, by=cast.kondo, now=now)
    cast.fujimoto.refresh_from_db()
    assert not cast.fujimoto.is_active
    assert [held.until_on for held in cast.fujimoto.role_assignments.all()] == [day_of(now)]
    assert drafts_for(cast.fujimoto) == frozenset()
    said = json.loads(last(cast.fujimoto).payload)
    assert said == {"roles": ["deputy 観光交流課", "auditor"], "accounts": [account.name]}
    assert refused(let_draft, staff=cast.fujimoto, account=account, by=cast.kondo, now=now) == ["inactive"]
    assert refused(leave, staff=cast.fujimoto, by=cast.kondo, now=now) == ["already_left"]


def test_somebody_who_left_comes_back_without_roles_or_permissions(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    let_draft(staff=cast.fujimoto, account=account, by=cast.kondo, now=now)
    give_role(staff=cast.fujimoto, office=Office(Role.AUDITOR, day_of(now)), by=cast.kondo, now=now)
    assert refused(return_, staff=cast.fujimoto, reason="復職", by=cast.kondo, now=now) == ["still_here"]
    leave(staff=cast.fujimoto, by=cast.kondo, now=now)
    assert refused(return_, staff=cast.fujimoto, reason=" ", by=cast.kondo, now=now) == ["reason_missing"]
    assert refused(return_, staff=cast.fujimoto, reason="x", by=cast.suzuki, now=now) == ["not_system_admin"]
    return_(staff=cast.fujimoto, reason="まちがえた", by=cast.kondo, now=now)
    cast.fujimoto.refresh_from_db()
    assert cast.fujimoto.is_active
    assert (roles_of(cast.fujimoto, day_of(now)), drafts_for(cast.fujimoto)) == (set(), frozenset())
    assert record(cast.fujimoto)[-1] == "person.returned"
    assert json.loads(last(cast.fujimoto).payload)["reason"] == "まちがえた"
    let_draft(staff=cast.fujimoto, account=account, by=cast.kondo, now=now)


def test_browser_of_somebody_who_leaves_is_signed_out(cast: Cast, client: Client, now: datetime) -> None:
    client.force_login(cast.sato, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").status_code == 200
    leave(staff=cast.sato, by=cast.kondo, now=now)
    response = client.get("/")
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/sign-in/")


def test_parts_stay_when_somebody_else_than_the_system_admin_would_take_them(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    takings: dict[str, Taking] = {
        "person.role_ended": lambda: end_role(staff=cast.suzuki, role=Role.CHIEF, by=cast.ito, now=now),
        "person.draft_stopped": lambda: stop_draft(staff=cast.sato, account=account, by=cast.ito, now=now),
        "person.departed": lambda: leave(staff=cast.sato, by=cast.ito, now=now),
    }
    for taking in takings.values():
        assert refused(taking) == ["not_system_admin"]
    cast.sato.refresh_from_db()
    assert cast.sato.is_active
    assert account.pk in drafts_for(cast.sato)
    assert cast.suzuki.role_assignments.get().until_on is None
    entries = Entry.objects.filter(event__in=[f"{event}.refused" for event in takings])
    assert entries.count() == len(takings)


# --- The last system admin


def test_last_system_admin_stays_until_there_is_another(cast: Cast, now: datetime) -> None:
    assert refused(end_role, staff=cast.kondo, role=Role.SYSTEM_ADMIN, by=cast.kondo, now=now) == [
        "last_admin"
    ]
    assert refused(leave, staff=cast.kondo, by=cast.kondo, now=now) == ["last_admin"]
    give_role(staff=cast.onishi, office=Office(Role.SYSTEM_ADMIN, day_of(now)), by=cast.kondo, now=now)
    leave(staff=cast.kondo, by=cast.onishi, now=now)
    cast.kondo.refresh_from_db()
    assert not cast.kondo.is_active


@pytest.mark.parametrize("successor", ["gone", "contractor", "for today only", "later"])
def test_last_system_admin_stays_when_the_other_one_could_not_act_tomorrow(
    cast: Cast, now: datetime, successor: str
) -> None:
    today = day_of(now)
    StaffMember.objects.filter(pk=cast.onishi.pk).update(
        is_active=successor != "gone",
        employment=Employment.CONTRACTOR if successor == "contractor" else Employment.REGULAR,
    )
    RoleAssignment.objects.create(
        staff=cast.onishi,
        role=Role.SYSTEM_ADMIN,
        from_on=today + 9 * DAY if successor == "later" else today,
        until_on=today if successor == "for today only" else None,
    )
    assert refused(leave, staff=cast.kondo, by=cast.kondo, now=now) == ["last_admin"]


def test_another_role_of_the_last_system_admin_ends_when_ended(cast: Cast, now: datetime) -> None:
    give_role(staff=cast.kondo, office=Office(Role.AUDITOR, day_of(now)), by=cast.kondo, now=now)
    end_role(staff=cast.kondo, role=Role.AUDITOR, by=cast.kondo, now=now)
    assert roles_of(cast.kondo, day_of(now) + DAY) == {Role.SYSTEM_ADMIN}


# --- Commands


def run(*words: str) -> None:
    call_command("end_part", *words, "--by", "kondo")


def test_command_ends_a_role_a_permission_and_a_stay(
    cast: Cast, account: SocialAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    run("suzuki", "--role", "所属長", "--section", "観光交流課", "--on", "2099-03-31")
    assert str(cast.suzuki.role_assignments.get().until_on) == "2099-03-31"
    run("sato", "--draft", account.name)
    assert account.pk not in drafts_for(cast.sato)
    run("tanaka", "--leave")
    cast.tanaka.refresh_from_db()
    assert not cast.tanaka.is_active
    said = capsys.readouterr().out.splitlines()
    assert [line.partition("さん")[0] for line in said] == ["鈴木 洋子", "佐藤 美咲", "田中 健一"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody", "--leave"], "「nobody」という職員はいません。"),
        (["sato", "--draft", "ない公式"], "「ない公式」は、公式アカウント台帳にありません。"),
        (["suzuki", "--role", "所属長", "--section", "ない課"], "「ない課」という所属はありません。"),
        (["sato", "--leave", "--on", "2099-03-31"], "--role といっしょに"),
        (["suzuki", "--role", "課長"], "課長"),
        (["suzuki", "--role", "所属長", "--on", "3月31日"], "2027-03-31 のように"),
        (["suzuki"], "--leave"),
        (["suzuki", "--role", "所属長", "--leave"], "--leave"),
        (["sato", "--role", "所属長"], "何も変えていません。佐藤 美咲さんには、終える役割"),
    ],
)
def test_command_says_what_is_wrong_and_changes_nothing(cast: Cast, words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*words)
    assert not StaffMember.objects.filter(is_active=False).exists()
    assert cast.suzuki.role_assignments.get().until_on is None


def test_permission_is_taken_for_the_account_they_draft_for_when_a_closed_one_had_its_name(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    let_draft(staff=cast.mori, account=account, by=cast.kondo, now=now)
    SocialAccount.objects.filter(pk=account.pk).update(state="closed", closed_at=now)
    make_account(cast, account.name, opened=False)
    run("mori", "--draft", account.name)
    assert drafts_for(cast.mori) == frozenset()


def test_command_makes_the_first_admin_when_the_password_is_good(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.management.commands.create_first_admin.getpass", lambda _: "123")
    with pytest.raises(CommandError):
        call_command("create_first_admin", "kondo", "近藤 翔", "情報政策課")
    assert not StaffMember.objects.exists()
    password = "sakura no hana 88"
    monkeypatch.setattr("accounts.management.commands.create_first_admin.getpass", lambda _: password)
    call_command("create_first_admin", "kondo", "近藤 翔", "情報政策課")
    assert StaffMember.objects.get().check_password(password)
    with pytest.raises(CommandError, match="もう登録されています"):
        call_command("create_first_admin", "kondo", "近藤 翔", "情報政策課")
