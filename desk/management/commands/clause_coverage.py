"""`manage.py clause_coverage [--check] [--format json]`: every clause, what enforces it, and what is still to come."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from desk.coverage import Entry, entries, faults
from rules import clauses


class Command(BaseCommand):
    help = "条文ごとに、何が守るか、どの試験が確かめるか、何を待つかを出します。--check は、足りなければ失敗します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        found = entries(clauses.load(book) for book in clauses.available())
        if options["format"] == "json":
            self.stdout.write(json.dumps([entry.document() for entry in found], ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(_line(entry) for entry in found))
        if options["check"] and (wrong := list(faults(found))):
            raise CommandError("\n".join(wrong))


def _line(entry: Entry) -> str:
    clause = entry.clause
    who = {"code": "仕組み", "people": clause.who, "planned": f"これから（{clause.waits_for}）"}[
        clause.done_by
    ]
    return f"{clause.id}\t{clause.kind}\t{who}\t{len(entry.tests)}件の試験"
