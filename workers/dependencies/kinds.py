"""The kinds of packages: one file each, and one line here."""

from __future__ import annotations

from workers.dependencies import node, python
from workers.dependencies.base import Preparer

KINDS: dict[str, Preparer] = {
    "node": node,
    "python": python,
}
"""By the name that notes and folders of the cache have."""
