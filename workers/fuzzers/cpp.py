"""C++: libFuzzer, with the harnesses that a repository has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workers.fuzzers.base import Target
from workers.fuzzers.native import scan
from workers.fuzzers.native.fuzzing import fuzz

__all__ = ["fuzz", "targets"]


def targets(folder: Path, paths: Sequence[str]) -> list[Target]:
    """Harnesses in C++; no other function is called."""
    return scan.targets(folder, paths, scan.CPP)
