"""What attacks are made with. An attack returns what it got, or raises OSError, or returns nothing:
only the first is a way out. Nothing but Python is there where this runs.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
from collections.abc import Callable, Iterator

libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == "aarch64"


def fd_is_open(descriptor: int) -> bool:
    """Not so that of the listing itself."""
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


AT_FIRST = [fd for fd in map(int, os.listdir("/proc/self/fd")) if fd > 2 and fd_is_open(fd)]
"""Descriptors beside the three that everybody has, before anything was opened."""

host: dict[str, str] = {}
"""What the attacker is told of the host, so that nothing is safe by being unknown."""


def call(x86: int, arm: int, *arguments: object) -> object:
    """Make a system call by its number; what it returns, if it is let through at all."""
    ctypes.set_errno(0)
    number = arm if ARM else x86
    if number < 0:
        raise OSError(errno.ENOSYS, "not on this machine")
    values = [ctypes.c_void_p(a) if isinstance(a, int) else a for a in arguments]
    returned = libc.syscall(ctypes.c_long(number), *values)
    code = ctypes.get_errno()
    if returned == -1 and code in (errno.EPERM, errno.ENOSYS):
        raise OSError(code, os.strerror(code))
    return f"returned {returned}, {errno.errorcode.get(code, 'no error')}"


def first(attempts: Iterator[object]) -> object:
    """What the first attempt got that got something."""
    while True:
        try:
            if found := next(attempts):
                return found
        except StopIteration:
            return None


def tried(attempt: Callable[[], object]) -> object:
    try:
        return attempt()
    except OSError:
        return None


def connect(family: int, address: object, kind: int = socket.SOCK_STREAM) -> str:
    with socket.socket(family, kind) as client:
        client.settimeout(1)
        client.connect(address)  # type: ignore[arg-type]
        return f"connected to {address!r}"


def pids() -> list[str]:
    return [name for name in os.listdir("/proc") if name.isdigit()]
