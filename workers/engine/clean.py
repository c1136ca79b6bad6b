"""Text that PostgreSQL takes: what comes out of a sandbox may hold anything."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

_Row = TypeVar("_Row", bound=Any)


def storable(text: str) -> str:
    """Without null bytes, and without halves of characters."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


def cleaned(row: _Row) -> _Row:
    """The same dataclass with all of its texts storable."""
    texts = {each.name: getattr(row, each.name) for each in fields(row)}
    made: _Row = replace(
        row, **{name: storable(text) for name, text in texts.items() if isinstance(text, str)}
    )
    return made
