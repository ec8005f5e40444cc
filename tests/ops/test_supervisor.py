"""Processes that start together, are watched and stop together."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAYS_WHEN_IT_ENDS = """
import signal, sys, time, pathlib
name = sys.argv[1]
def end(*_):
    with open("ends", "a") as ends: ends.write(name + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path(name + ".up").touch()
time.sleep(60)
"""
IGNORES_SIGTERM = """
import signal, time, pathlib
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path("stubborn.up").touch()
time.sleep(60)
"""
DIES_SOON = """
import time, pathlib
pathlib.Path("dies.up").touch()
time.sleep(1)
raise SystemExit("no more paper")
"""
DRIVER = """
import sys
from pathlib import Path
from scripts.processes import Process
from scripts.supervisor import Supervisor
here = Path.cwd()
together = [Process(*entry) for entry in {entries!r}]
supervisor = Supervisor(together, env={{}}, logs=here)
sys.exit(supervisor.run(
    is_ready=lambda: {ready}, ready_seconds={seconds}, on_ready=lambda: print("ready", flush=True)))
"""


def start(
    folder: Path, *entries: tuple[str, str], ready: bool = True, seconds: float = 10
) -> "subprocess.Popen[str]":
    """Runs a supervisor over one Python program per entry (name, source), each with a short grace."""
    commands = []
    for name, source in entries:
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
        commands.append((name, [sys.executable, f"{name}.py", name], 0.5))
    up = f"all((here / f'{{p.name}}.up').exists() for p in together) and {ready}"
    driver = DRIVER.format(entries=commands, ready=up, seconds=seconds)
    return subprocess.Popen(
        [sys.executable, "-c", driver],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_supervisor_stops_the_last_started_first_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    supervisor = start(tmp_path, ("first", SAYS_WHEN_IT_ENDS), ("second", SAYS_WHEN_IT_ENDS))
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "ready\n"
    supervisor.send_signal(number)
    supervisor.communicate(timeout=10)
    assert supervisor.returncode == 0
    assert (tmp_path / "ends").read_text(encoding="utf-8").split() == ["second", "first"]


def test_supervisor_kills_a_process_when_it_does_not_end_in_its_grace(tmp_path: Path) -> None:
    supervisor = start(tmp_path, ("stubborn", IGNORES_SIGTERM))
    assert supervisor.stdout is not None
    supervisor.stdout.readline()
    begun = time.monotonic()
    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=10)
    assert supervisor.returncode == 0
    assert 0.4 < time.monotonic() - begun < 5


def test_supervisor_stops_all_and_names_the_log_when_one_process_dies(tmp_path: Path) -> None:
    supervisor = start(tmp_path, ("other", SAYS_WHEN_IT_ENDS), ("dies", DIES_SOON))
    _, said = supervisor.communicate(timeout=20)
    assert supervisor.returncode == 1
    assert "dies が止まりました（終了コード 1）" in said
    assert str(tmp_path / "dies.log") in said
    assert "no more paper" in (tmp_path / "dies.log").read_text(encoding="utf-8")
    assert (tmp_path / "ends").read_text(encoding="utf-8").split() == ["other"]


def test_supervisor_gives_up_in_a_sentence_when_nothing_gets_ready(tmp_path: Path) -> None:
    supervisor = start(tmp_path, ("slow", SAYS_WHEN_IT_ENDS), ready=False, seconds=1)
    said, complained = supervisor.communicate(timeout=20)
    assert supervisor.returncode == 1
    assert "ready" not in said
    assert "起動しませんでした" in complained
