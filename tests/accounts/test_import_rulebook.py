"""import_rulebook: the official wording into an installation, whole or not at all, and never twice."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import RegulationText, Wording
from accounts.wordings import words_of
from audit.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
OURS = Path(__file__).parents[1] / "data" / "regulation_mihon.txt"


def run(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    call_command("import_rulebook", str(path), "--as", "mima", *more)
    return capsys.readouterr().out


def test_text_becomes_places_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(OURS, capsys)
    assert "の場所がありました" in said
    assert "見つかりません: mima:" in said
    row = RegulationText.objects.get()
    ordinals = list(row.wordings.values_list("ordinal", flat=True))
    assert ordinals == list(range(1, len(ordinals) + 1))
    assert Entry.objects.filter(stream="rulebook:mima", event="rulebook.imported").count() == 1
    assert "前に取り込んだものと同じ" in run(OURS, capsys)
    assert RegulationText.objects.count() == 1


def test_dry_run_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert "試しただけ" in run(OURS, capsys, "--dry-run")
    assert not RegulationText.objects.exists()


def test_newest_import_counts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run(OURS, capsys)
    newer = tmp_path / "new.txt"
    newer.write_text("見本市の要領\n\n第1条 新しい文です。\n", encoding="utf-8-sig")
    run(newer, capsys)
    assert words_of("mima")["mima:1"] == "新しい文です。"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7 x", "PDF"),
        ("第1条 目的を定める。".encode("cp932"), "Shift_JIS"),
        (b"", "空"),
        ("ただの文です。".encode(), "番号"),
        ("第1条 目的。\n第2条 範囲。\n第2条 範囲。\n".encode(), "第2条"),
    ],
)
def test_file_that_is_no_regulation_changes_nothing(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    with pytest.raises(CommandError, match=says):
        call_command("import_rulebook", str(path), "--as", "mima")
    assert not RegulationText.objects.exists()


def test_unknown_rulebook_or_person_is_said() -> None:
    with pytest.raises(CommandError, match="という規程はありません"):
        call_command("import_rulebook", str(OURS), "--as", "nowhere")
    with pytest.raises(CommandError, match="という職員はいません"):
        call_command("import_rulebook", str(OURS), "--as", "mima", "--by", "nobody")


def test_imported_words_are_never_changed_or_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    run(OURS, capsys)
    assert Wording.objects.exists()
    for sql in ("DELETE FROM accounts_wording", "UPDATE accounts_regulationtext SET text = ''"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
