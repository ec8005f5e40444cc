"""The arrows of the house: each contract is there by name, holds, and notices an arrow turned round."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
PACKAGES: list[str] = CONFIG["root_packages"]

# Each contract and an import that it must notice: (module that imports, what it must not).
FORBIDDEN = {
    "house": ("audit/chain.py", "import posts.models"),
    "app": ("posts/models/case.py", "import posts.actions"),
    "rules": ("rules/facts.py", "import rules.workflow"),
    "checks": ("rules/checks/material.py", "import rules.checks.dates"),
    "connections": ("posts/facts.py", "import platforms.registry"),
    "adapters": ("accounts/connections.py", "import platforms.bluesky"),
    "adapters-apart": ("platforms/training.py", "import platforms.bluesky"),
    "pure": ("platforms/base.py", "import django.db"),
    "network": ("platforms/bluesky.py", "import httpx"),
}


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", *chosen], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and their contracts, free to be spoilt."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_contracts_are_all_there_by_name() -> None:
    assert {contract["id"] for contract in CONFIG["contracts"]} == set(FORBIDDEN)


def test_contracts_hold_as_the_code_stands() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{len(FORBIDDEN)} kept, 0 broken" in result.stdout


def test_contracts_each_notice_an_arrow_turned_round(copy: Path) -> None:
    for module, forbidden in FORBIDDEN.values():
        path = copy / module
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{forbidden}\n", encoding="utf-8")
    unnoticed = [name for name in FORBIDDEN if "1 broken" not in lint(copy, name).stdout]
    assert unnoticed == []


def test_contracts_name_every_adapter() -> None:
    sources = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "platforms").glob("*.py")}
    adapters = {f"platforms.{name}" for name, source in sources.items() if "(Adapter):" in source}
    contracts = {contract["id"]: contract for contract in CONFIG["contracts"]}
    assert set(contracts["adapters"]["protected_modules"]) == adapters
    assert set(contracts["adapters-apart"]["modules"]) == adapters
