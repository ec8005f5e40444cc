"""What keeps the demo and production from starting is said in one sentence."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import launch, run

ROOT = Path(__file__).resolve().parents[2]


def test_port_is_refused_in_a_sentence_when_busy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        number = busy.getsockname()[1]
        with pytest.raises(launch.CannotStart, match="make demo PORT=8001") as refused:
            launch.port({"PORT": str(number)}, example="make demo PORT=8001")
    assert str(number) in str(refused.value)
    assert launch.port({"PORT": str(number)}, example="") == number


@pytest.mark.parametrize("text", ["eighty", "0", "70000", "-1", ""])
def test_port_is_refused_when_it_is_no_port(text: str) -> None:
    with pytest.raises(launch.CannotStart, match="ポート番号ではありません"):
        launch.port({"PORT": text}, example="")


def test_lock_is_refused_while_another_holds_it_and_free_afterwards(tmp_path: Path) -> None:
    with launch.only_one(tmp_path), pytest.raises(launch.CannotStart, match="もう動いています"):
        launch.only_one(tmp_path)
    launch.only_one(tmp_path).close()


def test_run_names_every_missing_setting() -> None:
    assert run.missing({}) == list(run.NEEDED)
    given = {"DATABASE_URL_FILE": "x", "REDIS_URL": "x", "SECRET_KEY_FILE": "x", "CREDENTIAL_KEYS": "x"}
    assert run.missing(given) == ["ALLOWED_HOSTS", "CITY_NETWORKS"]


def test_run_ends_with_one_sentence_when_settings_are_missing() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "scripts.run"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("設定がありません: DATABASE_URL、REDIS_URL")
    assert len(result.stderr.splitlines()) == 1
