"""`manage.py create_first_admin`: the first system admin of an empty installation."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions.people import first_admin


class Command(BaseCommand):
    help = "空の導入先に、最初のシステム管理者を登録します。パスワードは画面で聞きます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="ユーザー名")
        parser.add_argument("name", help="氏名")
        parser.add_argument("section", help="所属の名称")

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass("パスワード（12文字以上）: ")
        try:
            validate_password(password)
            staff = first_admin(
                username=options["username"],
                name=options["name"],
                section=options["section"],
                password=password,
                now=timezone.now(),
            )
        except (ValidationError, ValueError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(f"{staff.with_title} を登録しました。")
