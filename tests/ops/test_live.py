"""`make test-live` against servers of this machine: it publishes, finds and takes back, never shows a key, never runs
unasked."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.live import keys
from tests.servers import fake_line, fake_mastodon, fake_pds, fake_x
from tests.servers.loopback import Answer

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
HOW_TO = (ROOT / "docs" / "how-to" / "test-on-the-networks.md").read_text(encoding="utf-8")
LIVE = (*MAKEFILE.split("\ntest-live:")[1].split("-m pytest ")[1].splitlines()[0].split(),)
OTHERS = [chosen for chosen in re.findall(r'-m pytest .*?-m ("[^"]+"|\S+)', MAKEFILE) if chosen != "live"]
# A plugin that shows a key in every way there is.
LEAKING = """
import os

def pytest_runtest_setup(item):
    token = os.environ["LIVE_MASTODON_TOKEN"]
    print("printed", token)
    raise RuntimeError(f"raised {token}")
"""

pytestmark = pytest.mark.slow


@dataclass
class Networks:
    """The four of them, and the environment of somebody who has keys for all."""

    x: fake_x.FakeX
    line: fake_line.FakeLine
    mastodon: fake_mastodon.FakeMastodon
    bluesky: fake_pds.FakePds
    env: dict[str, str] = field(default_factory=dict)

    def texts(self) -> dict[str, list[object]]:
        return {name: getattr(self, name).texts() for name in keys.VARIABLES}


@pytest.fixture
def networks() -> Iterator[Networks]:
    with ExitStack() as stack:
        enter: Any = stack.enter_context
        x, line = enter(fake_x.running_x()), enter(fake_line.running_line())
        mastodon, bluesky = enter(fake_mastodon.running_fake_mastodon()), enter(fake_pds.running_fake())
        networks = Networks(x, line, mastodon, bluesky)
        x.now = mastodon.now = datetime.now(UTC)
        networks.env = {
            "LIVE_X_URL": x.url,
            "LIVE_X_HANDLE": fake_x.HANDLE,
            "LIVE_X_TOKEN": x.grant()["access_token"],
            "LIVE_LINE_URL": line.url,
            "LIVE_LINE_CHANNEL_ID": fake_line.CHANNEL_ID,
            "LIVE_LINE_CHANNEL_SECRET": fake_line.CHANNEL_SECRET,
            "LIVE_MASTODON_URL": mastodon.url,
            "LIVE_MASTODON_TOKEN": fake_mastodon.TOKEN,
            "LIVE_BLUESKY_URL": bluesky.url,
            "LIVE_BLUESKY_IDENTIFIER": fake_pds.HANDLE,
            "LIVE_BLUESKY_APP_PASSWORD": fake_pds.PASSWORD,
        }
        yield networks


def run(*options: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """pytest with these options and no other LIVE_ variable than these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIVE_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=ROOT, env={**kept, **env}, capture_output=True, text=True, timeout=100)
    secrets = [value for name, value in env.items() if re.search("TOKEN|SECRET|PASSWORD", name)]
    assert not [secret for secret in secrets if secret in done.stdout + done.stderr]
    return done


def test_every_network_is_asked_and_one_post_comes_and_goes_where_it_may(networks: Networks) -> None:
    done = run(*LIVE, LIVE_MAY_POST="1", **networks.env)
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout
    assert networks.x.asked.count(f"POST {fake_x.POSTS}") == 1
    assert networks.mastodon.count(fake_mastodon.POST) == 1
    assert networks.bluesky.count(fake_pds.PUT_RECORD) == 1
    assert fake_line.BROADCAST not in networks.line.asked
    assert networks.texts() == {name: [] for name in keys.VARIABLES}


def test_nothing_is_published_when_nobody_said_that_it_may_be(networks: Networks) -> None:
    done = run(*LIVE, **networks.env)
    assert (done.returncode, "4 passed, 3 skipped" in done.stdout) == (0, True), done.stdout
    assert "LIVE_MAY_POST=1" in done.stdout
    assert networks.x.asked.count(f"POST {fake_x.POSTS}") == networks.mastodon.count(fake_mastodon.POST) == 0
    assert networks.bluesky.count(fake_pds.PUT_RECORD) == 0
    assert fake_line.BROADCAST not in networks.line.asked


def test_missing_key_is_said_by_its_name_and_fails(networks: Networks) -> None:
    env = {**networks.env, "LIVE_MASTODON_TOKEN": " ", "LIVE_NETWORKS": "mastodon,line"}
    done = run(*LIVE, **{name: value for name, value in env.items() if value.strip()})
    assert done.returncode == 1
    assert "MISSING: LIVE_MASTODON_TOKEN for mastodon" in done.stdout
    assert "MISSING: LIVE_LINE" not in done.stdout
    assert "1 passed" in done.stdout


def test_test_post_is_taken_back_when_the_answer_was_lost(networks: Networks) -> None:
    networks.mastodon.accept_then(Answer(500))
    done = run(*LIVE, LIVE_MAY_POST="1", LIVE_NETWORKS="mastodon", **networks.env)
    assert (done.returncode, networks.mastodon.texts()) == (0, []), done.stdout


def test_test_post_that_stays_is_said_loudly(networks: Networks) -> None:
    networks.mastodon.fail(fake_mastodon.DELETE, Answer(503))
    done = run(*LIVE, LIVE_MAY_POST="1", LIVE_NETWORKS="mastodon", **networks.env)
    assert done.returncode == 1
    assert f"STILL THERE, delete by hand: {networks.mastodon.statuses[0].number}" in done.stdout


def test_key_stays_hidden_when_the_networks_repeat_it(networks: Networks) -> None:
    networks.env["LIVE_X_TOKEN"] = "another-secret-of-x"
    echo = {"error": "invalid_client", "error_description": fake_line.CHANNEL_SECRET}
    networks.line.fail(fake_line.TOKEN, Answer(400, echo))
    networks.mastodon.fail(fake_mastodon.VERIFY, Answer(401, {"error": fake_mastodon.TOKEN}))
    networks.bluesky.fail(fake_pds.CREATE_SESSION, Answer(200, {"did": 1, "handle": fake_pds.PASSWORD}))
    done = run(*LIVE, "--showlocals", "--tb=long", "-vv", **networks.env)
    assert "4 failed" in done.stdout, done.stdout


def test_key_stays_hidden_when_our_own_code_lets_it_out(networks: Networks, tmp_path: Path) -> None:
    (tmp_path / "leaking.py").write_text(LEAKING, encoding="utf-8")
    done = run(*LIVE, "-p", "leaking", "--showlocals", "--tb=long", PYTHONPATH=str(tmp_path), **networks.env)
    assert done.returncode == 1
    assert f"printed {keys.MASK}" in done.stdout
    assert f"RuntimeError: raised {keys.MASK}" in done.stdout


def test_no_network_is_called_by_the_other_targets() -> None:
    assert len(OTHERS) >= 3
    assert [chosen for chosen in OTHERS if not chosen.endswith(' and not live"')] == []


def test_no_network_is_called_by_pytest_alone() -> None:
    done = run("--collect-only", "-q", "-n0", "tests/live")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout
    assert "7 deselected" in done.stdout


def test_every_variable_is_named_in_the_documents() -> None:
    names = {name for variables in keys.VARIABLES.values() for name in variables.values()}
    for name in (*names, "LIVE_NETWORKS", "LIVE_MAY_POST"):
        assert f"`{name}`" in HOW_TO
