"""Profilers: how long each language's functions take, in the sandbox. One file each, and one line
in this table."""

from __future__ import annotations

from workers.profilers import go, python
from workers.profilers.base import Profiler

PROFILERS: dict[str, Profiler] = {"go": go, "python": python}
"""By the name of the language."""
