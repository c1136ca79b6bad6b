"""Lanes: child processes that parse, or read links, one batch each at a time, so that a dead one is
known by its batch."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from workers.index import copy, skip
from workers.index.child import Linked, Parsed, Task, TextTask, Verdict, serve
from workers.index.packed import FileLinks

BATCH_BYTES = 256 << 10
BATCH_TASKS = 64
FEW = 24
"""So few contents are read by one process before a second has started."""
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


def prepare() -> None:
    """Start the server that forks children, which imports what they need beside what comes before
    the parsing."""
    ensure_running()


class Sized(Protocol):
    """A task of so many bytes."""

    @property
    def size(self) -> int: ...


AnyTask = TypeVar("AnyTask", bound=Sized)
Result = TypeVar("Result")


class LaneDied(Exception):
    """The child is gone, with the batch it had."""


def usable_processes() -> int:
    """As many as there are cores for this process."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)


class Lane(Generic[AnyTask, Result]):
    """One child, started when it gets its first batch and again after it died. `guilty` says what a
    task gives that kills it."""

    def __init__(self, mirror: str, guilty: Callable[[AnyTask], Result]) -> None:
        self._mirror = mirror
        self._guilty = guilty
        self._child: _Child | None = None

    async def run(self, tasks: Sequence[AnyTask]) -> list[Result]:
        """A batch that kills the child is tried again one by one, and the guilty are skipped."""
        try:
            return [await self._exchange(tasks)]
        except LaneDied:
            if len(tasks) == 1:
                return [self._guilty(tasks[0])]
        return [result for task in tasks for result in await self.run([task])]

    async def _exchange(self, tasks: Sequence[AnyTask]) -> Result:
        exchange = asyncio.create_task(asyncio.to_thread(self._send_and_receive, tasks))
        try:
            return await asyncio.shield(exchange)
        except asyncio.CancelledError:
            # The thread waits for the child: without it, it ends at once.
            self.kill()
            await asyncio.wait([exchange])
            exchange.cancelled() or exchange.exception()
            raise

    def _send_and_receive(self, tasks: Sequence[AnyTask]) -> Result:
        _, connection = self._child or self._take_over() or self._start()
        try:
            connection.send(tasks)
            if connection.poll(BATCH_SECONDS):
                result: Result = connection.recv()
                return result
        except (EOFError, OSError):
            pass
        self.kill()
        raise LaneDied("a process died or hung over a batch")

    def _take_over(self) -> _Child | None:
        """The child that waits, if it lives."""
        try:
            self._child = _waiting.pop()
            self._child[1].send(self._mirror)
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
        ours.send(self._mirror)
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
async def open_lanes(mirror: Path, count: int) -> AsyncIterator[list[Lane[Task, Parsed]]]:
    """To parse contents of a mirror."""
    lanes = [Lane(str(mirror), _unparsed) for _ in range(count)]
    async with _opened(lanes):
        yield lanes


@asynccontextmanager
async def open_text_lanes(count: int) -> AsyncIterator[list[Lane[TextTask, Linked]]]:
    """To read the links of stored texts."""
    lanes = [Lane("", _unlinked) for _ in range(count)]
    async with _opened(lanes):
        yield lanes


@asynccontextmanager
async def _opened(lanes: Sequence[Lane[AnyTask, Result]]) -> AsyncIterator[None]:
    try:
        yield
        for lane in lanes:
            lane.rest()
    finally:
        for lane in lanes:
            lane.kill()


def _unparsed(task: Task) -> Parsed:
    return Parsed((Verdict(task.blob_id, skip.CRASHED, ""),), b"", b"", b"")


def _unlinked(task: TextTask) -> Linked:
    return Linked(1, copy.link_row(task.blob_id, FileLinks()))


def lanes_for(tasks: Sequence[Sized], processes: int) -> int:
    """How many of the processes are worth their start."""
    few = len(tasks) <= FEW and sum(task.size for task in tasks) <= 2 * BATCH_BYTES
    return 1 if few else processes


def batches(tasks: Sequence[AnyTask]) -> Iterator[list[AnyTask]]:
    """Bounded by bytes, so that memory is."""
    batch: list[AnyTask] = []
    size = 0
    for task in tasks:
        if batch and (size + task.size > BATCH_BYTES or len(batch) == BATCH_TASKS):
            yield batch
            batch, size = [], 0
        batch.append(task)
        size += task.size
    if batch:
        yield batch


async def results(
    lanes: Sequence[Lane[AnyTask, Result]], todo: Iterator[list[AnyTask]]
) -> AsyncIterator[list[Result]]:
    """What the lanes give, several batches together where the reader is slower than they are."""
    done: asyncio.Queue[list[Result]] = asyncio.Queue(maxsize=2 * len(lanes))
    running = {asyncio.create_task(_drive(lane, todo, done)) for lane in lanes}
    try:
        while running or not done.empty():
            getting = asyncio.create_task(done.get())
            await asyncio.wait({getting, *running}, return_when=asyncio.FIRST_COMPLETED)
            for ended in [lane for lane in running if lane.done()]:
                running.discard(ended)
                ended.result()
            if not getting.done():
                getting.cancel()
                continue
            together = getting.result()
            while not done.empty():
                together += done.get_nowait()
            yield together
    finally:
        for lane in running:
            lane.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _drive(
    lane: Lane[AnyTask, Result], todo: Iterator[list[AnyTask]], done: asyncio.Queue[list[Result]]
) -> None:
    for batch in todo:
        await done.put(await lane.run(batch))
