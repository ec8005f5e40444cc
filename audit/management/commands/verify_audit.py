"""`verify_audit`: reads the whole record and says whether it is still what was written. Changes nothing."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from audit.chain import Fault
from audit.verification import Finding, Report, verify

_ENTRY = {
    Fault.MISSING: "ありません。",
    Fault.BODY: "書き換えられています（本文がハッシュと合いません）。",
    Fault.COLUMNS: "書き換えられています（各欄が本文と合いません）。",
    Fault.LINK: "前の記録とつながっていません。",
    Fault.PAYLOAD: "書き換えられています（内容が本文と合いません）。",
    Fault.SEALED: "封をしたときのものと違います。",
    Fault.HEAD: "末尾の控えと合いません。",
    Fault.LOOSE: "末尾の控えに載っていません。",
    Fault.UNSEALED: "封をしたとされていますが、その封がありません。",
}
_SEAL = {
    Fault.MISSING: "ありません。",
    Fault.BODY: "書き換えられています（本文がハッシュと合いません）。",
    Fault.COLUMNS: "書き換えられています（各欄が本文と合いません）。",
    Fault.LINK: "前の封とつながっていません。",
    Fault.TOTALS: "数える記録の数と、封をした記録の数が合いません。",
}


class Command(BaseCommand):
    help = "記録が書き換えられたり失われたりしていないかを調べます。最初に見つけた異常を示します。"

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify()
        if report.finding:
            self.stderr.write(sentence(report.finding))
            sys.exit(1)
        self.stdout.write(counts(report))


def sentence(finding: Finding) -> str:
    if finding.stream:
        return f"{finding.stream} の {finding.seq} 番目の記録が{_ENTRY[finding.fault]}"
    return f"{finding.seq} 番目の封が{_SEAL[finding.fault]}"


def counts(report: Report) -> str:
    return (
        f"記録に異常はありません。つづり {report.streams:,} 件、記録 {report.entries:,} 件、"
        f"封 {report.seals:,} 件を調べました。"
    )
