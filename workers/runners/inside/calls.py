"""Writes down with which plain values the repository's functions are called while tests run.

It runs in the sandbox, as a part of the recorder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from types import FrameType
from typing import Any

_PLAIN = (str, bytes, int, float, bool, type(None))
_MOST_CALLS = 12
_LONGEST = 200


class Calls:
    """By file and symbol: tuples of literals, as Python writes them. Of a class, what its instances
    were made of."""

    def __init__(self, root: str, files: Collection[str]) -> None:
        self.paths = {os.path.join(root, each): each for each in files}
        self.seen: dict[tuple[str, str], set[str]] = {}

    def start(self) -> None:
        sys.setprofile(self._called)

    def stop(self) -> None:
        sys.setprofile(None)

    def told(self) -> list[list[Any]]:
        return [[path, symbol, sorted(found)] for (path, symbol), found in self.seen.items()]

    def _called(self, frame: FrameType, event: str, _: Any) -> None:
        path = self.paths.get(frame.f_code.co_filename) if event == "call" else None
        if path is None or frame.f_code.co_flags & 0x0C:  # takes *values or **named
            return
        code, values = frame.f_code, []
        symbol = getattr(code, "co_qualname", code.co_name)
        names = code.co_varnames[: code.co_argcount]
        if symbol.endswith(".__init__") and names:
            owner = type(frame.f_locals.get(names[0])).__qualname__
            symbol, names = symbol.removesuffix(".__init__"), names[1:]
            if owner != symbol:
                return
        if "." in symbol or code.co_kwonlyargcount:
            return
        found = self.seen.setdefault((path, symbol), set())
        values = [frame.f_locals.get(name) for name in names]
        if len(found) < _MOST_CALLS and all(_is_plain(value) for value in values):
            found.add(repr(tuple(values)))


def _is_plain(value: Any, depth: int = 0) -> bool:
    kind = type(value)
    if kind in _PLAIN:
        return not isinstance(value, str | bytes) or len(value) <= _LONGEST
    if depth > 2 or kind not in (tuple, list, dict) or len(value) > 8:
        return False
    parts = [*value, *value.values()] if kind is dict else value
    return all(_is_plain(part, depth + 1) for part in parts)
