"""What a fuzzer is: a module that finds functions worth fuzzing, and fuzzes them in the sandbox."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from workers.runners.base import Frame
from workers.sandbox import Workspace


@dataclass(frozen=True, slots=True)
class Target:
    """A function. `symbol` is qualified; lines are 1-based and inclusive; `score` is higher for
    what is fuzzed first. `promised` are exceptions that its documents, or those who call it, reckon
    with."""

    path: str
    symbol: str
    start_line: int
    end_line: int
    score: float
    promised: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.path}#{self.symbol}"


@dataclass(frozen=True, slots=True)
class Crash:
    """A way in which a function breaks. `call` is the expression; `frames` are the repository's,
    outermost first; `doubts` are reasons in words why it may be no bug. `reproducer` is a test that
    stands alone and was seen to fail; '' where there is none. `new`: the same call came back before
    the last change."""

    kind: str
    message: str
    call: str
    frames: tuple[Frame, ...]
    doubts: tuple[str, ...]
    reproducer: str
    times: int
    new: bool = False


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What came of one function. `why` says why it was not fuzzed; '' where it was. `seeds` counts
    known calls that came back; `corpus` has inputs that reached something new."""

    target: Target
    why: str = ""
    executions: int = 0
    seconds: float = 0.0
    returned: int = 0
    refused: int = 0
    seeds: int = 0
    crashes: tuple[Crash, ...] = ()
    corpus: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """`folder` has the code, hostile and only read; `paths` are its files; `targets` are in the
    order in which they are worth it. `seconds` are for each function; `most` is how many are
    fuzzed, after `skipped` of the best. `corpora` are inputs kept from before, by a target's name;
    `earlier` is the text of files that were different before the last change, None for what was
    not there. From `until` on, by the clock of `time.monotonic`, no function is begun."""

    folder: Path
    paths: Sequence[str]
    targets: Sequence[Target]
    seconds: float
    most: int
    skipped: int = 0
    until: float = math.inf
    corpora: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    earlier: Mapping[str, str | None] = field(default_factory=dict)


class Fuzzer(Protocol):
    """The module."""

    def targets(self, folder: Path, paths: Sequence[str]) -> list[Target]:
        """Functions that may be worth it, the best first. `folder` is hostile: it is read only."""

    def fuzz(
        self, workspace: Workspace, plan: Plan, log: Callable[[str], None]
    ) -> Awaitable[list[Fuzzed]]:
        """One for each target that was looked at."""
