"""Whether failing tests have one cause. One file each language, and one line in this table."""

from __future__ import annotations

from workers.causes import python
from workers.causes.base import Causes

CAUSES: dict[str, Causes] = {
    "python": python,
}
"""By the name of the language."""
