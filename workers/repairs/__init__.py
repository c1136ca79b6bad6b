"""Repairers: how each language's code is mended by small edits. One file each, and one line in this
table."""

from __future__ import annotations

from workers.repairs import go, javascript, python, typescript
from workers.repairs.base import Repairer

REPAIRS: dict[str, Repairer] = {
    "go": go,
    "javascript": javascript,
    "python": python,
    "typescript": typescript,
}
"""By the name of the language."""
