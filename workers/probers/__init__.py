"""Probers: what tries a language's laws on code. One file each, and one line in this table."""

from __future__ import annotations

from workers.probers import python
from workers.probers.base import Prober

PROBERS: dict[str, Prober] = {
    "python": python,
}
"""By the name of the language."""
