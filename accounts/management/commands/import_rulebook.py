"""`manage.py import_rulebook FILE --as KEY`: a regulation's official wording, attached to its clauses."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions.importing_rulebook import Imported, import_rulebook
from accounts.acts import signature
from accounts.models import StaffMember
from rules.regulation_lines import RegulationError


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ArgumentTypeError(f"2027-04-01 のように書いてください（{value}）") from None


class Command(BaseCommand):
    help = "規程の本文のテキスト（UTF-8）を読み、条文ごとに正式な文を付けます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="rulebook", required=True, help="規程の番号（mima、toyama など）")
        parser.add_argument(
            "--effective-on", type=_day, help="施行日（なければ、登録されている最新の版の日）"
        )
        parser.add_argument("--dry-run", action="store_true", help="書かずに、見つかったものだけを出します")
        parser.add_argument("--by", help="取り込むシステム管理者のユーザー名")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = import_rulebook(
                data=options["file"].read_bytes(),
                rulebook=options["rulebook"],
                source=options["file"].name,
                by=_who(options["by"]),
                now=timezone.now(),
                effective_on=options["effective_on"],
                dry_run=options["dry_run"],
            )
        except (RegulationError, OSError) as error:
            raise CommandError(f"何も取り込んでいません。{error}") from error
        self.stdout.write("\n".join(_report(done, dry_run=options["dry_run"])))


def _who(username: str | None) -> str:
    if username is None:
        return "manage.py import_rulebook"
    staff = StaffMember.objects.select_related("section").filter(username=username).first()
    if staff is None:
        raise CommandError(f"「{username}」という職員はいません。")
    return signature(staff)


def _report(done: Imported, *, dry_run: bool) -> Iterator[str]:
    regulation, found = done.regulation, done.attachment
    yield f"「{regulation.title}」に、{len(regulation.places)}の場所がありました。"
    yield (
        f"{len(found.attached)}の条文に、正式な文を付けました。"
        if found.attached
        else "条文の番号はありません。"
    )
    yield from (f"見つかりません: {one.clause_id}（{one.reason}）" for one in found.unplaced)
    yield from (f"どの条文にも使っていません: {place.label}" for place in found.unclaimed if found.attached)
    yield from (f"{remark.line}行目: {remark.sentence}" for remark in regulation.remarks)
    yield from (f"{row.line}行目は使っていません: {row.text[:40]}" for row in regulation.left_out)
    if done.known:
        yield "前に取り込んだものと同じなので、何も書いていません。"
    elif dry_run:
        yield "試しただけで、何も書いていません。"
