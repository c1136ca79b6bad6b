"""A law that is tried: a few statements that hold if it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .pool import Pool


@dataclass(frozen=True, slots=True)
class Trial:
    """Of one law with certain values. `symbol` is blamed, in `module`, at `line`; `says` is the law
    in words; `body` are statements that end in an AssertionError where it is broken; `of` groups
    trials of the same law and symbol, so that one can tell how often it holds."""

    law: str
    module: str
    symbol: str
    line: int
    says: str
    body: str
    of: str = ""

    @property
    def group(self) -> tuple[str, str, str, str]:
        return (self.law, self.module, self.symbol, self.of)


class Law(Protocol):
    """The module of a law."""

    def trials(self, pool: Pool) -> Iterator[Trial]:
        """With the values of the pool, those that say most first."""
