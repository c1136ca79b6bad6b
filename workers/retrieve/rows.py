"""Rows that are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

Row = TypeVar("Row")


class Lazy(Sequence[Row]):
    """The rows of several parts, one after the other; of each its length, and what makes its nth
    row."""

    def __init__(self, parts: Sequence[tuple[int, Callable[[int], Row]]]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(length for length, _ in self._parts)

    @overload
    def __getitem__(self, number: int) -> Row: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Row]: ...
    def __getitem__(self, number: int | slice) -> Row | Sequence[Row]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        left = number
        for length, make in self._parts:
            if 0 <= left < length:
                return make(left)
            left -= length
        raise IndexError(number)
