"""How long and how complex a commit's files are, read from a folder."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workers.languages.complexity import LARGEST, Complexity, measure


@dataclass(frozen=True, slots=True)
class Measured:
    """`complexity` is None where it is not known."""

    lines: int
    complexity: Complexity | None


def read(folder: Path, files: Iterable[tuple[str, str]], seconds: float) -> dict[str, Measured]:
    """By path, of (path, language) in order; without those that are no plain files, and without the
    rest once the seconds are over."""
    until = time.monotonic() + seconds
    found: dict[str, Measured] = {}
    for path, language in files:
        if time.monotonic() > until:
            break
        target = folder / path
        try:
            if target.is_symlink() or target.stat().st_size > LARGEST:
                continue
            text = target.read_text(errors="replace")
        except (OSError, ValueError):
            continue
        found[path] = Measured(text.count("\n") + 1, measure(language, text))
    return found
