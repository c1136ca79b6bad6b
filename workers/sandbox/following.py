"""Follows a command to its end, and ends it where it passes a limit."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass

from workers.sandbox import tree
from workers.sandbox.child import Child
from workers.sandbox.shapes import Limits, Result, Status
from workers.sandbox.watch import Watch

_PAUSE = 0.05


@dataclass(slots=True)
class Following:
    """Reads what a command writes, to its end: a pipe that nobody reads keeps a process alive."""

    child: Child
    limits: Limits
    watch: Watch
    began: float
    status: Status = "exited"

    async def followed(self) -> Result:
        """Cancelled, it returns when nothing of the command is left."""
        drains = (self.child.stdout, self.child.stderr)
        for drain in drains:
            drain.full = lambda: self.kill("too_much_output")
        watching = [asyncio.create_task(each) for each in (self._processes(), self._disk())]
        try:
            await asyncio.wait(
                [self.child.ended, *watching],
                timeout=self.limits.wall_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            await asyncio.shield(asyncio.create_task(self._gone(watching)))
        self._raise_bugs(watching)
        await asyncio.gather(*(drain.closed for drain in drains))
        return await self._result()

    async def _gone(self, watching: list[asyncio.Task[None]]) -> None:
        """Kill until all is gone. One that is just beginning has nothing yet that could be killed
        without leaving what it is about to start."""
        while not self.child.ended.done():
            self.kill("timed_out")
            await asyncio.wait([self.child.ended], timeout=_PAUSE)
        for task in watching:
            task.cancel()

    @staticmethod
    def _raise_bugs(watching: list[asyncio.Task[None]]) -> None:
        """Nobody watched what follows a bug: its end is no result."""
        for task in watching:
            if task.done() and not task.cancelled():
                task.result()

    async def _result(self) -> Result:
        ended = self.child.ended.result()
        self.watch.clock.at_least(ended.cpu_seconds)
        if self.status == "exited":
            self.status = await self.watch.passed_on_disk(at_end=True) or self.status
        return Result(
            self.status,
            ended.exit_code if self.status == "exited" else -1,
            self.child.stdout.kept.decode(errors="replace"),
            self.child.stderr.kept.decode(errors="replace"),
            time.monotonic() - self.began,
            self.watch.clock.seconds,
        )

    def kill(self, status: Status) -> None:
        """The first process of the namespace, with which all others die; then what waits for it
        ends by itself, and its end means that nothing is left."""
        if self.child.ended.done():
            return
        if self.status == "exited":
            self.status = status
        self.watch.passed()
        for pid in tree.descendants(self.child.pid)[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def _processes(self) -> None:
        pause = _PAUSE
        while True:
            await asyncio.sleep(pause)
            began = time.monotonic()
            if passed := self.watch.passed():
                self.kill(passed)
            pause = max(_PAUSE, 5 * (time.monotonic() - began))

    async def _disk(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE)
            if passed := await self.watch.passed_on_disk():
                self.kill(passed)
