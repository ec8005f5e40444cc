"""`manage.py demo_people`: who is who in the demo city."""

from typing import Any

from django.core.management.base import BaseCommand

from desk.demo.people import PARTS


class Command(BaseCommand):
    help = "見本の市の人を表示します。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("画面の右上の「人を替える」で、次の人になれます。")
        for part in PARTS:
            self.stdout.write(f"  {part.name}（{part.section} {part.title}）… {part.plays}")
