"""`manage.py write_docs [--check]`: the documents that are generated from the code."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from desk.reference.documents import documents


class Command(BaseCommand):
    help = "コードから作る文書を書きます。--check では書かずに、古いものを知らせます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        root = settings.BASE_DIR
        stale = [path for path, text in documents().items() if _read(root / path) != text]
        if options["check"] and stale:
            raise CommandError(
                "古くなっています。make docs を実行してください: " + ", ".join(map(str, stale))
            )
        for path in stale:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(documents()[path], encoding="utf-8")
            self.stdout.write(f"{path} を書きました。")


def _read(path: Any) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
