"""異動: forty people on 1 April, shown, then applied whole or not at all."""

from datetime import datetime

import pytest
from django.db import connection
from django.utils import timezone

from accounts.acts import ActRefused
from accounts.models import Device, LedgerEntry, RoleAssignment, StaffMember
from accounts.queries import approvers_of, sections_without_approver
from audit.models import Entry
from desk.actions import transferring
from desk.actions.transferring import TransferStopped
from posts.owners import without_owner
from rules.calendar import JST
from rules.states import Role
from tests.desk.transfers import APRIL, City, make_city, table
from tests.support.cast import make_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
MORNING = datetime(2027, 4, 1, 8, 40, tzinfo=JST)
BEFORE = datetime(2027, 3, 25, 10, 0, tzinfo=JST)


@pytest.fixture
def city(now: datetime) -> City:
    return make_city(make_cast(), now)


def everything() -> dict[str, object]:
    return {
        "people": list(StaffMember.objects.order_by("pk").values_list("pk", "section", "title", "is_active")),
        "roles": list(RoleAssignment.objects.order_by("pk").values_list("pk", "staff", "until_on")),
        "record": Entry.objects.count(),
    }


def test_transfer_of_forty_is_shown_before_and_changes_nothing(city: City) -> None:
    before = everything()
    plan = transferring.preview(text=table(city.rows), on=APRIL, by=city.cast.kondo, now=BEFORE)
    assert plan.is_sound, (plan.faults, plan.breaks)
    kinds = [step.kind for step in plan.steps]
    assert kinds.count("異動") == 40
    assert kinds.count("投稿") == 8
    assert kinds.count("認証情報") == 8
    assert kinds.count("端末") == 8
    assert kinds.count("役割") == 16
    assert everything() == before


def test_transfer_of_forty_leaves_everything_with_an_owner_and_an_approver(city: City) -> None:
    text = table(city.rows)
    plan = transferring.preview(text=text, on=APRIL, by=city.cast.kondo, now=MORNING)
    transferring.apply(text=text, on=APRIL, seen=plan.seen, by=city.cast.kondo, now=MORNING)
    assert list(sections_without_approver(APRIL)) == []
    assert without_owner([staff.pk for staff in city.people.values()]) == []
    for i, section in enumerate(city.sections):
        assert [staff.username for staff in approvers_of(section, APRIL)] == [f"c{(i - 1) % 8}"]
        draft = city.drafts[i]
        draft.refresh_from_db()
        assert draft.owner.username == f"s{(i - 1) % 8}a"
        assert draft.owner.section == section
    assert LedgerEntry.objects.filter(rotate_since=APRIL).count() == 8
    assert Device.objects.filter(return_since=APRIL).count() == 8
    last_days = RoleAssignment.objects.filter(
        role=Role.CHIEF, staff__username__startswith="c", until_on__isnull=False
    )
    assert {row.until_on.isoformat() for row in last_days} == {"2027-03-31"}


BAD = [
    ("ユーザー名", "nobody", "「nobody」という職員はいません"),
    ("新しい所属", "ない課", "「ない課」という所属は登録されていません"),
    ("起案する公式アカウント", "ないもの", "「ないもの」は、公式アカウント台帳にありません"),
    ("引継ぎ先", "nobody", "引継ぎ先の「nobody」という職員はいません"),
    ("新しい役割", "村長", "「新しい役割」は"),
    ("区分", "昇進", "「区分」は"),
    ("氏名", "別人", "さんのものです"),
]


def test_one_bad_line_changes_nothing_and_is_named(city: City) -> None:
    good = transferring.preview(text=table(city.rows), on=APRIL, by=city.cast.kondo, now=MORNING)
    before = everything()
    for column, value, says in BAD:
        rows = [dict(row) for row in city.rows]
        rows[17][column] = value
        with pytest.raises(TransferStopped) as stopped:
            transferring.apply(text=table(rows), on=APRIL, seen=good.seen, by=city.cast.kondo, now=MORNING)
        faults = stopped.value.plan.faults
        assert any("19行目" in fault and says in fault for fault in faults), faults
        assert everything() == before


