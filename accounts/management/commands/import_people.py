"""`manage.py import_people TABLE --by USERNAME`: register people and their roles from a CSV table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions.importing import COLUMNS, ImportFault, import_people
from accounts.acts import ActRefused
from accounts.models import StaffMember


class Command(BaseCommand):
    help = f"CSVの表から職員を登録します。列: {'、'.join(COLUMNS)}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", type=Path)
        parser.add_argument("--by", required=True, help="登録するシステム管理者のユーザー名")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = StaffMember.objects.get(username=options["by"])
            with options["table"].open(encoding="utf-8-sig", newline="") as table:
                count = import_people(table, by=by, now=timezone.now())
        except StaffMember.DoesNotExist:
            raise CommandError(f"「{options['by']}」という職員はいません。") from None
        except (ImportFault, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"登録していません。{error}") from error
        except ActRefused as error:
            raise CommandError("".join(reason.sentence for reason in error.refusal.reasons)) from error
        self.stdout.write(
            f"{count}人を登録しました。最初のパスワードは manage.py changepassword で決めます。"
        )
