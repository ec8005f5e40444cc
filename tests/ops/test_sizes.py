"""Small functions, small modules: the size limits of the house, on everything but tests and migrations."""

import ast
import statistics
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
FOLDERS = [*HOUSE["root_packages"], "scripts", "bench"]
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 30
MEDIAN_LINES = 8


def modules() -> list[Path]:
    found = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def functions() -> dict[str, int]:
    """Lines of each function, from its `def` to its end, by place and name."""
    lines = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                lines[place] = (node.end_lineno or node.lineno) - node.lineno + 1
    return lines


def test_module_has_at_most_400_lines() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()
    }
    assert lines
    assert {place: n for place, n in lines.items() if n > MOST_LINES_OF_A_MODULE} == {}


def test_function_has_at_most_30_lines() -> None:
    assert {place: n for place, n in functions().items() if n > MOST_LINES_OF_A_FUNCTION} == {}


def test_function_has_a_median_of_at_most_8_lines() -> None:
    assert statistics.median(functions().values()) <= MEDIAN_LINES
