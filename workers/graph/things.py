"""Definitions as resolution passes them on, and the memory of what was found out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

DEEPEST = 24
"""Bases of bases, exports of exports, types of types: hostile code has more, or goes in circles."""
MOST_CANDIDATES = 40
"""A name that more definitions have says nothing about which of them is meant."""
MOST_BASES = 30


@dataclass(frozen=True, slots=True)
class Thing:
    """A definition, or a file as a module where both numbers are -1. An instance is a value of that
    type."""

    file: int
    symbol: int = -1
    attribute: int = -1
    instance: bool = False


EXTERNAL = Thing(-1)
"""Something that is defined outside of the repository."""

Things = list[Thing]


def real(found: Things) -> Things:
    return [each for each in found if each is not EXTERNAL]


def unique(lists: Iterable[Things]) -> Things:
    return list(dict.fromkeys(each for found in lists for each in found))


class Memory:
    """Of one resolver."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Things] = {}
        self._depth = 0

    def once(self, key: tuple[object, ...], work: Callable[[], Things]) -> Things:
        """Asked again while it is being found out, it is nothing: so circles end."""
        known = self._known.get(key)
        if known is not None:
            return known
        if self._depth >= DEEPEST:
            return []
        self._known[key] = []
        self._depth += 1
        try:
            found = work()
        finally:
            self._depth -= 1
        self._known[key] = found
        return found
