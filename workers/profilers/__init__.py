"""Profilers: how long each language's functions take, in the sandbox. One file each, and one line
in this table."""

from __future__ import annotations

from workers.profilers import go, javascript, python, typescript
from workers.profilers.base import Profiler

PROFILERS: dict[str, Profiler] = {
    "go": go,
    "javascript": javascript,
    "python": python,
    "typescript": typescript,
}
"""By the name of the language."""
