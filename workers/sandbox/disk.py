"""How much a folder holds. Its content is hostile: too deep for a path, or unreadable."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Usage:
    """`whole` is False where a part could not be read."""

    size: int
    entries: int
    whole: bool


def usage(folder: Path) -> Usage:
    """Bytes on the disk, so holes are free and a file with two names counts once."""
    size, whole = _du("--block-size=1", folder)
    entries, _ = _du("--inodes", folder)
    return Usage(size, entries, whole)


def free(folder: Path) -> int:
    """Bytes of the file system that anybody may have."""
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


def _du(what: str, folder: Path) -> tuple[int, bool]:
    done = subprocess.run(
        ["du", "--summarize", "--one-file-system", what, "--", folder],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    first = done.stdout.partition(b"\t")[0]
    return int(first) if first.isdigit() else 0, done.returncode == 0
