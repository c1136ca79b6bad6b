"""A private writable copy of code, and commands that run in it behind bubblewrap."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox.shapes import Limits, Result, Status
from workers.sandbox.toolchain import Toolchain, installed

CODE = "/code"
"""Where a command finds the code, and starts."""

_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/tmp/home",
    "LANG": "C.UTF-8",
    "TMPDIR": "/tmp",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}
_ETC = ("alternatives", "ld.so.cache", "ssl", "passwd", "group", "nsswitch.conf", "localtime")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder is gone when the workspace is closed."""

    folder: Path
    toolchain: Toolchain
    spent: Callable[[float], None]

    def write(self, path: str, content: str | bytes) -> None:
        """A file of ours, below the code; a link in its way is replaced."""
        target = self._inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

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
    ) -> Result:
        """Run a command in the code's folder. Cancelling kills it with all that it started."""
        command = self._command(argv, limits, _ENVIRONMENT | dict(environment or {}))
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        following = _Following(process, limits)
        try:
            status, out, err = await following.followed(stdin)
        finally:
            following.kill("timed_out")
            await process.wait()
        seconds = time.monotonic() - began
        self.spent(seconds)
        code = process.returncode if status == "exited" and process.returncode is not None else -1
        return Result(
            status,
            code,
            out.decode(errors="replace"),
            err.decode(errors="replace"),
            seconds,
            seconds,
        )

    def _command(
        self, argv: Sequence[str], limits: Limits, environment: Mapping[str, str]
    ) -> list[str]:
        mounts = [str(each) for each in self.toolchain.mounts]
        return [
            *("prlimit", f"--cpu={int(limits.cpu_seconds) + 1}", "--core=0"),
            *(f"--fsize={limits.file_mib << 20}", "--nofile=1024"),
            *("bwrap", "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"),
            *("--disable-userns", "--die-with-parent", "--new-session", "--clearenv"),
            *("--cap-drop", "ALL", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin"),
            *("--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"),
            *[part for name in _ETC for part in ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")],
            *("--proc", "/proc", "--dev", "/dev", "--size", "268435456", "--tmpfs", "/tmp"),
            *("--dir", "/tmp/home"),
            *[part for mount in mounts for part in ("--ro-bind", mount, mount)],
            *("--bind", str(self.folder), CODE, "--chdir", CODE),
            *[part for name, value in environment.items() for part in ("--setenv", name, value)],
            *("--", *argv),
        ]


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
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=self.scratch))
        try:
            if code is not None:
                await asyncio.to_thread(
                    shutil.copytree, code, folder, symlinks=True, dirs_exist_ok=True
                )
            yield Workspace(folder, self.toolchain, spent)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


@dataclass(slots=True)
class _Following:
    """Reads what a command writes, to its end: a pipe that nobody reads keeps a process alive."""

    process: asyncio.subprocess.Process
    limits: Limits
    status: Status = "exited"

    async def followed(self, stdin: bytes) -> tuple[Status, bytes, bytes]:
        out, err = self.process.stdout, self.process.stderr
        assert out is not None
        assert err is not None
        work = asyncio.gather(self._drain(out), self._drain(err), self._feed(stdin))
        try:
            async with asyncio.timeout(self.limits.wall_seconds):
                await asyncio.shield(work)
        except TimeoutError:
            self.kill("timed_out")
        written, complained, _ = await work
        return self.status, written, complained

    def kill(self, status: Status) -> None:
        if self.process.returncode is None:
            self.status = status
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    async def _drain(self, stream: asyncio.StreamReader) -> bytes:
        most, kept = self.limits.output_kib * 1024, bytearray()
        while part := await stream.read(65536):
            kept += part[: most - len(kept)]
            if len(kept) >= most:
                self.kill("too_much_output")
        return bytes(kept)

    async def _feed(self, stdin: bytes) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError, ConnectionResetError):
            self.process.stdin.write(stdin)
            await self.process.stdin.drain()
        self.process.stdin.close()


async def open_sandbox(scratch: Path) -> Sandbox | None:
    """None where nothing can be executed safely on this machine; `ponder doctor` says why."""
    toolchain = installed()
    if toolchain is None or shutil.which("bwrap") is None or shutil.which("prlimit") is None:
        return None
    sandbox = Sandbox(toolchain, scratch)
    async with sandbox.workspace(None) as workspace:
        tried = await workspace.run(["/bin/true"], limits=Limits(wall_seconds=10))
    return sandbox if tried.ok else None
