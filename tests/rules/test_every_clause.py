"""Every clause that code sees to is proved by a test that names it, and no test names a clause that is not there.

The marks are read from the source of the whole test suite: as decorators, in `pytestmark`, in `marks=` of a case.
A mark anywhere else, on something that is no test, or not written out, proves nothing and is an error.
"""

from pathlib import Path

import pytest

from desk.reference.clause_marks import Marks, read
from rules import clauses

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def suite() -> dict[str, Marks]:
    """File → its marks, for the whole test suite."""
    files = sorted(TESTS.rglob("test_*.py"))
    return {str(path.relative_to(TESTS)): read(path.read_text(encoding="utf-8")) for path in files}


@pytest.fixture(scope="module")
def known() -> dict[str, clauses.Clause]:
    books = [clauses.load(book) for book in clauses.available()]
    return {clause.id: clause for book in books for clause in book.clauses.values()}


def test_clause_is_named_by_a_test_when_code_sees_to_it(
    suite: dict[str, Marks], known: dict[str, clauses.Clause]
) -> None:
    proved = {key for marks in suite.values() for key in marks.proved}
    by_code = {key for key, clause in known.items() if clause.done_by == "code"}
    assert by_code, "no clause is seen to by code: the rulebooks were not read"
    missing = sorted(by_code - proved)
    assert missing == [], f"no test names these {len(missing)} clauses: {', '.join(missing)}"


def test_clause_exists_when_a_test_names_it(
    suite: dict[str, Marks], known: dict[str, clauses.Clause]
) -> None:
    unknown = {file: marks.proved - known.keys() for file, marks in suite.items()}
    assert {file: sorted(keys) for file, keys in unknown.items() if keys} == {}


def test_mark_stands_on_a_test_and_is_written_out_when_it_names_a_clause(suite: dict[str, Marks]) -> None:
    assert {file: marks.useless for file, marks in suite.items() if marks.useless} == {}


# --- The reader itself

CASE = 'pytest.param(1, marks=pytest.mark.clause("m:1"))'


@pytest.mark.parametrize(
    ("source", "proved", "useless"),
    [
        ('@pytest.mark.clause("m:1")\ndef test_a(): pass', {"m:1"}, []),
        ('@pytest.mark.clause("m:1", "m:2")\nasync def test_a(): pass', {"m:1", "m:2"}, []),
        ('@mark.clause("m:1")\ndef test_a(): pass', {"m:1"}, []),
        ('pytestmark = pytest.mark.clause("m:1")\ndef test_a(): pass', {"m:1"}, []),
        ('pytestmark = [pytest.mark.slow, pytest.mark.clause("m:1")]\ndef test_a(): pass', {"m:1"}, []),
        (f'@pytest.mark.parametrize("a", [{CASE}, 2])\ndef test_a(a): pass', {"m:1"}, []),
        ('@pytest.mark.clause("m:1")\nclass TestA:\n    def test_a(self): pass', {"m:1"}, []),
        ('class TestA:\n    @pytest.mark.clause("m:1")\n    def test_a(self): pass', {"m:1"}, []),
        # These prove nothing.
        ('pytestmark = pytest.mark.clause("m:1")', set(), [1]),
        ('@pytest.mark.clause("m:1")\ndef helper(): pass', set(), [1]),
        ('mark = pytest.mark.clause("m:1")\ndef test_a(): pass', set(), [1]),
        ('@pytest.mark.clause(f"m:{1}")\ndef test_a(): pass', set(), [1]),
        ('@pytest.mark.clause("m:1", NAME)\ndef test_a(): pass', set(), [1]),
        ("@pytest.mark.clause()\ndef test_a(): pass", set(), [1]),
        ('"""@pytest.mark.clause("m:1")"""\ndef test_a(): pass', set(), []),
    ],
)
def test_reader_finds_exactly_the_marks_that_count(source: str, proved: set[str], useless: list[int]) -> None:
    marks = read(source)
    assert (marks.proved, marks.useless) == (proved, useless)


def test_reader_sees_this_suite_when_it_is_read(suite: dict[str, Marks]) -> None:
    assert "mima:5-ただし書" in suite["rules/test_matrix_posts.py"].proved
