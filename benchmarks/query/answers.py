"""Answers through HTTP, in the real processes: without a model, with a stand-in that answers at
once, and with twenty people who ask it at the same time.

python -m benchmarks.query.answers WORK CHUNKS    prints a JSON object; needs what `scale` left
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.query.processes import PONDER, ponder
from benchmarks.query.stage import environment, percentiles, questions, staged, until
from core.queue import open_queue
from core.settings import Settings
from tests.model_stand_in import model_stand_in

ASKED = 40
WORKERS = 2
"""Processes: as many as the machine has processors, as operations.md advises."""
PEOPLE = 20
ROUNDS = 3


async def measured(work: Path, chunks: int) -> dict[str, Any]:
    async with staged(work / "stores" / str(chunks)) as stage:
        settings = stage.settings
        async with _serving(settings, {}) as door:
            used = door.used()
            extractive = await _one_after_the_other(door)
            extractive["processor"] = (door.used() - used) / ASKED * 1000
        async with model_stand_in() as model:
            named = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "none",
                     "PONDER_CHAT_MODEL": "stand-in"}  # fmt: skip
            async with _serving(settings, named) as door:
                used = door.used()
                streamed = [await door.streamed(question) for question in questions(ASKED)]
                used_each = (door.used() - used) / ASKED * 1000
                together = await _together(door)
    return {
        "extractive": extractive,
        "first_token": percentiles([each[0] for each in streamed]),
        "with_model": percentiles([each[1] for each in streamed]) | {"processor": used_each},
        "together": together,
    }


class Door:
    def __init__(
        self, session: aiohttp.ClientSession, url: str, repo_id: int, workers: Sequence[int]
    ) -> None:
        self.session, self.url, self.repo_id, self.workers = session, url, repo_id, workers

    def used(self) -> float:
        """Seconds that the workers have used."""
        times = [Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
                 for pid in self.workers]  # fmt: skip
        return sum(int(each[11]) + int(each[12]) for each in times) / os.sysconf("SC_CLK_TCK")

    def _asked(self, question: str, accept: str) -> Any:
        body = {"repo_id": self.repo_id, "question": question}
        return self.session.post(f"{self.url}/chat", json=body, headers={"Accept": accept})

    async def whole(self, question: str) -> float:
        began = time.monotonic()
        async with self._asked(question, "application/json") as response:
            response.raise_for_status()
            await response.json()
        return time.monotonic() - began

    async def streamed(self, question: str) -> tuple[float, float]:
        """Seconds to the first token, and to the end."""
        began, first = time.monotonic(), 0.0
        async with self._asked(question, "text/event-stream") as response:
            response.raise_for_status()
            async for line in response.content:
                if not first and b'"type": "text"' in line:
                    first = time.monotonic() - began
        ended = time.monotonic() - began
        return first or ended, ended


@asynccontextmanager
async def _serving(settings: Settings, more: dict[str, str]) -> AsyncIterator[Door]:
    """A web process, and worker processes."""
    log = (settings.data_dir / "ponder.log").open("ab")
    started = {"env": {**environment(settings), **more}, "stdout": log, "stderr": log}
    workers = [subprocess.Popen([PONDER, "worker"], **started) for _ in range(WORKERS)]
    try:
        async with open_queue(settings.redis_url) as queue:
            await until(lambda: _alive(queue), every=0.1)
        async with ponder(settings, "web", environment=more) as url, _session() as session:
            async with session.get(f"{url}/repos/list") as response:
                (repository,) = (await response.json())["repositories"]
            pids = [worker.pid for worker in workers]
            door = Door(session, url, repository["repo_id"], pids)
            for question in questions(8):
                await door.whole(question)
            yield door
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            await asyncio.to_thread(worker.wait, 300)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120))


async def _alive(queue: Any) -> bool:
    return all((await queue.workers() or {"": False}).values())


async def _one_after_the_other(door: Door) -> dict[str, float]:
    return percentiles([await door.whole(question) for question in questions(ASKED)])


async def _together(door: Door) -> dict[str, float]:
    """Everybody asks at the same moment, and again when all are answered."""
    asked = questions(PEOPLE * ROUNDS)
    seconds: list[float] = []
    for start in range(0, len(asked), PEOPLE):
        seconds += await asyncio.gather(*map(door.whole, asked[start : start + PEOPLE]))
    return percentiles(seconds)


def main() -> None:
    print(json.dumps(asyncio.run(measured(Path(sys.argv[1]), int(sys.argv[2])))))


if __name__ == "__main__":
    main()
