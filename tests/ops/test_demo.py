"""`make demo` as a person lives it: start, look, Ctrl-C, start again, start over."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from scripts import demo

ROOT = Path(__file__).resolve().parents[2]
CLOSING = "止めました。データは残っています。"

pytestmark = pytest.mark.slow


@pytest.fixture
def env(tmp_path: Path, unused_port: int) -> dict[str, str]:
    """The demo in a folder of its own, started where the environment belongs to another installation."""
    return {
        "PATH": os.environ["PATH"],
        "DEMO_DIR": str(tmp_path / "demo"),
        "PORT": str(unused_port),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }


def start(env: dict[str, str]) -> "tuple[subprocess.Popen[str], str]":
    """The running demo and everything it said up to its last line."""
    command = [sys.executable, "-m", "scripts.demo"]
    popen = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert popen.stdout is not None
    said = ""
    for line in popen.stdout:
        said += line
        if "Ctrl-C" in line:
            return popen, said
    popen.stdout.close()
    pytest.fail(f"the demo ended with {popen.wait()}:\n{said}")


def stop(popen: "subprocess.Popen[str]") -> str:
    popen.send_signal(signal.SIGINT)
    said, _ = popen.communicate(timeout=40)
    assert popen.returncode == 0, said
    return said


@pytest.mark.long
def test_demo_serves_says_who_is_who_and_keeps_its_data_when_started_again(
    env: dict[str, str], unused_port: int
) -> None:
    popen, said = start(env)
    try:
        assert f"http://localhost:{unused_port}/" in said
        assert "0〜24時" in said
        assert "佐藤" in said
        with urllib.request.urlopen(f"http://localhost:{unused_port}/", timeout=10) as page:
            assert page.status == 200
    finally:
        assert CLOSING in stop(popen)
    database = Path(env["DEMO_DIR"]) / "db.sqlite3"
    born = database.stat().st_ino
    stop(start(env)[0])
    assert database.stat().st_ino == born


def test_demo_reset_forgets_everything(env: dict[str, str]) -> None:
    folder = Path(env["DEMO_DIR"])
    folder.mkdir()
    (folder / "db.sqlite3").touch()
    subprocess.run([sys.executable, "-m", "scripts.demo", "--reset"], cwd=ROOT, env=env, check=True)
    assert not folder.exists()


def test_demo_environment_holds_nothing_of_another_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/")
    monkeypatch.setenv("OUTBOUND_HOSTS", "api.example")
    env = demo.environment(tmp_path)
    assert {"DATABASE_URL", "REDIS_URL", "OUTBOUND_HOSTS", "SECRET_KEY"}.isdisjoint(env)
    assert env["VAR_DIR"] == str(tmp_path)
