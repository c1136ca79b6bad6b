"""Repositories of any size: the corpora of the retrieval benchmark, and copies of them with names
of their own, so that a hundred times the code has a hundred times the names, as real code has.

The same number of chunks gives the same repository on every machine.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

CHUNKS_OF_ALL = 46_500
"""About what the nine corpora together have."""

_NAME = re.compile(rb"\b(?:[a-z]+_[a-z_]{2,}|[a-z]{2,}[A-Z]\w+|[A-Z][a-z]+[A-Z]\w+)\b")
_SHARES = 10_000
_GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0")


def write(corpora: Path, target: Path, chunks: int) -> None:
    """A git repository of about so many chunks, in one commit."""
    shutil.rmtree(target, ignore_errors=True)
    for copy in range(chunks // CHUNKS_OF_ALL + 1):
        share = min(1.0, (chunks - copy * CHUNKS_OF_ALL) / CHUNKS_OF_ALL)
        for path, content in _files(corpora, share):
            file = target / (f"part_{copy:02}" if copy else "") / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(renamed(content, copy) if copy else content)
    git(target, "init", "-q", "-b", "main")
    commit(target, "everything")


def renamed(content: bytes, copy: int) -> bytes:
    """Names of several parts get one part more."""
    suffix = f"{copy:02}".encode()

    def changed(found: re.Match[bytes]) -> bytes:
        name = found.group()
        return name + (b"_part" if b"_" in name else b"Part") + suffix

    return _NAME.sub(changed, content)


def _files(corpora: Path, share: float) -> Iterator[tuple[str, bytes]]:
    """A share of the files, always the same ones."""
    for listing in sorted(corpora.glob("*/files.txt")):
        for path in listing.read_text(encoding="utf-8").splitlines():
            named = f"{listing.parent.name}/{path}"
            if zlib.crc32(named.encode()) % _SHARES < share * _SHARES:
                yield named, (listing.parent / "tree" / path).read_bytes()


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*_GIT, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")
