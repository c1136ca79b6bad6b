"""What a repairer is: a module that knows small edits of a language which often mend a bug, and
tries many of them at once against a test that fails."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workers.runners.base import Suite
from workers.sandbox import Workspace


@dataclass(frozen=True, slots=True)
class Edit:
    """Other text instead of the bytes from `start` to `end`. `kind` says what is done, in the words
    that a person reads; `weight`, between 0 and 1, how often that is what was wrong."""

    kind: str
    start: int
    end: int
    new: str
    line: int
    weight: float

    def applied(self, raw: bytes) -> bytes:
        return raw[: self.start] + self.new.encode() + raw[self.end :]


@dataclass(frozen=True, slots=True)
class Draft:
    """Files as they would be, by path; `kind` says what was done."""

    kind: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Tried:
    """Drafts with which tests pass, and those with which one fails. What was not tried, or could
    not be run, is in neither."""

    passed: tuple[Draft, ...]
    failed: tuple[Draft, ...]


class Repairer(Protocol):
    """The module."""

    def edits(self, raw: bytes, lines: Mapping[int, float]) -> list[Edit]:
        """Edits at suspected lines, by line and suspicion; what seems best comes first."""

    def tried(
        self,
        workspace: Workspace,
        suite: Suite,
        tests: Sequence[str],
        drafts: Sequence[Draft],
        *,
        enough: int,
        seconds: float,
    ) -> Awaitable[Tried]:
        """Drafts in their order, until tests pass with `enough` of them or so many seconds are
        over. Tests are files in the workspace, or ids of some in them."""
