"""`manage.py check_posts --lists FILE < posts.jsonl > findings.jsonl`: a collection's posts by checks and gates."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from posts.check_lines import CityFile, judge


class Command(BaseCommand):
    help = "投稿の一覧（1行に1件のJSON）を点検し、1行に1件の結果を書きます。"
    requires_system_checks = ()  # it reads no database, and nothing is served

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lists", required=True, type=Path, help="市の一覧のJSONファイル")

    def handle(self, *args: Any, **options: Any) -> None:
        lists = _lists(options["lists"])
        for number, text in enumerate(sys.stdin, 1):
            if text.strip():
                self.stdout.write(json.dumps(judge(_line(number, text), lists), ensure_ascii=False))


def _lists(path: Path) -> CityFile:
    try:
        return CityFile.read(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"市の一覧を読めません（{path}）: {error}") from error


def _line(number: int, text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except ValueError as error:
        raise CommandError(f"{number}行目がJSONとして読めません: {error}") from error
    if not isinstance(line, dict) or not isinstance(line.get("text"), str):
        raise CommandError(f"{number}行目に、投稿の本文（text）がありません。")
    return line
