"""Folders in which commands work: made, given to the account that uses them, and removed."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

_USERS = range(60578, 61184)
"""Account numbers that Linux distributions leave unused."""


def user_for(scratch: Path) -> int | None:
    """An account for a new workspace, which no other workspace has; None where the worker is no
    root and so works as itself."""
    if os.geteuid() != 0:
        return None
    taken = {path.stat().st_uid for path in scratch.glob("run-*")}
    return random.choice([user for user in _USERS if user not in taken])  # noqa: S311


def made(scratch: Path, code: Path | None, user: int | None) -> Path:
    """A new folder, with a copy of the code but for what belongs to git."""
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=scratch))
    if code is not None:
        shutil.copytree(
            code,
            folder,
            symlinks=True,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns(".git"),
        )
    if user is not None:
        _give(folder, user)
    return folder


def _give(folder: Path, user: int) -> None:
    os.chown(folder, user, user)
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(above, name), user, user, follow_symlinks=False)


def removed(folder: Path) -> None:
    """Remove a folder whatever a command did to it: folders without any rights, or ten thousand
    within each other, which are too many for a function that calls itself."""
    _quietly("rm", "-rf", "--", folder)
    if folder.exists():
        _quietly("chmod", "-R", "u+rwx", "--", folder)
        _quietly("rm", "-rf", "--", folder)


def _quietly(*command: str | Path) -> None:
    subprocess.run(command, check=False, stderr=subprocess.DEVNULL)
