"""Laws: one file each, and one line in this table."""

from __future__ import annotations

from ..trial import Law
from . import equality, examples, ordering, returns, tables

LAWS: dict[str, Law] = {
    "equality": equality,
    "examples": examples,
    "ordering": ordering,
    "returns": returns,
    "tables": tables,
}
"""By name."""
