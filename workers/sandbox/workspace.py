"""A private writable copy of code, and commands that run in it behind bubblewrap."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox import scratch
from workers.sandbox.child import Child, sealed, start
from workers.sandbox.command import CODE, Mount, Place, behind
from workers.sandbox.disk import Usage, usage
from workers.sandbox.following import Following
from workers.sandbox.seccomp import program
from workers.sandbox.shapes import Limits, Result
from workers.sandbox.toolchain import Toolchain, installed
from workers.sandbox.watch import Watch

_FILTER = program() or b""
_ENVIRONMENT = {
    "HOME": "/tmp/home",
    "LANG": "C.UTF-8",
    "TMPDIR": "/tmp",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder is gone when the workspace is closed."""

    folder: Path
    toolchain: Toolchain
    before: Usage
    spent: Callable[[float], None]
    user: int | None = None

    def write(self, path: str, content: str | bytes) -> None:
        """A file of ours, below the code; a link in its way is replaced."""
        target = self._inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        if self.user is not None:
            for each in (target, *target.parents):
                if each == self.folder:
                    break
                os.chown(each, self.user, self.user, follow_symlinks=False)

    def read(self, path: str, *, most: int = 16 * 1024 * 1024) -> bytes | None:
        """What a command wrote, as far as it is a plain file within the workspace: links are not
        followed. None where there is none."""
        try:
            target = self._inside(path)
            with open(os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
                return file.read(most)
        except (OSError, ValueError):
            return None

    def _inside(self, path: str) -> Path:
        target = self.folder / path
        parent = target.parent.resolve()
        if not parent.is_relative_to(self.folder.resolve()) or target.name in ("", "..", "."):
            raise ValueError(f"'{path}' leads out of the workspace")
        return target

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
        child = await _started(place, argv, limits, stdin)
        watch = Watch(child.pid, self.folder, self.before, limits)
        try:
            return await Following(child, limits, watch, began).followed()
        finally:
            self.spent(watch.clock.seconds)

    def _place(self, mounts: Mapping[str, Path], environment: Mapping[str, str]) -> Place:
        tools = [Mount(path, str(path)) for path in self.toolchain.mounts]
        more = [Mount(path, target) for target, path in mounts.items()]
        path = f"{self.toolchain.folder}/bin:/usr/local/bin:/usr/bin:/bin"
        return Place(
            (*tools, Mount(self.folder, CODE, writable=True), *more),
            self.user,
            {"PATH": path, **_ENVIRONMENT, **environment},
        )


async def _started(place: Place, argv: Sequence[str], limits: Limits, stdin: bytes) -> Child:
    """The filter travels in a descriptor that bubblewrap reads and closes."""
    allowed = sealed(_FILTER)
    try:
        return await start(behind(place, argv, limits, allowed), stdin=stdin, fds=[allowed])
    finally:
        os.close(allowed)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`scratch` is where workspaces are made."""

    toolchain: Toolchain
    scratch: Path

    @asynccontextmanager
    async def workspace(
        self, code: Path | None, *, spent: Callable[[float], None] = lambda _: None
    ) -> AsyncIterator[Workspace]:
        """With a copy of the code, or empty. `spent` hears of processor seconds."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        user = scratch.user_for(self.scratch)
        folder = await asyncio.to_thread(scratch.made, self.scratch, code, user)
        try:
            before = await asyncio.to_thread(usage, folder)
            yield Workspace(folder, self.toolchain, before, spent, user)
        finally:
            await asyncio.to_thread(scratch.removed, folder)


async def open_sandbox(folder: Path) -> Sandbox | None:
    """None where nothing can be executed safely on this machine; `ponder doctor` says why. `folder`
    is where workspaces are made."""
    toolchain = installed()
    if toolchain is None or shutil.which("bwrap") is None or shutil.which("prlimit") is None:
        return None
    sandbox = Sandbox(toolchain, folder)
    async with sandbox.workspace(None) as workspace:
        tried = await workspace.run(["/bin/true"], limits=Limits(wall_seconds=10))
    return sandbox if tried.ok else None
