"""TypeScript: as JavaScript, with its own grammar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workers.repairs.base import Edit
from workers.repairs.braced.edits import edits as of_dialect
from workers.repairs.javascript import DIALECT, tried

__all__ = ["edits", "tried"]

_DIALECT = replace(DIALECT, language="typescript")


def edits(raw: bytes, lines: Mapping[int, float]) -> list[Edit]:
    """Edits at suspected lines; what seems best comes first."""
    return of_dialect(_DIALECT, raw, lines)
