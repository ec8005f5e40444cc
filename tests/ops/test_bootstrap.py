"""Making the environment: one clear sentence when this machine cannot, and locks that name no host."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bootstrap

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock")


def test_python_is_accepted_when_new_enough() -> None:
    assert bootstrap.python_problem(version=(3, 11)) == ""
    assert bootstrap.python_problem(version=(3, 14)) == ""


def test_python_is_refused_in_one_sentence_when_old() -> None:
    sentence = bootstrap.python_problem(version=(3, 9), which=lambda name: None)
    assert "Python 3.11以上が必要" in sentence
    assert "3.9" in sentence
    assert "\n" not in sentence


def test_python_refusal_names_a_newer_python_when_there_is_one() -> None:
    sentence = bootstrap.python_problem(version=(3, 9), which=lambda name: name == "python3.12", runs=bool)
    assert "make demo PYTHON=python3.12" in sentence


def test_python_refusal_names_no_python_when_the_newer_one_does_not_run() -> None:
    sentence = bootstrap.python_problem(version=(3, 9), which=lambda name: name, runs=lambda name: False)
    assert "PYTHON=" not in sentence


def test_venv_is_asked_for_in_one_sentence_when_its_module_is_missing() -> None:
    assert bootstrap.venv_problem() == ""
    sentence = bootstrap.venv_problem(modules=("venv", "no_such_module"))
    assert "no_such_module" in sentence
    assert "apt-get install python3-venv" in sentence
    assert "\n" not in sentence


def test_bootstrap_can_be_read_by_an_old_python() -> None:
    source = (ROOT / "scripts/bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 4))
    assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]


def test_bootstrap_needs_nothing_but_the_standard_library() -> None:
    command = [sys.executable, "-I", "-S", "scripts/bootstrap.py"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "IndexError" in result.stderr  # it ran as far as the missing argument


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_is_hashed_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z0-9].*==.*$", text, flags=re.MULTILINE)
    assert packages
    assert all(line.endswith("\\") for line in packages)
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


def test_lock_for_development_holds_everything_of_the_runtime() -> None:
    pins = [set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)) for lock in LOCKS]
    runtime, development, _ = pins
    assert runtime <= development
