"""`manage.py end_part USERNAME --by ADMIN`, with --role, --draft or --leave: what somebody no longer does."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import offices, people
from accounts.acts import ActRefused
from accounts.facts import drafts_for
from accounts.models import ROLE_JA, Section, SocialAccount, StaffMember
from rules.states import Role

_ROLES = {label: key for key, label in ROLE_JA.items()}


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ArgumentTypeError(f"2027-03-31 のように書いてください（{value}）") from None


class Command(BaseCommand):
    help = "役割を終える、起案の権限を外す、または退職・異動の扱いにします。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="その人のユーザー名")
        parser.add_argument("--by", required=True, help="行うシステム管理者のユーザー名")
        part = parser.add_mutually_exclusive_group(required=True)
        part.add_argument("--role", choices=list(_ROLES), help="終える役割")
        part.add_argument("--draft", metavar="ACCOUNT", help="起案の権限を外す公式アカウントの名前")
        part.add_argument(
            "--leave", action="store_true", help="退職・異動: すべての役割と権限が、いまなくなります"
        )
        parser.add_argument("--section", help="--role のとき、どの所属の役割か（なければ、すべて）")
        parser.add_argument("--on", type=_day, help="--role のとき、役割の最後の日（なければ、今日）")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["role"] and (options["section"] or options["on"]):
            raise CommandError("--section と --on は、--role といっしょに使います。")
        staff, by = _person(options["username"]), _person(options["by"])
        try:
            said = _end(staff, by, options)
        except ActRefused as refused:
            raise CommandError(f"何も変えていません。{refused.sentences}") from refused
        self.stdout.write(said)


def _end(staff: StaffMember, by: StaffMember, options: dict[str, Any]) -> str:
    now = timezone.now()
    if options["leave"]:
        people.leave(staff=staff, by=by, now=now)
        return f"{staff.display_name}さんを、退職・異動の扱いにしました。役割も起案の権限もありません。"
    if options["draft"]:
        account = _account(options["draft"], staff)
        people.stop_draft(staff=staff, account=account, by=by, now=now)
        return f"{staff.display_name}さんから、「{account.name}」の起案の権限を外しました。"
    role, section = Role(_ROLES[options["role"]]), _section(options["section"])
    offices.end_role(staff=staff, role=role, section=section, on=options["on"], by=by, now=now)
    last_day = options["on"] or "今日"
    return f"{staff.display_name}さんの{options['role']}の役割は、{last_day}で終わります。"


def _person(username: str) -> StaffMember:
    staff = StaffMember.objects.filter(username=username).first()
    if staff is None:
        raise CommandError(f"「{username}」という職員はいません。")
    return staff


def _section(name: str | None) -> Section | None:
    section = Section.objects.filter(name=name).first() if name else None
    if name and section is None:
        raise CommandError(f"「{name}」という所属はありません。")
    return section


def _account(name: str, staff: StaffMember) -> SocialAccount:
    """By its name in the register; a closed account may have had the same name, so the one they draft for."""
    named = list(SocialAccount.objects.filter(name=name).order_by("-pk"))
    if not named:
        raise CommandError(f"「{name}」は、公式アカウント台帳にありません。")
    held = drafts_for(staff)
    return next((account for account in named if account.pk in held), named[0])
