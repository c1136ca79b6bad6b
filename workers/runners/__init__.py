"""Runners: how each language's tests are run in the sandbox. One file each, and one line in this
table."""

from __future__ import annotations

from workers.runners import go, javascript, python, typescript
from workers.runners.base import Runner

RUNNERS: dict[str, Runner] = {
    "go": go,
    "javascript": javascript,
    "python": python,
    "typescript": typescript,
}
"""By the name of the language."""
