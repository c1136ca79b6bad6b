"""Files at one commit, read from git, each once: what every citation is checked against."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from core.redact import redact
from workers import git


@dataclass(frozen=True)
class Text:
    """A file's lines."""

    sha: str
    lines: tuple[str, ...]

    @cached_property
    def masked(self) -> tuple[str, ...]:
        """The same lines as a model may see them. It takes longer than all else of reading a file,
        and most files that are read are shown to nobody."""
        return tuple(redact("\n".join(self.lines)).split("\n"))

    def between(self, start: int, end: int) -> str:
        """Lines `start` to `end`, 1-based and inclusive."""
        return "\n".join(self.lines[start - 1 : end])


def text_hash(text: str) -> str:
    """What is stored beside a citation, to find out later whether its lines changed."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Source:
    """Not for two threads at once."""

    mirror: Path
    commit: str
    _read: dict[str, Text | None] = field(default_factory=dict)
    _opened: git.Mirror | None = None

    def text(self, path: str) -> Text | None:
        """None where the commit has no such file."""
        if path not in self._read:
            self._opened = self._opened or git.Mirror(self.mirror)
            found = self._opened.file_at(self.commit, git.raw_path(path))
            self._read[path] = _decoded(*found) if found else None
        return self._read[path]


@lru_cache(maxsize=256)
def _decoded(sha: str, content: bytes) -> Text:
    """Git's lines: only a line feed ends one, and bytes that are no UTF-8 end none. Questions about
    one repository come back to the same files."""
    return Text(sha, tuple(content.decode("utf-8", "replace").split("\n")))
