"""`make mutants` itself: each operator makes its fault, and what survives is told from what is killed."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.mutation import mutants

ROOT = Path(__file__).resolve().parents[2]

# What somebody may write, and what each operator makes of it.
FAULTS = {
    "a == b": ["a == b → a != b"],
    "a < b": ["a < b → a <= b", "a < b → a >= b"],
    "a is None": ["a is None → a is not None"],
    "a not in b": ["a not in b → a in b"],
    "a and b": ["a and b → a or b"],
    "not a": ["not a → a"],
    "a + 2": ["a + 2 → a - 2", "2 → 3"],
    "a = True": ["True → False"],
    "Reason('no_account', '送り先がありません。')": ["'no_account' → 'mutated'"],
    "{'key': a}": ["drop 'key'", "'key' → 'mutated'"],
    "(a, b)": ["drop a", "drop b"],
    "frozenset({a})": ["drop a"],
    "[a for a in b if a]": ["a → not a"],
    "P.DRAFTING, P.CLEARED": [
        "drop P.DRAFTING",
        "drop P.CLEARED",
        "P.DRAFTING → P.CLEARED",
        "P.CLEARED → P.DRAFTING",
    ],
    "def f(a=''): pass": ["'' → 'mutated'"],
    "def f(): yield a": ["drop yield a"],
    "def f(): return a": ["return a → return None"],
    "def f():\n  return": ["return → pass"],
    "if a: pass": ["a → not a"],
    "def row(a, *gates): pass\nrow(a, g, h)": ["drop g", "drop h"],
}
NO_LOGIC = {
    "docstring": '"""word"""',  # a code by its looks
    "sentence": "a = '理由が書かれていません。'",
    "f-string": "a = f'{b + 1}'",
    "annotation": "def f(a: tuple[int, str] | None) -> dict[str, int]: pass",
    "decorator": "@dataclass(frozen=True)\nclass A: pass",
    "assert": "assert a == b",
    "unpacking": "p, q = A, B",
}

CODES = tuple("abcdefghijklm")
MODULE = f"""CODES = {CODES}

def positive(number):
    return number > 0

def last(codes):
    return codes[-1 if codes else 0]
"""
GOOD_TEST = f"""from rules.gates import CODES, last, positive

def test_codes():
    assert CODES == {CODES}

def test_positive():
    assert positive(1) and not positive(-1) and not positive(0)

def test_last():
    assert last("ab") == "b"
"""
EQUIVALENT = ("last", "0 → 1")
KILLED = ("positive", "number > 0 → number >= 0")
HURRIED = ("-c", "from scripts import mutants; mutants.HANGS_AFTER = 0.5; exit(mutants.main())")
GONE = ("positive", "number < 7 → number <= 7")


def accepted(*entries: tuple[str, str]) -> str:
    line = '[[survivor]]\nmodule = "rules/gates.py"\nwhere = "{}"\nchange = "{}"\nreason = "同じこと"\n'
    return "".join(line.format(*entry) for entry in entries)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A module with one test too few: nobody asks for the last of no codes."""
    for folder in ("rules", "tests/rules", "tests/mutants"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "rules/__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tmp_path / "rules/gates.py").write_text(MODULE)
    (tmp_path / "tests/rules/test_gates.py").write_text(GOOD_TEST)
    return tmp_path


def run(
    project: Path, *arguments: str, command: Sequence[str] = ("-m", "scripts.mutants")
) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    whole = [sys.executable, *command, *arguments]
    return subprocess.run(whole, cwd=project, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("text", FAULTS)
def test_operators_make_their_faults_and_no_others(text: str) -> None:
    assert sorted(mutant.change for mutant in mutants("m.py", text)) == sorted(FAULTS[text])


@pytest.mark.parametrize("text", NO_LOGIC.values(), ids=NO_LOGIC)
def test_what_is_no_logic_stays_as_it_is(text: str) -> None:
    assert mutants("m.py", text) == []


@pytest.mark.parametrize("text", [*FAULTS, MODULE])
def test_mutant_is_python_with_a_name_of_its_own_and_differs(text: str) -> None:
    found = mutants("m.py", text)
    for mutant in found:
        compile(mutant.after, "m.py", "exec")
        assert mutant.diff
    assert len({mutant.name for mutant in found}) == len(found)


def test_mutant_is_named_by_its_row_when_it_is_in_a_table() -> None:
    found = mutants("m.py", "TABLE = (row(V.DRAFT, x), row(V.SEND, {y}))")
    assert {mutant.where for mutant in found if "y" in mutant.after} >= {"TABLE", "TABLE V.SEND"}


def test_fault_stands_where_it_belongs_when_wide_letters_come_before_it() -> None:
    (found,) = mutants("m.py", "a = f('見出し', b == c, '本文')")
    assert found.after == "a = f('見出し', (b != c), '本文')"


def test_run_passes_when_every_survivor_is_explained(project: Path) -> None:
    (project / "tests/mutants/survivors.toml").write_text(accepted(EQUIVALENT))
    done = run(project, "rules/gates.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rules/gates.py:7  last: 0 → 1\n" in done.stdout
    assert "+    return codes[-1 if codes else 1]\n  accepted: 同じこと" in done.stdout
    assert KILLED[1] not in done.stdout


def test_run_fails_when_a_survivor_is_not_explained_and_explained_ones_are_none(project: Path) -> None:
    (project / "tests/mutants/survivors.toml").write_text(accepted(KILLED, GONE))
    done = run(project)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "+    return codes[-1 if codes else 1]\n  NOT EXPLAINED" in done.stdout
    unexplained, killed, gone = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert unexplained.startswith("FAIL 1 survivors without a reason")
    assert killed.endswith("tests/rules/test_gates.py::test_positive")
    assert gone.endswith("there is no such mutant")


def test_module_fails_when_too_few_are_killed_and_a_mutant_that_hangs_is_killed(project: Path) -> None:
    (project / "rules/gates.py").write_text("def f(a):\n  while not a: a = a or 1\n  return a < 1")
    (project / "tests/rules/test_gates.py").write_text("from rules.gates import f\ndef test_f(): f(0)")
    done = run(project, command=HURRIED)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "killed otherwise than by a failing test: {'hangs': 1}" in done.stdout
    assert "FAIL rules/gates.py: 14.3 % killed, 95 % wanted" in done.stdout


def test_nothing_is_said_about_mutants_when_the_tests_fail_without_any(project: Path) -> None:
    (project / "tests/rules/test_gates.py").write_text("def test_red(): assert False")
    done = run(project)
    assert done.returncode == 2
    assert "the tests fail without any mutant: tests/rules/test_gates.py::test_red" in done.stdout


def test_mutants_are_only_listed_when_asked(project: Path) -> None:
    done = run(project, "--list")
    assert done.returncode == 0
    assert done.stdout.count("\n") == len(mutants("rules/gates.py", MODULE))