def test_half_a_line_changes_nothing_and_is_named(city: City) -> None:
    text = table(city.rows)
    cut = text[: text.rindex("異動") + 2]
    plan = transferring.preview(text=cut, on=APRIL, by=city.cast.kondo, now=MORNING)
    assert any("41行目" in fault and "途中で切れて" in fault for fault in plan.faults), plan.faults


def test_draft_without_a_successor_stops_the_list(city: City) -> None:
    for row in city.rows:
        if row["ユーザー名"] == "s3a":
            row["引継ぎ先"] = ""
    plan = transferring.preview(text=table(city.rows), on=APRIL, by=city.cast.kondo, now=MORNING)
    assert not plan.is_sound
    assert [item.sentence for item in plan.breaks] == [
        f"投稿「{city.drafts[3].title}」（{city.drafts[3].number}）を引き継ぐ人がいません。"
    ]


def test_section_left_without_an_approver_stops_the_list(city: City) -> None:
    """The section above has a chief who would step in; without that one it is broken."""
    RoleAssignment.objects.filter(section=city.cast.planning).update(until_on="2027-03-31")
    city.rows = [row for row in city.rows if row["ユーザー名"] != "c2"] + [
        {**city.rows[10], "区分": "退職", "新しい所属": "", "新しい役割": ""}
    ]
    assert city.rows[-1]["ユーザー名"] == "c2"
    plan = transferring.preview(text=table(city.rows), on=APRIL, by=city.cast.kondo, now=MORNING)
    assert [item.sentence for item in plan.breaks] == ["「第3課」に、承認する人がいなくなります。"]


def test_list_is_not_applied_before_its_day(city: City) -> None:
    plan = transferring.preview(text=table(city.rows), on=APRIL, by=city.cast.kondo, now=BEFORE)
    with pytest.raises(TransferStopped):
        transferring.apply(text=table(city.rows), on=APRIL, seen=plan.seen, by=city.cast.kondo, now=BEFORE)


def test_list_is_not_applied_when_something_changed_since_it_was_seen(city: City) -> None:
    plan = transferring.preview(text=table(city.rows), on=APRIL, by=city.cast.kondo, now=MORNING)
    StaffMember.objects.filter(username="s5c").update(title="主任")
    with pytest.raises(TransferStopped) as stopped:
        transferring.apply(text=table(city.rows), on=APRIL, seen=plan.seen, by=city.cast.kondo, now=MORNING)
    assert stopped.value.plan.is_sound


def test_only_a_system_admin_applies_a_list(city: City) -> None:
    plan = transferring.preview(text=table(city.rows), on=APRIL, by=city.cast.kondo, now=MORNING)
    before = everything()
    with pytest.raises((ActRefused, TransferStopped)):
        transferring.apply(text=table(city.rows), on=APRIL, seen=plan.seen, by=city.cast.suzuki, now=MORNING)
    assert {**everything(), "record": 0} == {**before, "record": 0}


def test_system_admin_who_moves_hands_the_part_to_another_first(city: City) -> None:
    kondo = city.cast.kondo
    rows = [
        {
            **city.rows[0],
            "ユーザー名": "kondo",
            "氏名": kondo.display_name,
            "新しい所属": "第1課",
            "新しい役割": "",
        },
        {**city.rows[1], "新しい役割": "システム管理者", "引継ぎ先": "s0c"},
    ]
    plan = transferring.preview(text=table(rows), on=APRIL, by=kondo, now=MORNING)
    assert plan.faults == ()
    alone = transferring.preview(text=table(rows[:1]), on=APRIL, by=kondo, now=MORNING)
    assert any("システム管理者がいなくなります" in fault for fault in alone.faults)


def test_rehearsal_runs_in_one_transaction_that_is_taken_back(city: City) -> None:
    transferring.preview(text=table(city.rows), on=APRIL, by=city.cast.kondo, now=timezone.now())
    assert not connection.in_atomic_block
