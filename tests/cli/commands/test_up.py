"""Everything on one machine, in real processes, some of which are killed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from cli import locks, place
from cli.commands import up
from core.db import workers
from core.db.connect import Database
from tests.cli.conftest import COMMAND

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ponder-cli-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def environment(data_dir: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(data_dir),
        "PONDER_DATA_DIR": str(data_dir),
    }


class Up:
    """A running `ponder up`."""

    def __init__(self, data_dir: Path, *arguments: str | Path) -> None:
        self.data_dir = data_dir
        self.process = subprocess.Popen(
            [*COMMAND, "up", *map(str, arguments)],
            env=environment(data_dir),
            cwd=data_dir,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.url = self.read_to(r"Ponder is at (http://\S+)")[1]

    def read_to(self, pattern: str) -> re.Match[str]:
        """Read what it prints up to a line that matches."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if match := re.search(pattern, line):
                return match
        raise AssertionError(self.said, self.process.communicate())

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except (urllib.error.URLError, OSError):
            return 0

    def is_ready(self) -> bool:
        return self.status("/readyz") == 200

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def stop(self, number: signal.Signals = signal.SIGINT) -> float:
        """How many seconds it takes."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return time.monotonic() - began


@pytest.fixture
def start(data_dir: Path) -> Iterator[Callable[..., Up]]:
    started: list[Up] = []

    def up(*arguments: str | Path) -> Up:
        started.append(Up(data_dir, *arguments, "--port", "0"))
        return started[-1]

    yield up
    for each in started:
        if each.process.poll() is None:
            each.stop(signal.SIGTERM)


def servers(data_dir: Path) -> set[str]:
    records = place.records_of(data_dir)
    return {n for n in ("postgresql", "valkey") if not locks.is_free(records / f"{n}.alive")}


def runs(pid: int) -> bool:
    with suppress(FileNotFoundError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def test_everything_starts_indexes_answers_and_stops(
    start: Callable[..., Up], data_dir: Path, shop: Path
) -> None:
    up = start(shop)
    assert up.is_ready()
    up.read_to(r"shop is indexed")
    question = up.read_to(r"ponder ask (\S+) '(.+)'")
    assert question[1] == str(shop)
    beside = subprocess.run(
        [*COMMAND, "ask", str(shop), "What is the total price of a basket?", "--json"],
        env=environment(data_dir),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    places = [citation["path"] for citation in json.loads(beside.stdout)["citations"]]
    assert "shop/basket.py" in places
    workers = up.workers()
    assert len(workers) == 3
    assert up.stop() < 15
    assert up.process.returncode == 0
    assert not any(runs(pid) for pid in workers)
    assert servers(data_dir) == set()


def test_a_worker_that_was_killed_is_started_again(start: Callable[..., Up]) -> None:
    up = start()
    before = set(up.workers())
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: len(set(up.workers()) - before) == 3)
    assert eventually(up.is_ready)
    assert up.stop(signal.SIGTERM) < 15


@pytest.mark.parametrize("server", ["postgresql", "valkey"])
def test_a_server_that_was_killed_comes_back_while_everything_runs(
    start: Callable[..., Up], data_dir: Path, server: str
) -> None:
    up = start()
    record = place.records_of(data_dir) / f"{server}.json"
    killed = json.loads(record.read_text())["pid"]
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: json.loads(record.read_text() or "{}").get("pid", killed) != killed)
    assert eventually(up.is_ready)
    assert up.process.poll() is None


def test_workers_and_servers_end_with_an_up_that_was_killed(
    start: Callable[..., Up], data_dir: Path
) -> None:
    up = start()
    workers = up.workers()
    up.process.kill()
    up.process.communicate()
    assert eventually(lambda: not any(runs(pid) for pid in workers))
    assert eventually(lambda: servers(data_dir) == set())


async def test_where_no_code_can_be_executed_the_terminal_says_so(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    warned = asyncio.create_task(up.warn(database))
    lack = workers.Lack(
        workers.SANDBOX, "Code is not run here", "bwrap is not installed", "Install it."
    )
    async with database.system() as connection:
        await workers.tell(connection, uuid4(), [lack])
    await warned
    assert capsys.readouterr().out == "Code is not run here: bwrap is not installed. Install it.\n"


def test_a_port_in_use_is_told_in_one_sentence(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "up", "--port", str(port)],
            env=environment(data_dir),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"ponder: Port {port} is in use by another program; stop it, or give another with --port.\n"
    )


def test_a_repository_that_is_none_is_told_before_anything_waits(data_dir: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "up", str(data_dir), "--port", "0"],
        env=environment(data_dir),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "is not a git repository" in done.stderr
    assert servers(data_dir) == set()
