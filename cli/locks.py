"""File locks that vanish with their last holder, even one that was killed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held: set[int] = set()


def _close_in_child() -> None:
    """A forked child shares the lock of its parent, and would keep it after the parent's end."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_exclusive(path: Path) -> int | None:
    """The descriptor that holds the lock, for the caller to close; None if somebody has it."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_free(path: Path) -> bool:
    descriptor = try_exclusive(path)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait for the lock, and hold it."""
    with _holding(path, fcntl.LOCK_EX):
        yield


@contextmanager
def shared(path: Path) -> Iterator[None]:
    with _holding(path, fcntl.LOCK_SH):
        yield


@contextmanager
def _holding(path: Path, kind: int) -> Iterator[None]:
    descriptor = _open(path)
    _held.add(descriptor)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        # A forked child that got here has closed it already.
        if descriptor in _held:
            _held.discard(descriptor)
            os.close(descriptor)
