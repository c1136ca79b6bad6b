"""Laws: one file each, and one line in this table."""

from __future__ import annotations

from ..trial import Law
from . import (
    arithmetic,
    containers,
    crashes,
    defaults,
    documents,
    equality,
    examples,
    growth,
    ordering,
    returns,
    round_trip,
    tables,
    texts,
)

LAWS: dict[str, Law] = {
    "arithmetic": arithmetic,
    "containers": containers,
    "crashes": crashes,
    "defaults": defaults,
    "documents": documents,
    "equality": equality,
    "examples": examples,
    "growth": growth,
    "ordering": ordering,
    "returns": returns,
    "round_trip": round_trip,
    "tables": tables,
    "texts": texts,
}
"""By name."""
