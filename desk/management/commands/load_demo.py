"""`manage.py load_demo`: the demo city, once. Does nothing where there already is somebody."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import StaffMember
from desk.demo.city import load_city


class Command(BaseCommand):
    help = "見本の市を読み込みます。すでに人がいるときは、何もしません。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("見本の市は、DEMO=1 のときだけ読み込めます。")
        if StaffMember.objects.exists():
            self.stdout.write("見本の市は、もう読み込まれています。")
            return
        load_city(now=timezone.now())
        self.stdout.write("見本の市を読み込みました。")
