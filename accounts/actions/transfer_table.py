"""異動の表: the columns of the transfer list as a city hall writes it, and one `Line` for each row of it.

Reads and understands only: bytes in, lines or faults out. Whom the lines name is looked up by whoever plans.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from accounts.actions.people_table import ImportFault
from accounts.models import EMPLOYMENT_JA, ROLE_JA
from rules.states import Employment, Role

MOST_BYTES = 2_000_000
MOST_LINES = 5_000


class Move(StrEnum):
    """区分: what becomes of the person."""

    MOVED = "異動"
    LEFT = "退職"
    JOINED = "採用"


USERNAME, NAME, MOVE, SECTION, TITLE = "ユーザー名", "氏名", "区分", "新しい所属", "新しい職"
EMPLOYMENT, ROLE, ROLE_END = "任用の種類", "新しい役割", "役割の終わり"
ACCOUNTS, SUCCESSOR = "起案する公式アカウント", "引継ぎ先"
COLUMNS = (USERNAME, NAME, MOVE, SECTION, TITLE, EMPLOYMENT, ROLE, ROLE_END, ACCOUNTS, SUCCESSOR)
_NEEDED = {
    Move.MOVED: (USERNAME, NAME, SECTION),
    Move.LEFT: (USERNAME, NAME),
    Move.JOINED: (USERNAME, NAME, SECTION),
}
_EMPLOYMENT = {label: key for key, label in EMPLOYMENT_JA.items()}
_ROLES = {label: key for key, label in ROLE_JA.items()}
_PDF = b"%PDF"
T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """One row. After it the person holds exactly the role and the accounts it names, in the section it names.

    Who holds two roles has two rows. `successor` is the username of whoever takes over what was in their hands.
    """

    number: int
    username: str
    name: str
    move: Move
    section: str
    title: str
    employment: Employment
    role: Role | None
    until_on: date | None
    accounts: tuple[str, ...]
    successor: str


def text_of(data: bytes) -> str:
    """The table's text from UTF-8 (with or without BOM) or Shift_JIS. Raises ImportFault for anything else."""
    if data.startswith(_PDF) or b"\0" in data:
        raise ImportFault("CSVの表ではありません。Excelなら「CSV形式で保存」したファイルを選んでください。")
    if len(data) > MOST_BYTES:
        raise ImportFault("ファイルが大きすぎます。異動する人の行だけにしてください。")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportFault("文字が読めません。UTF-8かShift_JISで保存し直してください。")


def read(text: str) -> list[Line]:
    """Every row that is not blank. Raises ImportFault naming each row that cannot be understood."""
    rows = _rows(text)
    columns = _columns(rows[0] if rows else [])
    lines, faults = [], []
    for number, cells in _numbered(rows):
        try:
            lines.append(_line(number, _values(columns, cells)))
        except ValueError as error:
            faults.append(f"{number}行目: {error}")
    if not lines and not faults:
        faults.append("異動する人の行がありません。見出しの下に書いてください。")
    if faults:
        raise ImportFault("\n".join(faults))
    return lines


def _rows(text: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True))
    except csv.Error:
        raise ImportFault("表が途中で切れているか、引用符が閉じていません。作り直してください。") from None
    if len(rows) > MOST_LINES:
        raise ImportFault(f"行が多すぎます。{MOST_LINES}行までに分けてください。")
    return rows


def _columns(head: Sequence[str]) -> list[str]:
    columns = [cell.strip() for cell in head]
    if missing := [name for name in COLUMNS if name not in columns]:
        raise ImportFault(f"見出しの行に、次の列がありません: {'、'.join(missing)}")
    return columns


def _numbered(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows below the heading by their number in the file as a spreadsheet shows it."""
    return ((number, cells) for number, cells in enumerate(rows[1:], 2) if any(map(str.strip, cells)))


def _values(columns: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    if len(cells) != len(columns):
        raise ValueError(
            f"列の数が見出しと違います（{len(cells)}列）。行が途中で切れていないか見てください。"
        )
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}


def _line(number: int, values: Mapping[str, str]) -> Line:
    move = _one_of({move.value: move for move in Move}, values[MOVE] or Move.MOVED.value, MOVE)
    if empty := [name for name in _NEEDED[move] if not values[name]]:
        raise ValueError(f"「{'」「'.join(empty)}」が空です。")
    if move == Move.LEFT and (values[ROLE] or values[ACCOUNTS]):
        raise ValueError("退職する人に、新しい役割や起案する公式アカウントは付けられません。")
    return Line(
        number=number,
        username=values[USERNAME],
        name=values[NAME],
        move=move,
        section=values[SECTION],
        title=values[TITLE],
        employment=_one_of(_EMPLOYMENT, values[EMPLOYMENT] or "正規職員", EMPLOYMENT),
        role=_one_of(_ROLES, values[ROLE], ROLE) if values[ROLE] else None,
        until_on=_day(values[ROLE_END]),
        accounts=tuple(name.strip() for name in values[ACCOUNTS].split("、") if name.strip()),
        successor=values[SUCCESSOR],
    )


def _one_of(known: Mapping[str, T], value: str, column: str) -> T:
    if value not in known:
        raise ValueError(f"「{column}」は、{'・'.join(known)} のどれかにしてください（「{value}」）。")
    return known[value]


def _day(value: str) -> date | None:
    if not value:
        return None
    try:
        year, month, day = value.replace("/", "-").split("-")
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"「{ROLE_END}」は 2027-03-31 のように書いてください（「{value}」）。") from None
