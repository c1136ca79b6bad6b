"""A webhook's payload, read with types: it comes from outside, and may lack anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_BIGINT = 2**63


class Malformed(Exception):
    """The payload is not what GitHub describes."""


@dataclass(frozen=True, slots=True)
class Payload:
    """Paths are names joined by dots."""

    root: Mapping[str, Any]

    def get(self, path: str) -> Any:
        """What is there, or None."""
        value: Any = self.root
        for name in path.split("."):
            if not isinstance(value, dict):  # JSON has no other mappings
                return None
            value = value.get(name)
        return value

    def text(self, path: str) -> str:
        value = self.get(path)
        if not isinstance(value, str):
            raise Malformed(f"{path} is missing, or is no text")
        return value

    def number(self, path: str) -> int:
        """A positive one, such as an id."""
        value = self.get(path)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _BIGINT:
            raise Malformed(f"{path} is missing, or is no number")
        return value

    def flag(self, path: str) -> bool:
        value = self.get(path)
        if not isinstance(value, bool):
            raise Malformed(f"{path} is missing, or is neither true nor false")
        return value

    def rows(self, path: str) -> list[Payload]:
        value = self.get(path)
        if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
            raise Malformed(f"{path} is missing, or is no list")
        return [Payload(row) for row in value]
