"""Folders in which commands work: made, given to the account that uses them, and removed.

A folder is locked as long as its worker lives. Whoever starts removes those that nobody holds.
"""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox import files

_USERS = range(60578, 61184)
"""Account numbers that Linux distributions leave unused."""


_PASSES = 100


@dataclass(frozen=True, slots=True)
class Desk:
    """`folder` belongs to the account `user`, and lies in `top`, which the worker alone can enter.
    `user` is None where the worker is not root, and works as itself."""

    top: Path
    folder: Path
    user: int | None
    lock: int


def make(scratch: Path, code: Path | None) -> Desk:
    """With a copy of the code, but for what belongs to git and what is no plain file."""
    desk = _empty(scratch)
    try:
        if code is not None:
            _copy(code, desk.folder)
        if desk.user is not None:
            _run("chown", "-R", "-h", f"{desk.user}:{desk.user}", "--", desk.folder)
    except BaseException:
        remove(desk)
        raise
    return desk


def remove(desk: Desk) -> None:
    remove_all(desk.top)
    os.close(desk.lock)


def take(desk: Desk, path: str, target: Path) -> None:
    """Move a folder that a command made to a place outside, where it is the worker's. Raise
    ValueError where it is none: a link, say."""
    files.move(desk.folder, path, target)
    if desk.user is not None:
        _run("chown", "-R", "-h", f"{os.geteuid()}:{os.getegid()}", "--", target)


def sweep(scratch: Path) -> int:
    """End and remove what workers left that were killed; how many folders there were."""
    swept = 0
    with _alone(scratch):
        for left in scratch.glob("run-*"):
            with suppress(OSError):
                descriptor = _locked(left)
                _end(left.name)
                remove_all(left)
                os.close(descriptor)
                swept += 1
    return swept


def _end(name: str) -> None:
    """Kill what still has the folder mounted: its worker was killed before the kernel knew that
    they belong together. Once more, as long as there is any: it may have started others."""
    for _ in range(_PASSES):
        if not any([_killed(process, name) for process in Path("/proc").glob("[0-9]*")]):
            return
        time.sleep(0.01)


def _killed(process: Path, name: str) -> bool:
    try:
        if name.encode() not in (process / "mountinfo").read_bytes():
            return False
        os.kill(int(process.name), signal.SIGKILL)
    except OSError:
        return False
    return True


def _empty(scratch: Path) -> Desk:
    with _alone(scratch):
        user = _user(scratch) if os.geteuid() == 0 else None
        top = Path(tempfile.mkdtemp(prefix="run-", dir=scratch))
        lock = _locked(top)
        folder = top / "code"
        folder.mkdir(mode=0o700)
        if user is not None:
            os.chown(folder, user, user)
    return Desk(top, folder, user, lock)


def _user(scratch: Path) -> int:
    """An account which no other workspace has."""
    taken = {path.stat().st_uid for path in scratch.glob("run-*/code")}
    return random.choice([user for user in _USERS if user not in taken])  # noqa: S311


def _copy(code: Path, folder: Path) -> None:
    _run("cp", "-R", "-P", "--reflink=auto", "--", f"{code}/.", folder)
    odd = ("!", "-type", "f", "!", "-type", "d", "!", "-type", "l")
    away = ("-exec", "rm", "-rf", "--", "{}", "+")
    _run("find", folder, "-name", ".git", "-prune", *away, "-o", *odd, *away)


def remove_all(folder: Path) -> None:
    """Whatever a command did to it: folders without any rights, or ten thousand within each other,
    which are too many for a function that calls itself."""
    _run("rm", "-rf", "--", folder, check=False)
    if folder.exists():
        _run("chmod", "-R", "u+rwx", "--", folder, check=False)
        _run("rm", "-rf", "--", folder, check=False)


@contextmanager
def _alone(scratch: Path) -> Iterator[None]:
    """No folder is swept between its making and its locking."""
    scratch.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(scratch, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _locked(folder: Path) -> int:
    """Raise BlockingIOError where another has it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _run(*command: str | Path, check: bool = True) -> None:
    subprocess.run(command, check=check, stderr=subprocess.DEVNULL, env={"PATH": os.defpath})
