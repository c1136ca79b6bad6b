"""Folders of dependencies by what was asked for: made once, whole or not at all, then read-only."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from workers.sandbox import scratch
from workers.sandbox.disk import usage

MOST_BYTES = 20 << 30
_IN_USE_SECONDS = 6 * 3600
_FAILED_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Cache:
    """A failure is kept for a day: the same would fail again."""

    folder: Path

    def found(self, key: str) -> Path | None:
        made = self.folder / key
        if not made.is_dir():
            return None
        os.utime(made)
        return made

    def failure(self, key: str) -> str:
        """Why it could not be made; '' where nobody tried."""
        failed = self.folder / f"{key}.failed"
        if not failed.exists() or time.time() - failed.stat().st_mtime > _FAILED_SECONDS:
            return ""
        return failed.read_text()

    def failed(self, key: str, why: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{key}.failed").write_text(why)

    def new(self) -> Path:
        """Room for what is to be made, outside of what is found."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"new-{os.getpid()}-{time.monotonic_ns()}"

    def keep(self, key: str, made: Path) -> Path:
        """Where another was faster, theirs serves."""
        try:
            made.rename(self.folder / key)
        except OSError:
            scratch.remove_all(made)
        self._prune()
        return self.folder / key

    def _prune(self) -> None:
        """Whatever has not been used for longest goes first, and nothing that may be in use."""
        folders = [path for path in self.folder.iterdir() if path.is_dir()]
        newest = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)
        left = MOST_BYTES
        for path in newest:
            left -= usage(path).size
            if left < 0 and time.time() - path.stat().st_mtime > _IN_USE_SECONDS:
                scratch.remove_all(path)
