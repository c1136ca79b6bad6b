"""JavaScript: fast-check on the package's own functions, with arguments by their comments, their
callers and their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workers.fuzzers.base import Target
from workers.fuzzers.ecmascript.fuzzing import fuzz
from workers.fuzzers.ecmascript.scan import scan
from workers.runners.javascripted.layout import SCRIPTS

__all__ = ["fuzz", "targets"]


def targets(folder: Path, paths: Sequence[str]) -> list[Target]:
    """The best first."""
    return scan(folder, paths, SCRIPTS)
