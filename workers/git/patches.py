"""Which lines many commits changed, from one pass over git's patches."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from workers.git.commits import file_name
from workers.git.run import environment, git

_ASKED = (
    *("-c", "core.bigFileThreshold=1m", "log", "--no-walk=unsorted", "--stdin", "-p", "-U0", "-M"),
    *("-l100", "--no-ext-diff", "--no-textconv", "--no-color", "--format=%x00%H"),
)
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_MOST_BYTES = 512 << 20


@dataclass(frozen=True, slots=True)
class Patched:
    """Lines of a path that a commit changed: `added` from `start` on after it, `deleted` from
    `old_start` on before it. A path is '' where there is no file on that side."""

    path: str
    old_path: str
    start: int
    added: int
    old_start: int
    deleted: int


def newest_first(mirror: Path, commit: str, limit: int) -> list[str]:
    """Commits that lead to one, each before its parents, whatever their dates say; no merges."""
    asked = ("rev-list", "--date-order", "--no-merges", f"--max-count={limit}", commit, "--")
    return git(*asked, mirror=mirror).decode().split()


def patches(
    mirror: Path, shas: Sequence[str], *, seconds: float
) -> Iterator[tuple[str, list[Patched]]]:
    """Of commits in their order; no more of them once the seconds are over. Merges have none."""
    if not shas:
        return  # git would show its newest commit
    until = time.monotonic() + seconds
    with TemporaryFile() as asked:
        asked.write("\n".join(shas).encode())
        asked.seek(0)
        process = subprocess.Popen(
            ["git", *_ASKED],
            env=environment() | {"GIT_DIR": str(mirror)},
            stdin=asked.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with process:
            try:
                yield from _read(process, until)
            finally:
                process.kill()


def _read(process: subprocess.Popen[bytes], until: float) -> Iterator[tuple[str, list[Patched]]]:
    assert process.stdout is not None
    found: list[Patched] = []
    sha, size = "", 0
    path = old_path = ""
    left = 0  # lines of a hunk that are still to come, whatever they look like
    for line in process.stdout:
        size += len(line)
        if left and line[:1] in b"+-\\":
            left -= line[:1] != b"\\"
        elif line.startswith(b"\0"):
            if sha:
                yield sha, found
            if time.monotonic() > until or size > _MOST_BYTES:
                return
            sha, found = line[1:].strip().decode(), []
        elif line.startswith(b"--- "):
            old_path = file_name(line, b"--- ", b"a/")
        elif line.startswith(b"+++ "):
            path = file_name(line, b"+++ ", b"b/")
        elif hunk := _HUNK.match(line):
            old_start, deleted, start, added = (int(n) if n else 1 for n in hunk.groups())
            left = deleted + added
            found.append(Patched(path, old_path, start, added, old_start, deleted))
    if sha:
        yield sha, found
