"""TypeScript: as JavaScript, with arguments by their types."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workers.fuzzers.base import Target
from workers.fuzzers.ecmascript.fuzzing import fuzz
from workers.fuzzers.ecmascript.scan import scan
from workers.runners.javascripted.layout import TYPED

__all__ = ["fuzz", "targets"]


def targets(folder: Path, paths: Sequence[str]) -> list[Target]:
    """The best first."""
    return scan(folder, paths, TYPED)
