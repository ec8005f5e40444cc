"""The containers against the code: commands exist, variables are read, secrets are made, nobody is root."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from scripts import make_secrets, processes, run

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROCESSES = ("web", "worker", "beat")
OURS = (*PROCESSES, "migrate")
READERS = (
    "sns_governance/settings.py",
    "sns_governance/env.py",
    "scripts/processes.py",
    "scripts/healthcheck.py",
)
MADE = {*make_secrets.APPLICATION, *make_secrets.database_secrets()}


def variables_read() -> set[str]:
    sources = [(ROOT / reader).read_text(encoding="utf-8") for reader in READERS]
    return {name for source in sources for name in re.findall(r'"([A-Z][A-Z_]+)"', source)}


def by_value(name: str) -> str:
    return name.removesuffix("_FILE")


def test_compose_has_exactly_the_services_of_the_installation() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "redis"}


@pytest.mark.parametrize("name", PROCESSES)
def test_compose_runs_the_same_process_as_the_supervisor(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(processes.os, "execv", lambda program, command: started.append([program, *command]))
    monkeypatch.setattr(processes.sys, "argv", ["processes", name])
    processes.main()
    assert SERVICES[name]["command"] == ["python", "-m", "scripts.processes", name]
    expected = {"web": processes.WEB, "worker": processes.WORKER, "beat": processes.BEAT}[name]
    assert [*expected] == [Path(started[0][1]).name, *started[0][2 : len(expected) + 1]]


def test_compose_migrates_as_the_owner_and_serves_as_another() -> None:
    assert SERVICES["migrate"]["command"][:3] == ["python", "manage.py", "migrate"]
    assert SERVICES["migrate"]["environment"]["DATABASE_URL_FILE"] == "/run/secrets/database_url_owner"
    for name in PROCESSES:
        assert SERVICES[name]["environment"]["DATABASE_URL_FILE"] == "/run/secrets/database_url"
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("name", OURS)
def test_compose_sets_only_variables_that_the_code_reads_and_all_that_it_needs(name: str) -> None:
    variables = SERVICES[name]["environment"]
    assert {by_value(variable) for variable in variables} <= variables_read()
    assert set(run.NEEDED) <= {by_value(variable) for variable in variables}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_compose_gives_each_service_the_secrets_that_its_variables_name(name: str) -> None:
    variables = SERVICES[name].get("environment", {})
    named = {Path(value).name for key, value in variables.items() if key.endswith("_FILE")}
    assert named == set(SERVICES[name].get("secrets", []))


def test_compose_takes_its_secrets_from_where_they_are_made() -> None:
    assert {name: f"./secrets/{name}" for name in MADE} == {
        name: entry["file"] for name, entry in COMPOSE["secrets"].items()
    }


def test_compose_gives_the_worker_time_to_finish_what_it_sends() -> None:
    seconds = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))
    assert seconds > settings.SEND_DEADLINE_SECONDS + 5


def test_compose_restarts_and_checks_what_serves() -> None:
    assert {name for name in SERVICES if SERVICES[name]["restart"] != "unless-stopped"} == {"migrate"}
    checked = {name for name in SERVICES if "test" in SERVICES[name].get("healthcheck", {})}
    assert checked == {"postgres", "redis", "worker"}
    assert "HEALTHCHECK" in DOCKERFILE
    assert "healthcheck" not in SERVICES["web"]  # the image's own check asks /healthz


def test_compose_opens_the_staff_screens_to_this_machine_only() -> None:
    published = {name: SERVICES[name]["ports"] for name in SERVICES if "ports" in SERVICES[name]}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_image_runs_as_nobody_special() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    assert re.findall(r"^USER (\w+)$", stages[-1], re.MULTILINE) == ["sns"]
    for name in OURS:
        assert "user" not in SERVICES[name]
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["read_only"] is True


def test_image_is_built_from_the_hashed_lock() -> None:
    assert "--require-hashes --no-deps --only-binary :all: -r /tmp/requirements.lock" in DOCKERFILE


def test_image_names_hold_no_host() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    images += [service["image"] for service in SERVICES.values()]
    assert [image for image in images if re.match(r"[^/]*[.:][^/]*/", image)] == []


def test_image_holds_the_program_and_no_secret() -> None:
    house = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    needed = {*house["root_packages"], "scripts", "static", "templates", "manage.py", "requirements.lock"}
    assert let_in == needed


def test_roles_script_is_sound_shell() -> None:
    for script in ("scripts/postgres-roles.sh", ".ci/run"):
        subprocess.run(["bash", "-n", ROOT / script], check=True)
