"""A stand-in for the workers that search."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from core import stream
from core.db import work
from core.db.connect import Database
from core.queue import Queue
from tests.web.stage import COMMIT, FIXTURES, JOBS, RETRY


def place(path: str, start: int, end: int, symbol: str, *words: str, **more: Any) -> dict[str, Any]:
    """As a worker tells of it, with a preview in which the words are marked."""
    texts = (FIXTURES / path).read_text().split("\n")[start - 1 : end][:6]
    lines = [
        {
            "number": start + number,
            "text": text,
            "spans": [[at, at + len(w)] for w in words if (at := text.find(w)) >= 0],
        }
        for number, text in enumerate(texts)
    ]
    return {
        "path": path, "start_line": start, "end_line": end, "symbol": symbol, "kind": "function",
        "language": "python", "part": "code", "score": 1.5, "lines": lines, **more,
    }  # fmt: skip


PLACES = (
    place(RETRY, 33, 47, "deliver", "deliver", "attempt"),
    place(RETRY, 24, 30, "Policy.wait", "attempt", "wait", kind="method"),
    place(JOBS, 30, 40, "Queue.flush", "deliver", kind="method"),
)
FACETS = {
    "part": [{"value": "code", "count": 3}, {"value": "tests", "count": 2}],
    "language": [{"value": "python", "count": 3}, {"value": "yaml", "count": 1}],
    "folder": [{"value": "letterbox/", "count": 3}, {"value": "tests/", "count": 2}],
    "kind": [{"value": "method", "count": 2}, {"value": "function", "count": 1}],
}


def found(*places: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "done", "commit": COMMIT, "ref": "", "total": len(places), "complete": True,
        "seconds": 0.02, "results": list(places), "facets": FACETS, **more,
    }  # fmt: skip


@dataclass
class Finder:
    """Claims searches that are queued, and tells `event` of each; `asked` are their subjects."""

    database: Database
    queue: Queue
    event: dict[str, Any] = field(default_factory=lambda: found(*PLACES))
    asked: list[dict[str, Any]] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Finder:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            async with self.database.system() as connection:
                due = [row for row in await work.due(connection) if row.kind == "search"]
                for row in due:
                    self.asked.append(row.subject)
                    await work.forget(connection, row.id)
            for row in due:
                await stream.publish(self.queue.redis, row.subject["topic"], self.event)
            await asyncio.sleep(0.02)
