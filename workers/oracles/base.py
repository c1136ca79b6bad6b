"""What an oracle is: a module that reads promises off definitions, and says how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.db.symbol_graph import Definition


@dataclass(frozen=True, slots=True)
class Promise:
    """A claim that can be checked: `symbol` keeps it, `says` is a sentence, `words` are those of
    the code that say so: a name, or a line of the documentation."""

    oracle: str
    path: str
    symbol: str
    says: str
    words: str


class Oracle(Protocol):
    """The module."""

    def promises(self, path: str, definitions: Sequence[Definition]) -> list[Promise]:
        """Of one file, whose definitions are given in order."""


def is_public(definition: Definition) -> bool:
    """Whether others may rely on it."""
    return not any(
        part.startswith("_") and not part.endswith("__") for part in definition.qualified.split(".")
    )
