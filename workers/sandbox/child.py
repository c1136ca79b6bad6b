"""A process with its pipes. asyncio's own does not tell what a process and its children used."""

from __future__ import annotations

import asyncio
import fcntl
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
"""Nothing of ours: the first process of the sandbox shows the environment that it began with."""

_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


_LEAST_DESCRIPTOR = 10


@dataclass(frozen=True, slots=True)
class Ended:
    """`exit_code` is 128 + n where signal n ended the process. `cpu_seconds` are those of the
    process and of all descendants that somebody waited for."""

    exit_code: int
    cpu_seconds: float


@dataclass(slots=True)
class Drain:
    """Reads a pipe to its end, and keeps the first `most` bytes. `full` is called for all that
    comes after them."""

    pipe: IO[bytes]
    most: int
    kept: bytearray
    closed: asyncio.Future[None]
    full: Callable[[], None] = lambda: None

    def begin(self) -> None:
        os.set_blocking(self.pipe.fileno(), False)
        asyncio.get_running_loop().add_reader(self.pipe.fileno(), self._ready)

    def _ready(self) -> None:
        try:
            part = os.read(self.pipe.fileno(), 65536)
        except BlockingIOError:
            return
        self.kept += part[: self.most - len(self.kept)]
        if len(self.kept) >= self.most:
            self.full()
        if not part:
            asyncio.get_running_loop().remove_reader(self.pipe.fileno())
            self.pipe.close()
            self.closed.set_result(None)


@dataclass(frozen=True, slots=True)
class Child:
    """A process that was started, and what it writes."""

    pid: int
    stdout: Drain
    stderr: Drain
    ended: asyncio.Task[Ended]


def start(command: Sequence[str], *, stdin: bytes, fds: Sequence[int], most: int) -> Child:
    """With nothing of our environment, and of our descriptors `fds` alone. Nothing is awaited: who
    is cancelled has no process yet, or has it in hand."""
    process = _started(command, stdin, fds)
    ended = asyncio.create_task(_ended(process))
    assert process.stdout is not None
    assert process.stderr is not None
    return Child(process.pid, _drain(process.stdout, most), _drain(process.stderr, most), ended)


def _drain(pipe: IO[bytes], most: int) -> Drain:
    drain = Drain(pipe, most, bytearray(), asyncio.get_running_loop().create_future())
    drain.begin()
    return drain


def sealed(content: bytes) -> int:
    """A descriptor to read this from, which nobody can write to. The caller closes it."""
    made = os.memfd_create("sealed", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    # A shell on the way to the command uses those that have one digit for itself.
    descriptor = fcntl.fcntl(made, fcntl.F_DUPFD_CLOEXEC, _LEAST_DESCRIPTOR)
    os.close(made)
    with open(descriptor, "wb", closefd=False) as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    return descriptor


def _started(command: Sequence[str], stdin: bytes, fds: Sequence[int]) -> subprocess.Popen[bytes]:
    source = sealed(stdin)
    try:
        return subprocess.Popen(
            command,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            pass_fds=fds,
        )
    finally:
        os.close(source)


async def _ended(process: subprocess.Popen[bytes]) -> Ended:
    """Wait for the end without a thread, and take what the kernel counted."""
    loop = asyncio.get_running_loop()
    descriptor = os.pidfd_open(process.pid)
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(descriptor, _tell, ready)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    return _taken(process)


def _tell(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _taken(process: subprocess.Popen[bytes]) -> Ended:
    _, status, used = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    return Ended(128 - code if code < 0 else code, used.ru_utime + used.ru_stime)
