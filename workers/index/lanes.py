"""Lanes: child processes that parse, one batch each at a time, so that a dead one is known by its
batch."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from workers.index import skip
from workers.index.child import Parsed, Task, Verdict, serve

BATCH_SECONDS = 120
"""A batch that takes longer hangs in a grammar: its process is killed."""

# A server that has imported everything once forks the children: an index of one changed file does
# not wait for imports. It ends with this process, even if that is killed.
_FORKS: ForkServerContext = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["workers.index.child"])


_Child = tuple[ForkServerProcess, Connection]

# One child of an ended run waits for the next: a push then costs no start of a process, and finds
# the grammars of its languages loaded. Like the server, it ends with this process.
_waiting: list[_Child] = []


class LaneDied(Exception):
    """The child is gone, with the batch it had."""


def usable_processes() -> int:
    """As many as there are cores for this process."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)


class Lane:
    """One child, started when it gets its first batch and again after it died."""

    def __init__(self, mirror: Path) -> None:
        self._mirror = mirror
        self._child: _Child | None = None

    async def parse(self, tasks: Sequence[Task]) -> list[Parsed]:
        """A batch that kills the child is tried again one by one, and the guilty are skipped."""
        try:
            return [await self._exchange(tasks)]
        except LaneDied:
            if len(tasks) == 1:
                return [_guilty(tasks[0])]
        return [parsed for task in tasks for parsed in await self.parse([task])]

    async def _exchange(self, tasks: Sequence[Task]) -> Parsed:
        exchange = asyncio.create_task(asyncio.to_thread(self._send_and_receive, tasks))
        try:
            return await asyncio.shield(exchange)
        except asyncio.CancelledError:
            # The thread waits for the child: without it, it ends at once.
            self.kill()
            await asyncio.wait([exchange])
            exchange.cancelled() or exchange.exception()
            raise

    def _send_and_receive(self, tasks: Sequence[Task]) -> Parsed:
        _, connection = self._child or self._take_over() or self._start()
        try:
            connection.send(tasks)
            if connection.poll(BATCH_SECONDS):
                parsed: Parsed = connection.recv()
                return parsed
        except (EOFError, OSError):
            pass
        self.kill()
        raise LaneDied("a process died or hung while parsing")

    def _take_over(self) -> _Child | None:
        """The child that waits, if it lives."""
        try:
            self._child = _waiting.pop()
            self._child[1].send(str(self._mirror))
        except IndexError:
            return None
        except OSError:
            self.kill()
        return self._child

    def _start(self) -> _Child:
        ours, theirs = _FORKS.Pipe()
        process = _FORKS.Process(target=serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        self._child = process, ours
        ours.send(str(self._mirror))
        return self._child

    def rest(self) -> None:
        """Let the child, which has nothing to do, wait for another run if none waits yet."""
        if self._child is not None and not _waiting:
            _waiting.append(self._child)
            self._child = None
        self.kill()

    def kill(self) -> None:
        """End the child, whatever it is doing."""
        if self._child is not None:
            process, connection = self._child
            self._child = None
            process.kill()
            process.join()
            connection.close()
            process.close()


@asynccontextmanager
async def open_lanes(mirror: Path, count: int) -> AsyncIterator[list[Lane]]:
    lanes = [Lane(mirror) for _ in range(count)]
    try:
        yield lanes
        for lane in lanes:
            lane.rest()
    finally:
        for lane in lanes:
            lane.kill()


def _guilty(task: Task) -> Parsed:
    return Parsed((Verdict(task.blob_id, skip.CRASHED, ""),), b"", b"", b"", b"")
