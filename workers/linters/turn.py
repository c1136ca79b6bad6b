"""The turn of one analyser: as many of its files as it gets through in the time that is left.

A file that breaks an analyser takes no others with it: what does not get through is halved, until
the file is found. Files that an analyser did not get through are its own to look at once more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from core.redact import redact
from workers.linters.base import Broken, Desk, Linter, Report, Source
from workers.sandbox import Limits, Workspace

LONGEST_SECONDS = 150.0
"""Of one call."""
LEAST_SECONDS = 5.0
"""A shorter call is not begun."""
KEPT_SECONDS = 20.0
"""For what comes after all turns: without it everything that was found would be lost."""
MOST_BREAKS = 12
"""Enough to find one file among a thousand. An analyser that breaks on everything gives up then."""
_MOST_ARGUMENTS = 500_000
"""Bytes of paths in one call, well below what Linux takes."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where turns are taken, and how long."""

    workspace: Workspace
    memory_mib: int
    seconds_left: Callable[[], float]
    log: Callable[[str], None]

    def desk(self, seconds: float) -> Desk:
        limits = Limits(seconds, 2 * seconds, self.memory_mib, output_kib=32_768)
        return Desk(self.workspace, limits, self.log)


@dataclass(slots=True)
class Turn:
    """`through` are the paths that were looked at. `problems` say what broke; `is_late` where the
    time was over before all files had been begun."""

    linter: Linter
    wanted: Sequence[Source]
    reports: list[Report] = field(default_factory=list)
    through: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    is_late: bool = False
    _slowest: float = 0.0

    @property
    def missed(self) -> set[str]:
        return {source.path for source in self.wanted} - self.through

    async def take(self, room: Room) -> None:
        for part in parts(self.wanted, self.linter.most):
            await self._look(room, part)
        said = f"{self.linter.name} looked at {len(self.through)} files: "
        room.log(f"{said}{len(self.reports)} reports")
        if self.is_late:
            room.log(f"{self.linter.name} left out {len(self.missed)} files: no time is left")

    async def _look(self, room: Room, sources: Sequence[Source]) -> None:
        seconds = min(LONGEST_SECONDS, room.seconds_left() - KEPT_SECONDS)
        if seconds < max(LEAST_SECONDS, self._slowest):
            self.is_late = True
            return
        if len(self.problems) == MOST_BREAKS:
            return
        began = time.monotonic()
        try:
            self.reports += await self.linter.look(room.desk(seconds), sources)
        except Broken as error:
            await self._halve(room, sources, error)
            return
        self.through |= {source.path for source in sources}
        self._slowest = max(self._slowest, time.monotonic() - began)

    async def _halve(self, room: Room, sources: Sequence[Source], error: Broken) -> None:
        what = sources[0].path if len(sources) == 1 else f"{len(sources)} files"
        self.problems.append(redact(f"{self.linter.name} did not get through {what}: {error}"))
        room.log(self.problems[-1])
        middle = len(sources) // 2
        for half in (sources[:middle], sources[middle:]) if middle else ():
            await self._look(room, half)


def parts(sources: Sequence[Source], most: int) -> Iterator[list[Source]]:
    """At most so many files a call, 0 for any number, whose paths fit in a command line."""
    part: list[Source] = []
    size = 0
    for source in sources:
        length = len(source.path.encode()) + 16
        if part and (len(part) == most or size + length > _MOST_ARGUMENTS):
            yield part
            part, size = [], 0
        part.append(source)
        size += length
    if part:
        yield part
