"""Which test names which clause, read from the source of the test suite: as decorators, in `pytestmark`, in `marks=`
of a case. A mark anywhere else, on something that is no test, or not written out, proves nothing."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Marks:
    """What one source says: the clauses it proves, by which tests, and the lines of marks that prove nothing."""

    tests: dict[str, set[str]] = field(default_factory=dict)
    useless: list[int] = field(default_factory=list)

    @property
    def proved(self) -> set[str]:
        return set(self.tests)


def read(source: str) -> Marks:
    """The marks of one test file. A mark in the wrong place, or not written out, is useless."""
    tree = ast.parse(source)
    marks = Marks()
    counting = dict(_places(tree))
    for call in _clause_calls(tree):
        names = counting.get(id(call), [])
        found = _literals(call) if names else set()
        for key in found:
            marks.tests.setdefault(key, set()).update(names)
        if not found:
            marks.useless.append(call.lineno)
    return marks


def proofs(folder: Path) -> dict[str, list[str]]:
    """Clause id → the tests that name it, as `folder/file.py::test`, sorted."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        file = path.relative_to(folder.parent).as_posix()
        for key, names in read(path.read_text(encoding="utf-8")).tests.items():
            found.setdefault(key, set()).update(f"{file}::{name}" for name in names)
    return {key: sorted(found[key]) for key in sorted(found)}


def _clause_calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every `….mark.clause(…)` in the node."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            mark = part.func.value
            name = mark.attr if isinstance(mark, ast.Attribute) else getattr(mark, "id", "")
            if part.func.attr == "clause" and name == "mark":
                yield part


def _places(tree: ast.Module) -> Iterator[tuple[int, list[str]]]:
    """Where a mark counts, and for which tests: decorators of tests (with their cases) and of classes of tests, and
    `pytestmark` beside at least one test."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    owners: list[ast.Module | ast.ClassDef] = [tree]
    owners += [node for node in classes if node.name.startswith("Test")]
    for owner in owners:
        names = [test.name for test in _tests(owner)]
        marked: list[ast.AST] = [node for node in owner.body if _is_pytestmark(node)]
        marked += owner.decorator_list if isinstance(owner, ast.ClassDef) else []
        for call in (call for place in marked if names for call in _clause_calls(place)):
            yield id(call), names
    for test in _tests(tree):
        for call in (call for place in test.decorator_list for call in _clause_calls(place)):
            yield id(call), [test.name]


def _tests(node: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    functions = [part for part in ast.walk(node) if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [function for function in functions if function.name.startswith("test_")]


def _is_pytestmark(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
    )


def _literals(call: ast.Call) -> set[str]:
    """The ids written out in the call; nothing when any of them is not."""
    written = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    return set(written) if len(written) == len(call.args) and not call.keywords else set()
