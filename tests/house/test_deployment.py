"""The image, the compose file, the hooks and the workflow say what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from cli.main import _parser
from tests.house.tree import ROOT, read

COMPOSE: dict[str, Any] = yaml.safe_load(read("docker-compose.yml"))
WORKERS = {f"worker-{queue}" for queue in ("interactive", "indexing", "background", "thinking")}
PROCESSES = {"migrate", "bot", "web", *WORKERS}
# Read by Docker Compose only.
NOT_PONDERS = {"POSTGRES_PASSWORD", "ARTIFACTS_SECRET_KEY"}


def environment_names() -> set[str]:
    """The variables that the one reader of the environment reads."""
    return set(re.findall(r'"((?:PONDER|GITHUB|OPENAI|DATABASE|REDIS)_[A-Z_]+)"', settings()))


def settings() -> str:
    return read("core/settings.py") + read("core/secret_key.py")


def exemplified() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", read(".env.example"), re.MULTILINE))


def test_the_example_of_the_environment_names_what_is_read() -> None:
    assert exemplified() - NOT_PONDERS == environment_names()


def test_the_example_of_the_environment_holds_no_value_that_would_be_used() -> None:
    lines = [line for line in read(".env.example").splitlines() if line]
    assert all(line.startswith("#") for line in lines)


def test_compose_passes_on_what_is_read() -> None:
    given = set(COMPOSE["x-ponder"]["environment"])
    embedded_only = {"PONDER_DATA_DIR", "PONDER_ARTIFACTS_URL"}
    assert given == environment_names() - embedded_only


def test_compose_runs_every_process() -> None:
    services = COMPOSE["services"]
    assert services.keys() >= PROCESSES | {"postgres", "valkey"}
    for name in PROCESSES:
        assert services[name]["image"] == "ponder"
        assert services[name]["command"][0] == name.partition("-")[0]


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_the_terminal_understands_what_compose_says(name: str) -> None:
    command = COMPOSE["services"][name]["command"]
    assert _parser().parse_args(command).command == command[0]


def test_no_process_starts_before_the_migrations_are_done() -> None:
    for name in PROCESSES - {"migrate"}:
        waits = COMPOSE["services"][name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}


def test_compose_holds_no_secret_and_publishes_on_loopback_only() -> None:
    assert (
        "${POSTGRES_PASSWORD:?"
        in COMPOSE["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"]
    )
    for service in COMPOSE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_named_volumes_are_declared() -> None:
    used = {
        volume.partition(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
    }
    assert used == COMPOSE["volumes"].keys()


def test_the_image_runs_as_an_ordinary_user_from_locked_packages() -> None:
    image = read("Dockerfile")
    last = image[image.rindex("\nFROM ") :]
    assert re.search(r"^USER (?!root)\w+$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert image.count("--require-hashes") == 3
    for package in ("bubblewrap", "ca-certificates", "git", "nodejs", "/opt/.tools"):
        assert package in last


def test_only_workers_that_run_code_may_make_namespaces() -> None:
    loosened = {
        name
        for name, service in COMPOSE["services"].items()
        if any("unconfined" in option for option in service.get("security_opt", []))
    }
    assert loosened == {"worker-thinking"}
    for name in loosened:
        service = COMPOSE["services"][name]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["cap_drop"] == ["ALL"]


def test_what_the_image_copies_is_there_and_let_through() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", read("Dockerfile"), re.MULTILINE)
    allowed = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    for path in " ".join(copied).split():
        assert (ROOT / path).exists()
        assert path.partition("/")[0] in allowed


def test_hooks_run_local_tools_and_fetch_nothing() -> None:
    repositories = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert {repository["repo"] for repository in repositories} == {"local"}
    for hook in repositories[0]["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")


def test_the_workflow_runs_what_a_developer_runs() -> None:
    workflow = yaml.safe_load(read(".github/workflows/ci.yml"))
    job = workflow["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert job["steps"][-1]["run"] == ".ci/run"
    assert workflow["permissions"] == {"contents": "read"}
    assert "exec make test" in read(".ci/run")


@pytest.mark.parametrize("target", ["help", "run", "test", "lint", "bench", "migrate", "lock"])
def test_make_prints_its_targets(target: str) -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert f"make {target} " in shown.stdout


def test_an_interpreter_of_another_version_is_refused_in_one_sentence() -> None:
    refused = subprocess.run(
        ["requirements/python"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHON": "no-such-python"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 1
    assert "Python 3.11, 3.12 or 3.13" in refused.stderr


def test_a_fitting_interpreter_is_found() -> None:
    found = subprocess.run(
        ["requirements/python"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable},
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout.strip().startswith("/")
