"""A private writable copy of code, and commands that run in it behind bubblewrap."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox import files, scratch
from workers.sandbox.child import Child, sealed, start
from workers.sandbox.command import CODE, Mount, Place, behind
from workers.sandbox.disk import Usage, usage
from workers.sandbox.following import Following
from workers.sandbox.scratch import Desk
from workers.sandbox.shapes import Given, Limits, Result
from workers.sandbox.toolchain import Toolchain
from workers.sandbox.watch import Watch

_ENVIRONMENT = {
    "HOME": "/tmp/home",
    "LANG": "C.UTF-8",
    "TMPDIR": "/tmp",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}
_LISTS = ("PYTHONPATH", "NODE_PATH")


@dataclass(frozen=True, slots=True)
class Workspace:
    """What is in it is gone when the workspace is closed. `before` is what it held at first."""

    desk: Desk
    toolchain: Toolchain
    allowed: bytes
    before: Usage
    spent: Callable[[float], None]
    given: Given

    def write(self, path: str, content: str | bytes) -> None:
        """A file of ours, below the code; a link in its place is replaced. Raise ValueError where
        the path leads out or through a link, OSError where a folder is in the way."""
        raw = content.encode() if isinstance(content, str) else content
        files.write(self.desk.folder, path, raw, self.desk.user)

    def read(self, path: str, *, most: int = 16 * 1024 * 1024) -> bytes | None:
        """What a command wrote, as far as it is a plain file within the workspace: links are not
        followed, on the way neither. None where there is none."""
        return files.read(self.desk.folder, path, most)

    def names(self, folder: str = "", *, most: int = 10_000) -> list[str]:
        """Paths of plain files below a folder, in order."""
        return files.names(self.desk.folder, folder, most)

    def take(self, folder: str, target: Path) -> None:
        """Move a folder that a command made to a place outside, on the same disk. Raise ValueError
        where it is none, a link for example."""
        scratch.take(self.desk, folder, target)

    async def run(
        self,
        argv: Sequence[str],
        *,
        limits: Limits,
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        mounts: Mapping[str, Path] | None = None,
    ) -> Result:
        """Run a command in the code's folder. Cancelling kills it with all that it started.

        `mounts` are more folders of this machine that it may read, by the path inside.
        """
        place = self._place(mounts or {}, environment or {})
        began = time.monotonic()
        child = _started(place, argv, limits, stdin, self.allowed)
        watch = Watch(child.pid, self.desk.folder, self.before, limits)
        try:
            return await Following(child, limits, watch, began).followed()
        finally:
            self.spent(watch.clock.seconds)

    def _place(self, mounts: Mapping[str, Path], environment: Mapping[str, str]) -> Place:
        tools = [Mount(path, str(path)) for path in self.toolchain.mounts]
        seen = {**self.given.mounts, **mounts}
        more = [Mount(path, target) for target, path in seen.items()]
        path = f"{self.toolchain.folder}/bin:/usr/local/bin:/usr/bin:/bin"
        return Place(
            (*tools, Mount(self.desk.folder, CODE, writable=True), *more),
            self.desk.user,
            {"PATH": path, **_ENVIRONMENT, **_joined(environment, self.given.environment)},
        )


def _joined(own: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """What a command asks for comes first."""
    both = {
        name: f"{own[name]}:{given[name]}" for name in _LISTS if own.keys() & given.keys() >= {name}
    }
    return {**given, **own, **both}


def _started(
    place: Place, argv: Sequence[str], limits: Limits, stdin: bytes, allowed: bytes
) -> Child:
    """The filter travels in a descriptor that bubblewrap reads and closes."""
    descriptor = sealed(allowed)
    try:
        command = behind(place, argv, limits, descriptor)
        most = limits.output_kib * 1024
        return start(command, stdin=stdin, fds=[descriptor], most=most)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`scratch` is where workspaces are made. `allowed` is the filter of system calls."""

    toolchain: Toolchain
    scratch: Path
    allowed: bytes

    @asynccontextmanager
    async def workspace(
        self,
        code: Path | None,
        *,
        spent: Callable[[float], None] = lambda _: None,
        given: Given | None = None,
    ) -> AsyncIterator[Workspace]:
        """With a copy of the code, or empty. `spent` hears of processor seconds."""
        desk = await asyncio.to_thread(scratch.make, self.scratch, code)
        try:
            before = await asyncio.to_thread(usage, desk.folder)
            yield Workspace(desk, self.toolchain, self.allowed, before, spent, given or Given())
        finally:
            await asyncio.shield(asyncio.to_thread(scratch.remove, desk))
