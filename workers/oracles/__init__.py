"""Oracles: what a definition promises by its name and documentation, so that a test can be made of
it. One file each, and one line in this table."""

from __future__ import annotations

from workers.oracles import idempotence, laws, raises, round_trip
from workers.oracles.base import Oracle

ORACLES: dict[str, Oracle] = {
    "idempotence": idempotence,
    "laws": laws,
    "raises": raises,
    "round_trip": round_trip,
}
"""By the name of the promise."""
