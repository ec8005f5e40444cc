"""The table of people as a city hall writes it on 1 April: its columns, and one `Row` for each line.

Reads and understands only; what the register says about it is looked up in `people_check`.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TextIO, TypeVar

from accounts.models import EMPLOYMENT_JA, ROLE_JA
from rules.states import Employment, Role

COLUMNS = (
    "ユーザー名",
    "氏名",
    "所属",
    "上の所属",
    "職",
    "任用の種類",
    "役割",
    "期間の終わり",
    "起案する公式アカウント",
)
_EMPLOYMENT = {label: key for key, label in EMPLOYMENT_JA.items()}
_ROLES = {label: key for key, label in ROLE_JA.items()}
T = TypeVar("T")


class ImportFault(ValueError):
    """What is wrong with the table, one sentence a line; nothing was written."""


@dataclass(frozen=True)
class Row:
    """One line. Who holds two roles has two lines; `accounts` are names of the register."""

    line: int
    username: str
    name: str
    section: str
    parent: str
    title: str
    employment: Employment
    role: Role | None
    until_on: date | None
    accounts: tuple[str, ...]

    @property
    def role_section(self) -> str:
        """Chiefs and deputies hold their office for the section of the line, the others for the city."""
        return self.section if self.role in (Role.CHIEF, Role.DEPUTY) else ""


def read(table: TextIO) -> list[Row]:
    """Every line that is not blank. Raises ImportFault naming each line that cannot be understood."""
    reader = csv.DictReader(table)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ImportFault(f"見出しの行に、次の列がありません: {'、'.join(missing)}")
    rows, faults = [], []
    for line, values in _lines(reader):
        try:
            rows.append(_row(line, values))
        except ValueError as error:
            faults.append(f"{line}行目: {error}")
    if faults:
        raise ImportFault("\n".join(faults))
    return rows


def _lines(reader: "csv.DictReader[str]") -> Iterator[tuple[int, Mapping[str, str]]]:
    for cells in reader:
        values = {name: (cells[name] or "").strip() for name in COLUMNS}
        if any(values.values()):
            yield reader.line_num, values


def _row(line: int, values: Mapping[str, str]) -> Row:
    for name in ("ユーザー名", "氏名", "所属"):
        if not values[name]:
            raise ValueError(f"「{name}」が空です。")
    return Row(
        line=line,
        username=values["ユーザー名"],
        name=values["氏名"],
        section=values["所属"],
        parent=values["上の所属"],
        title=values["職"],
        employment=_one_of(_EMPLOYMENT, values["任用の種類"] or "正規職員", "任用の種類"),
        role=_one_of(_ROLES, values["役割"], "役割") if values["役割"] else None,
        until_on=_day(values["期間の終わり"]),
        accounts=tuple(_names(values["起案する公式アカウント"])),
    )


def _one_of(known: Mapping[str, T], value: str, column: str) -> T:
    if value not in known:
        raise ValueError(f"「{column}」は、{'・'.join(known)} のどれかにしてください（「{value}」）。")
    return known[value]


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ValueError(f"「期間の終わり」は 2027-03-31 のように書いてください（「{value}」）。") from None


def _names(value: str) -> Iterator[str]:
    return (name.strip() for name in value.split("、") if name.strip())
