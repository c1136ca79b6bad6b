"""A process with its pipes. asyncio's own does not tell what a process and its children used."""

from __future__ import annotations

import asyncio
import fcntl
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
"""Nothing of ours: the first process of the sandbox shows the environment that it began with."""

_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


@dataclass(frozen=True, slots=True)
class Ended:
    """`exit_code` is 128 + n where signal n ended the process. `cpu_seconds` are those of the
    process and of all descendants that somebody waited for."""

    exit_code: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Child:
    """A process that was started, and what it writes."""

    process: subprocess.Popen[bytes]
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader
    ended: asyncio.Task[Ended]

    @property
    def pid(self) -> int:
        return self.process.pid


async def start(command: Sequence[str], *, stdin: bytes = b"", fds: Sequence[int] = ()) -> Child:
    """With nothing of our environment, and of our descriptors `fds` alone."""
    process = _started(command, stdin, fds)
    ended = asyncio.create_task(_ended(process))
    assert process.stdout is not None
    assert process.stderr is not None
    return Child(process, await _reader(process.stdout), await _reader(process.stderr), ended)


def sealed(content: bytes) -> int:
    """A descriptor to read this from, which nobody can write to. The caller closes it."""
    descriptor = os.memfd_create("sealed", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
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


async def _reader(pipe: IO[bytes]) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


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
