"""The table of people: what is missing is done, all faults are named before anything is written, nothing twice."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.actions.importing import Imported, ImportStopped, import_people
from accounts.actions.people import leave
from accounts.actions.people_table import COLUMNS, ImportFault
from accounts.facts import drafts_for
from accounts.models import Section, SocialAccount, StaffMember
from accounts.queries import roles_of
from audit.models import Entry
from rules.calendar import day_of
from rules.states import Employment, Role
from tests.support.cast import Cast, make_account, make_cast

HEADING = ",".join(COLUMNS)
X, NOTE = "美馬市観光（X）", "美馬市移住（note）"
SATO = "sato,佐藤 美咲,観光交流課,,主事,,,,"
ABE = f"abe,阿部 実,文化財課,教育委員会,文化財課長,,所属長,,{X}、 {NOTE}"
BABA = f"baba,馬場 光,文化財課,教育委員会,主査,会計年度任用職員,代決者,2027-03-31,{X}"
CHIBA = f"chiba,千葉 舞,文化財課,,,委託事業者,,,{NOTE}"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def accounts(cast: Cast) -> dict[str, SocialAccount]:
    """Two social accounts in the register; Sato drafts for both."""
    note = make_account(
        cast, NOTE, handle="@note_demo", url="https://note.com/demo", network="note", opened=False
    )
    return {X: make_account(cast, X, opened=False), NOTE: note}


def table(*lines: str) -> io.StringIO:
    return io.StringIO("\n".join((HEADING, *lines)))


def everything() -> tuple[int, ...]:
    return (StaffMember.objects.count(), Section.objects.count(), Entry.objects.count())


def faults(by: StaffMember, now: datetime, *lines: str) -> list[str]:
    """What is said against the table; nothing was written, not even in the record."""
    before = everything()
    with pytest.raises(ImportFault) as caught:
        import_people(table(*lines), by=by, now=now)
    assert everything() == before
    return str(caught.value).splitlines()


def test_people_get_sections_roles_and_permissions_when_the_table_is_followed(
    cast: Cast, accounts: dict[str, SocialAccount], now: datetime
) -> None:
    done = import_people(table(ABE, BABA, CHIBA), by=cast.kondo, now=now)
    assert done == Imported(people=3, roles=2, permissions=4)
    abe, baba, chiba = (StaffMember.objects.get(username=name) for name in ("abe", "baba", "chiba"))
    assert abe.with_title == "阿部 実（文化財課長）"
    assert str(abe.section.parent) == "教育委員会"
    assert (baba.employment, chiba.employment) == (Employment.FISCAL_YEAR, Employment.CONTRACTOR)
    held = abe.role_assignments.get()
    assert (held.role, held.section, held.from_on) == (Role.CHIEF, abe.section, day_of(now))
    assert baba.role_assignments.get().until_on == date(2027, 3, 31)
    assert drafts_for(abe) == {accounts[X].pk, accounts[NOTE].pk}
    assert drafts_for(chiba) == {accounts[NOTE].pk}
    assert not any(staff.has_usable_password() for staff in (abe, baba, chiba))
    events = Entry.objects.filter(stream=f"staff:{abe.pk}").order_by("seq").values_list("event", flat=True)
    assert list(events) == ["person.registered", "person.role_given", "person.let_draft", "person.let_draft"]


def test_nothing_is_done_twice_when_the_same_table_comes_again(cast: Cast, now: datetime) -> None:
    import_people(table(ABE, BABA, CHIBA), by=cast.kondo, now=now)
    before = everything()
    assert import_people(table(ABE, BABA, CHIBA), by=cast.kondo, now=now) == Imported()
    assert everything() == before


def test_people_known_get_what_they_lack_and_keep_what_they_have(
    cast: Cast, accounts: dict[str, SocialAccount], now: datetime
) -> None:
    lines = (
        f"sato,佐藤　美咲,観光交流課,,課長,,監査担当,,{X}",
        f"suzuki,鈴木 洋子,観光交流課,,,,所属長,,{NOTE}",
    )
    assert import_people(table(*lines), by=cast.kondo, now=now) == Imported(roles=1, permissions=1)
    assert roles_of(cast.sato, day_of(now)) == {Role.AUDITOR}
    assert cast.suzuki.role_assignments.count() == 1
    assert drafts_for(cast.suzuki) == {accounts[NOTE].pk}
    cast.sato.refresh_from_db()
    assert cast.sato.title == "主事"
    assert drafts_for(cast.sato) == {accounts[X].pk, accounts[NOTE].pk}


def test_one_person_holds_a_role_in_two_sections_when_the_table_has_two_lines(
    cast: Cast, now: datetime
) -> None:
    second = "abe,阿部 実,観光交流課,,,,代決者,2027-03-31,"
    assert import_people(table(ABE, second), by=cast.kondo, now=now) == Imported(1, 2, 2)
    abe = StaffMember.objects.get(username="abe")
    sections = abe.role_assignments.values_list("section__name", flat=True)
    assert (abe.section.name, set(sections)) == ("文化財課", {"文化財課", "観光交流課"})


def test_deputy_is_given_the_role_again_when_the_table_names_a_later_end(cast: Cast, now: datetime) -> None:
    line = "fujimoto,藤本 剛,観光交流課,,,,代決者,{},"
    same, later = (line.format(day) for day in ("2027-03-31", "2028-03-31"))
    assert import_people(table(same), by=cast.kondo, now=now).roles == 0
    assert import_people(table(later), by=cast.kondo, now=now).roles == 1
    assert import_people(table(later), by=cast.kondo, now=now).roles == 0
    assert roles_of(cast.fujimoto, date(2028, 3, 31)) == {Role.DEPUTY}


@pytest.mark.parametrize("by", ["hayashi", "suzuki"])
def test_nobody_is_registered_when_a_contractor_or_chief_brings_the_table(
    cast: Cast, now: datetime, by: str
) -> None:
    actor, before = getattr(cast, by), everything()
    with pytest.raises(ImportStopped, match="システム管理者に頼んでください。") as caught:
        import_people(table(ABE, BABA), by=actor, now=now)
    assert caught.value.line == 2
    assert caught.value.refused.refusal.codes == {"not_system_admin"}
    people, sections, entries = before
    assert everything() == (people, sections, entries + 1)
    assert Entry.objects.latest("pk").event == "person.registered.refused"


def test_refusal_names_the_line_that_it_stopped_at_when_others_needed_nothing(
    cast: Cast, now: datetime
) -> None:
    with pytest.raises(ImportStopped, match=r"^3行目で止まりました。"):
        import_people(table(SATO, "suzuki,鈴木 洋子,観光交流課,,,,監査担当,,"), by=cast.sato, now=now)
    assert roles_of(cast.suzuki, day_of(now)) == {Role.CHIEF}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (",阿部 実,文化財課,,,,,,", "「ユーザー名」が空です。"),
        ("abe,,文化財課,,,,,,", "「氏名」が空です。"),
        ("abe,阿部 実,,,,,,,", "「所属」が空です。"),
        ("abe,阿部 実,文化財課,,,アルバイト,,,", "「任用の種類」は、正規職員"),
        ("abe,阿部 実,文化財課,,,,課長,,", "「役割」は、所属長"),
        ("abe,阿部 実,文化財課,,,,代決者,3月末,", "「期間の終わり」は 2027-03-31 のように"),
        (f"abe,阿部 実,文化財課,,,,,,{X}、ない公式", "「ない公式」は、公式アカウント台帳にありません。"),
        ("abe,阿部 実,文化財課,文化財課,,,,,", "「上の所属」が「所属」と同じです。"),
        (
            "abe,阿部 実,観光交流課,教育委員会,,,,,",
            "「観光交流課」は、登録では「企画総務部」の下にあります。",
        ),
        ("a b e,阿部 実,文化財課,,,,,,", "ユーザー名"),
        (f"abe,{'阿' * 61},文化財課,,,,,,", "60"),
        (f"abe,阿部 実,{'課' * 61},,,,,,", "60"),
        ("sato,佐藤 次郎,観光交流課,,,,,,", "ユーザー名「sato」は、佐藤 美咲さんのものです。"),
        (
            "sato,佐藤 美咲,観光交流課,,,委託事業者,,,",
            "佐藤 美咲さんの任用の種類は、登録では「正規職員」です。",
        ),
        ("sato,佐藤 美咲,ない課,,,,所属長,,", "「ない課」という所属は、登録されていません。"),
        ("abe,阿部 実,文化財課,,,委託事業者,所属長,,", "阿部 実さんは市の職員ではありません。"),
        ("abe,阿部 実,文化財課,,,,代決者,,", "代決者の期間の終わりが書かれていません。"),
        ("abe,阿部 実,文化財課,,,,所属長,2020-03-31,", "期間の終わりが、もう過ぎた日です。"),
        ("mori,森 恵子,移住定住推進課,,,,,,", "森 恵子さんは、退職・異動の扱いになっています。"),
    ],
)
def test_nothing_is_written_when_one_line_is_faulty(cast: Cast, now: datetime, line: str, fault: str) -> None:
    leave(staff=cast.mori, by=cast.kondo, now=now)
    (said,) = faults(cast.kondo, now, BABA, line)
    assert said.startswith("3行目: ")
    assert fault in said


@pytest.mark.clause("toyama:3-除外")
def test_elected_people_are_named_as_a_fault_when_the_table_would_let_them_draft(
    cast: Cast, now: datetime
) -> None:
    StaffMember.objects.filter(pk=cast.sato.pk).update(is_elected=True)
    (said,) = faults(cast.kondo, now, f"{SATO}{X}")
    assert said.startswith("2行目: 佐藤 美咲さんは公選職です。")


def test_every_faulty_line_is_named_at_once_when_there_are_several(cast: Cast, now: datetime) -> None:
    lines = [
        f"abe,阿部 実,文化財課,,,,代決者,,{NOTE}、ない公式",
        ",,,,,,,,",
        "abe,別人,文化財課,,,,,,",
    ]
    said = faults(cast.kondo, now, *lines)
    assert [one.partition(":")[0] for one in said] == ["2行目", "2行目", "4行目"]


def test_closed_account_is_unknown_when_the_table_names_it(
    cast: Cast, accounts: dict[str, SocialAccount], now: datetime
) -> None:
    SocialAccount.objects.filter(pk=accounts[X].pk).update(state="closed", closed_at=now)
    (said,) = faults(cast.kondo, now, BABA)
    assert X in said


def test_missing_column_is_named_when_the_heading_lacks_it(cast: Cast, now: datetime) -> None:
    with pytest.raises(ImportFault, match="次の列がありません: 起案する公式アカウント"):
        import_people(io.StringIO(HEADING.rpartition(",")[0] + "\n"), by=cast.kondo, now=now)


# --- The command


def test_command_says_what_it_did_when_the_table_is_a_file_from_a_spreadsheet(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "people.csv"
    lines = (HEADING, ABE, BABA.replace("2027-03-31", "2099-03-31"))
    path.write_text("\r\n".join(lines), encoding="utf-8-sig")
    call_command("import_people", str(path), "--by", "kondo")
    assert "2人を登録し、役割を2件、起案の権限を3件渡しました。" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("by", "line", "said"),
    [
        ("nobody", ABE, "「nobody」という職員はいません。"),
        ("kondo", "abe,,文化財課,,,,,,", "何も登録していません。\n2行目: 「氏名」が空です。"),
        ("hayashi", ABE, "2行目で止まりました。"),
    ],
)
def test_command_says_why_not_when_it_did_nothing(
    cast: Cast, tmp_path: Path, by: str, line: str, said: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"{HEADING}\n{line}\n", encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("import_people", str(path), "--by", by)
    assert not StaffMember.objects.filter(username="abe").exists()
