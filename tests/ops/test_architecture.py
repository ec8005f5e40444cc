"""What the import contracts cannot see: only actions write, the rules never ask for the time."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "policies", "posts", "desk")
# Actions and what they are made of; the training network (connections), tokens that networks replace (tokens) and the
# demo city (demo).
WRITERS = ("actions", "acts.py", "vault.py", "connections.py", "tokens.py", "migrations", "demo")
WRITES = {"save", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update"}
CLOCKS = {"now", "today", "utcnow", "localdate", "localtime", "monotonic", "time"}


def calls(folder: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of a method or of a module's function under `folder`."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield path.relative_to(ROOT), node


def writes(call: ast.Call) -> bool:
    """Whether the call writes rows; `update` and `delete` count when a manager or a query is asked."""
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr in WRITES:
        return True
    return call.func.attr in {"update", "delete"} and "objects" in ast.unparse(call.func.value)


def test_only_actions_write() -> None:
    found = [
        f"{path}:{call.lineno} {ast.unparse(call.func)}"
        for app in APPS
        for path, call in calls(app)
        if path.parts[1] not in WRITERS and writes(call)
    ]
    assert found == []


def test_only_actions_write_in_plain_sql() -> None:
    """What `accounts.sql` writes is as good as `save`, and is for the same hands."""
    writers = {"save", "insert", "write"}
    found = [
        str(path.relative_to(ROOT))
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "accounts.sql"
        if writers & {name.name for name in node.names} and path.relative_to(ROOT).parts[1] not in WRITERS
    ]
    assert found == []


def test_actions_are_seen_to_write() -> None:
    assert [path for app in APPS for path, call in calls(app) if "actions" in path.parts and writes(call)]


def test_rules_never_ask_for_the_time() -> None:
    found = [
        f"{path}:{call.lineno} {ast.unparse(call.func)}"
        for path, call in calls("rules")
        if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS
    ]
    assert found == []
