"""`manage.py import_people TABLE --by USERNAME`: people, roles and drafting permissions from a CSV table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions.importing import ImportStopped, import_people
from accounts.actions.people_table import COLUMNS, ImportFault
from accounts.models import StaffMember


class Command(BaseCommand):
    help = f"CSVの表から、職員・役割・起案の権限を登録します。列: {'、'.join(COLUMNS)}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", type=Path)
        parser.add_argument("--by", required=True, help="登録するシステム管理者のユーザー名")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = StaffMember.objects.get(username=options["by"])
            with options["table"].open(encoding="utf-8-sig", newline="") as table:
                done = import_people(table, by=by, now=timezone.now())
        except StaffMember.DoesNotExist:
            raise CommandError(f"「{options['by']}」という職員はいません。") from None
        except (ImportFault, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"何も登録していません。\n{error}") from error
        except ImportStopped as error:
            raise CommandError(f"{error}\nその行より前は登録しました。") from error
        self.stdout.write(
            f"{done.people}人を登録し、役割を{done.roles}件、起案の権限を{done.permissions}件渡しました。"
            "最初のパスワードは manage.py changepassword で決めます。"
        )
