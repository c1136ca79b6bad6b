"""Files at one commit, read from git, each once: what every citation is checked against."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from core.redact import redact
from workers import git


@dataclass(frozen=True, slots=True)
class Text:
    """A file's lines. `masked` are the same lines as a model may see them."""

    sha: str
    lines: tuple[str, ...]
    masked: tuple[str, ...]

    def between(self, start: int, end: int) -> str:
        """Lines `start` to `end`, 1-based and inclusive."""
        return "\n".join(self.lines[start - 1 : end])


def text_hash(text: str) -> str:
    """What is stored beside a citation, to find out later whether its lines changed."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Source:
    mirror: Path
    commit: str
    _read: dict[str, Text | None] = field(default_factory=dict)

    def text(self, path: str) -> Text | None:
        """None where the commit has no such file."""
        if path not in self._read:
            found = git.blob_at(self.mirror, self.commit, path)
            self._read[path] = _decoded(*found) if found else None
        return self._read[path]


@lru_cache(maxsize=256)
def _decoded(sha: str, content: bytes) -> Text:
    """Git's lines: only a line feed ends one, and bytes that are no UTF-8 end none. Questions about
    one repository come back to the same files, and masking is what takes longest of an answer."""
    text = content.decode("utf-8", "replace")
    return Text(sha, tuple(text.split("\n")), tuple(redact(text).split("\n")))
