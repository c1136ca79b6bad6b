"""Explorers: how each language's functions are called and tests of them written. One file each, and
one line in this table."""

from __future__ import annotations

from workers.explorers import go, javascript, python, typescript
from workers.explorers.base import Explorer

EXPLORERS: dict[str, Explorer] = {
    "go": go,
    "javascript": javascript,
    "python": python,
    "typescript": typescript,
}
"""By the name of the language."""
