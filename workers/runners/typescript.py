"""TypeScript: as JavaScript, of tests in TypeScript."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workers.runners.base import Suite
from workers.runners.javascript import (
    alone,
    alone_text,
    blank,
    command,
    excuse,
    how,
    place,
    reproducers,
    run,
    wavers,
)
from workers.runners.javascripted import layout

__all__ = [
    "alone",
    "alone_text",
    "blank",
    "command",
    "excuse",
    "how",
    "place",
    "reproducers",
    "run",
    "suite",
    "wavers",
]


def suite(folder: Path, paths: Sequence[str]) -> Suite | None:
    """Of tests in TypeScript."""
    return layout.suite(folder, paths, layout.TYPED)
