"""The same question through a GitHub comment, the terminal and the browser's API, in real
processes: the same place is cited, and it is true."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

from tests.checkout import Checkout
from tests.github_stand_in.fixtures import stand_in  # noqa: F401 - a fixture
from tests.github_stand_in.server import StandIn

pytestmark = [pytest.mark.end_to_end, pytest.mark.timeout(300)]

PONDER = Path(sys.executable).with_name("ponder")
QUESTION = "Where is the delay before the next attempt computed?"
SOURCE = '''"""Attempts that may be repeated."""

import random


def run(job, attempts=5):
    """Call the job until it succeeds or the attempts are used up."""
    for attempt in range(attempts):
        try:
            return job()
        except ConnectionError:
            pause(next_delay(attempt))


def next_delay(attempt, base=0.5, cap=30.0):
    """The delay before the next attempt: exponential, capped, with full jitter."""
    return random.uniform(0, min(cap, base * 2**attempt))


def pause(seconds):
    """Wait without blocking the others."""
'''
PLACE = ("project/retry.py", 15, 17)


@dataclass
class Doors:
    url: str
    data_dir: Path
    environment: dict[str, str]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


Found = TypeVar("Found")


async def until(look: Callable[[], Awaitable[Found | None]], seconds: float = 120) -> Found:
    async with asyncio.timeout(seconds):
        while not (value := await look()):
            await asyncio.sleep(0.1)
        return value


@asynccontextmanager
async def ponder(environment: dict[str, str], *arguments: str) -> AsyncIterator[str]:
    """A `ponder` that serves HTTP on a free port, until it is ready and until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [PONDER, *arguments, "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"

    async def ready() -> bool:
        assert process.poll() is None
        async with aiohttp.ClientSession() as session:
            try:
                async with session.get(f"{url}/readyz") as response:
                    return response.status == 200
            except aiohttp.ClientConnectionError:
                return False

    try:
        await until(ready)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 30) is not None


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path / "project")
    made.write("project/retry.py", SOURCE)
    made.write("README.md", "# Project\n\nRepeats what failed.\n")
    made.commit()
    return made


@pytest.fixture
async def doors(stand_in: StandIn) -> AsyncIterator[Doors]:  # noqa: F811
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="ponder-doors-") as name:
        data_dir = Path(name)
        # The account of the embedded servers must be able to enter it.
        data_dir.chmod(0o711)
        local = kept | {"PONDER_DATA_DIR": name}
        async with ponder(local | stand_in.environment, "up") as url:
            stand_in.webhooks.target = f"{url}/webhooks/github"
            yield Doors(url, data_dir, local)


def asked_in_the_terminal(doors: Doors, repository: Path) -> dict[str, Any]:
    done = subprocess.run(
        [PONDER, "ask", str(repository), QUESTION, "--json"],
        env=doors.environment,
        capture_output=True,
        check=True,
        timeout=120,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


async def asked_over_http(url: str, name: str) -> dict[str, Any]:
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        async with session.get(f"{url}/repos/list") as response:
            rows = (await response.json())["repositories"]
        repo_id = next(row["repo_id"] for row in rows if row["name"] == name)
        question = {"repo_id": repo_id, "question": QUESTION}
        async with session.post(f"{url}/chat", json=question) as response:
            answer: dict[str, Any] = await response.json()
            return answer


def place(citation: dict[str, Any]) -> tuple[str, int, int]:
    return citation["path"], citation["start_line"], citation["end_line"]


async def test_one_question_has_one_true_answer_through_every_door(
    doors: Doors,
    stand_in: StandIn,  # noqa: F811
    checkout: Checkout,
) -> None:
    installation = stand_in.world.installation("octo")
    remote = stand_in.world.repository(installation, "project", private=True)
    remote.git = checkout.path / ".git"
    await stand_in.webhooks.send("installation", stand_in.webhooks.installed(installation))

    mention, delivery = await stand_in.webhooks.comment(remote, 7, f"@ponder-test {QUESTION}")
    assert delivery.status == 202
    thread = remote.thread(7)

    async def reply() -> str | None:
        return next((c.body for c in thread.comments if c.author == stand_in.world.bot), None)

    body = await until(reply)
    await stand_in.webhooks.settled()
    commit = checkout.git("rev-parse", "HEAD")
    lines = f"{PLACE[0]}#L{PLACE[1]}-L{PLACE[2]}"
    assert f"/octo/project/blob/{commit}/{lines}" in body
    assert [content for _, content in mention.reactions] == ["eyes"]
    assert len([c for c in thread.comments if c.author == stand_in.world.bot]) == 1

    in_terminal = await asyncio.to_thread(asked_in_the_terminal, doors, checkout.path)
    assert place(in_terminal["citations"][0]) == PLACE
    assert in_terminal["citations"][0]["commit"] == commit

    async with ponder(doors.environment, "web") as local_url:
        over_http = await asked_over_http(local_url, "project")
    assert place(over_http["citations"][0]) == PLACE
    assert re.sub(r"\s+", " ", over_http["answer"]) == re.sub(r"\s+", " ", in_terminal["answer"])
