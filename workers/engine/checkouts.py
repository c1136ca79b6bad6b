"""Commits' files in folders: a cache that Thoughts read from, with a limit."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workers import git

KEPT = 12
"""Commits of all repositories together; the one that was used longest ago goes first."""
_FRESH_SECONDS = 3600.0
"""What was used so recently may be in use by another process, and stays."""


@dataclass(frozen=True, slots=True)
class Checkouts:
    """`folder`/<repository>/<commit>."""

    folder: Path

    def path(self, repository_id: int, commit: str) -> Path:
        """Where a commit's files are, or will be."""
        return self.folder / str(repository_id) / commit

    async def code(self, mirror: Path, repository_id: int, commit: str) -> Path:
        """The commit's files, whole; hostile content."""
        folder = self.path(repository_id, commit)
        await asyncio.to_thread(_checkout, mirror, commit, folder)
        return folder

    async def trim(self) -> None:
        await asyncio.to_thread(_trim, self.folder)

    async def forget(self, repository_id: int) -> None:
        """A repository was removed: nothing of it stays."""
        gone = self.folder / str(repository_id)
        await asyncio.to_thread(shutil.rmtree, gone, ignore_errors=True)


def _checkout(mirror: Path, commit: str, folder: Path) -> None:
    """Write a commit's files to a folder, whole or not at all."""
    if folder.exists():
        with suppress(OSError):  # removed this moment: the run says so by itself
            os.utime(folder)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="new-", dir=folder.parent))
    try:
        git.export(mirror, commit, made)
        with suppress(OSError):  # another run was faster
            made.rename(folder)
            os.utime(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _trim(top: Path) -> None:
    used = []
    for folder in top.glob("*/*"):
        with suppress(OSError):
            used.append((folder.stat().st_mtime, folder))
    used.sort(reverse=True)
    for at, folder in used[KEPT:]:
        if at < used[0][0] - _FRESH_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
