"""Languages in which callers that a change leaves behind are found: one file each."""

from __future__ import annotations

from workers.changes.callables import go, javascript, python, tsx, typescript
from workers.changes.callables.base import Calls

CALLABLES: dict[str, Calls] = {
    "go": go,
    "javascript": javascript,
    "python": python,
    "tsx": tsx,
    "typescript": typescript,
}
"""By the language's name."""
