"""TypeScript: as JavaScript, of tests in TypeScript."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workers.runners.base import Suite
from workers.runners.javascript import (
    alone,
    alone_text,
    excuse,
    explored,
    promised,
    reproducers,
    run,
    test_path,
    wavers,
    written,
)
from workers.runners.javascripted import layout

__all__ = [
    "alone",
    "alone_text",
    "excuse",
    "explored",
    "promised",
    "reproducers",
    "run",
    "suite",
    "test_path",
    "wavers",
    "written",
]


def suite(folder: Path, paths: Sequence[str]) -> Suite | None:
    """Of tests in TypeScript."""
    return layout.suite(folder, paths, layout.TYPED)
