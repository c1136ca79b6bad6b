"""What a profiler is: a module that finds where time goes, how it grows, and what became slower."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from workers.fuzzers.base import Target
from workers.sandbox import Workspace


@dataclass(frozen=True, slots=True)
class Growth:
    """Time grows with a power of the input's size: `points` are sizes and seconds, `exponent` is
    fitted to them. `before` is the exponent before the last change, None where it is not known.
    `reproducer` is a test that was seen to fail; '' where there is none."""

    target: Target
    exponent: float
    points: tuple[tuple[int, float], ...]
    before: float | None
    reproducer: str


@dataclass(frozen=True, slots=True)
class Slower:
    """A function takes longer than before the last change. The ratio of the medians lies between
    `low` and `high` (95 %, bootstrapped), in two runs. `now` and `before` are seconds a round of
    the recorded calls."""

    target: Target
    now: float
    before: float
    low: float
    high: float
    reproducer: str


@dataclass(frozen=True, slots=True)
class Profiled:
    """`stacks` counts samples by the names on the stack, outermost first, joined with ';'."""

    stacks: Mapping[str, int] = field(default_factory=dict)
    growths: tuple[Growth, ...] = ()
    slower: tuple[Slower, ...] = ()
    grown: int = 0
    compared: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """`folder` has the code, hostile and only read; `earlier` are texts of what the last commit
    changed, as it was before; None for what was not there."""

    folder: Path
    paths: Sequence[str]
    targets: Sequence[Target]
    earlier: Mapping[str, str | None]
    seconds: float


class Profiler(Protocol):
    """The module."""

    def targets(self, folder: Path, paths: Sequence[str]) -> list[Target]:
        """Functions that may be measured. `folder` is hostile: it is read only."""

    def profile(
        self, workspace: Workspace, wanted: Wanted, log: Callable[[str], None]
    ) -> Awaitable[Profiled]: ...
