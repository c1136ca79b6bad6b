"""Follows a command to its end, and ends it where it passes a limit."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox.child import Child, Ended
from workers.sandbox.shapes import Limits, Status


@dataclass(slots=True)
class Following:
    """Reads what a command writes, to its end: a pipe that nobody reads keeps a process alive."""

    child: Child
    limits: Limits
    status: Status = "exited"

    async def followed(self) -> tuple[Status, Ended, bytes, bytes]:
        """Cancelled, it returns when nothing of the command is left."""
        written = asyncio.create_task(self._drain(self.child.stdout))
        complained = asyncio.create_task(self._drain(self.child.stderr))
        try:
            await asyncio.wait([self.child.ended], timeout=self.limits.wall_seconds)
        finally:
            self.kill("timed_out")
            ended = await asyncio.shield(self.child.ended)
        return self.status, ended, await written, await complained

    def kill(self, status: Status) -> None:
        """The first process of the namespace, with which all others die; then what waits for it
        ends by itself, and its end means that nothing is left."""
        if self.child.ended.done():
            return
        self.status = status
        for pid in _children(self.child.pid) or [self.child.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def _drain(self, stream: asyncio.StreamReader) -> bytes:
        most, kept = self.limits.output_kib * 1024, bytearray()
        while part := await stream.read(65536):
            kept += part[: most - len(kept)]
            if len(kept) >= most:
                self.kill("too_much_output")
        return bytes(kept)


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
