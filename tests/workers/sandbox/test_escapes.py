"""Attacks on the sandbox: none works, and those on a wall work where that wall is taken away."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workers.sandbox.attacks.run import ATTACKS
from workers.sandbox import Limits, Sandbox, open_sandbox, workspace

Outcomes = dict[str, list[str]]

MARKER = "ponder-secret-of-the-worker"
LIMITS = Limits(wall_seconds=60, processes=64)
EVERYTHING = bytes.fromhex("060000000000ff7f")
"""A filter that allows all calls: one instruction, return SECCOMP_RET_ALLOW."""

# Those that nothing but the filter stops on every machine.
STOPPED_BY_THE_FILTER = {
    "tracing_a_process",
    "a_netlink_socket",
    "memory_that_belongs_to_no_process",
    "shared_memory_and_queues_of_old",
    "comparing_processes",
    "taking_a_descriptor_of_a_process",
    "reading_memory_of_a_process",
    "hiding_from_the_watch",
    "changing_the_personality",
    "calls_that_are_younger_than_the_filter",
    "a_child_in_new_namespaces_by_the_newer_call",
    "mounting_by_the_newer_calls",
    "a_program_in_the_kernel",
    "keys_of_the_kernel",
    "opening_a_file_by_its_handle",
}


@contextmanager
def host(folder: Path) -> Iterator[dict[str, str]]:
    """Servers, files and secrets that a worker's machine has, and where they are."""
    for name in ("data", "mirrors", "given"):
        (folder / name).mkdir()
    (folder / "secret").write_text("the secret of the host")
    with ExitStack() as stack:
        descriptor = os.open(folder / "secret", os.O_RDONLY)
        os.set_inheritable(descriptor, True)
        stack.callback(os.close, descriptor)
        monkeypatch = stack.enter_context(pytest.MonkeyPatch.context())
        monkeypatch.setenv("OPENAI_API_KEY", MARKER)
        served = stack.enter_context(socket.create_server(("0.0.0.0", 0)))
        served6 = stack.enter_context(socket.create_server(("::1", 0), family=socket.AF_INET6))
        for address in (str(folder / "socket"), "\0" + folder.name):
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(address)
            listening.listen()
        yield {
            "port": str(served.getsockname()[1]),
            "port6": str(served6.getsockname()[1]),
            "address": socket.gethostbyname(socket.gethostname()),
            "socket": str(folder / "socket"),
            "abstract": folder.name,
            "secret": str(folder / "secret"),
            "data": str(folder / "data"),
            "mirrors": str(folder / "mirrors"),
            "scratch": str(folder / "scratch"),
            "marker": MARKER,
            "pid": str(os.getpid()),
        }


async def attacked(sandbox: Sandbox, told: dict[str, str], given: str) -> Outcomes:
    """Every attack, in one workspace; and beside it another, of another tenant."""
    async with sandbox.workspace(None), sandbox.workspace(None) as opened:
        for path in (Path(__file__).parent / "attacks").glob("*.py"):
            opened.write(f"tests/workers/sandbox/attacks/{path.name}", path.read_text())
        ran = await opened.run(
            ["python", "-m", "tests.workers.sandbox.attacks.run"],
            limits=LIMITS,
            stdin=json.dumps(told | {"toolchain": str(sandbox.toolchain.folder)}).encode(),
            mounts={"/given": Path(given)},
        )
    assert ran.ok, ran
    outcomes: Outcomes = json.loads(ran.stdout)
    return outcomes


@pytest.fixture(scope="module")
async def outcomes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Outcomes]:
    folder = tmp_path_factory.mktemp("host")
    sandbox = await open_sandbox(folder / "scratch")
    assert sandbox is not None
    with host(folder) as told:
        yield await attacked(sandbox, told, str(folder / "given"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_way_out_by(outcomes: Outcomes, attack: str) -> None:
    outcome, what = outcomes[attack]
    assert outcome in ("refused", "nothing", "killed"), what


def with_the_network_of_the_host(command: list[str]) -> list[str]:
    kept = [part for part in command if part != "--unshare-net"]
    at = kept.index("--unshare-all") + 1
    return [*kept[:at], "--share-net", *kept[at:]]


def with_files_of_any_size(command: list[str]) -> list[str]:
    return [part for part in command if not part.startswith("--fsize=")]


WALLS = {
    with_the_network_of_the_host: {
        "connecting_to_a_server_of_the_host",
        "connecting_to_a_server_of_the_host_by_ipv6",
        "an_abstract_socket_of_the_host",
    },
    with_files_of_any_size: {"filling_the_disk_with_one_file"},
}


@pytest.mark.parametrize("without", WALLS, ids=lambda without: without.__name__)
async def test_what_a_wall_stops_works_without_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    without: Callable[[list[str]], list[str]],
) -> None:
    sandbox = await open_sandbox(tmp_path / "scratch")
    assert sandbox is not None
    behind = workspace.behind
    monkeypatch.setattr(workspace, "behind", lambda *whole: without(behind(*whole)))
    with host(tmp_path) as told:
        found = await attacked(sandbox, told, str(tmp_path / "given"))
    assert {name for name in WALLS[without] if found[name][0] != "got"} == set()


async def test_what_the_filter_stops_works_without_it(tmp_path: Path) -> None:
    sandbox = await open_sandbox(tmp_path / "scratch")
    assert sandbox is not None
    with host(tmp_path) as told:
        found = await attacked(replace(sandbox, allowed=EVERYTHING), told, str(tmp_path / "given"))
    assert {name for name in STOPPED_BY_THE_FILTER if found[name][0] != "got"} == set()
