"""Progress on stderr: bars with rate and time left on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import Task, TaskID
    from rich.text import Text

    from workers.progress import Progress

STAGES = {
    "clone": "Fetching",
    "unpack": "Unpacking",
    "walk": "Listing files",
    "parse": "Parsing",
    "copy": "Storing",
    "history": "Reading history",
    "link": "Linking names",
    "embed": "Embedding",
    "search": "Searching",
}
_LINE_SECONDS = 3.0


def title(stage: str) -> str:
    return STAGES.get(stage, stage.capitalize())


@contextmanager
def shown() -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield Lines()
        return
    with open_bars() as bars:
        yield Stages(bars)


@dataclass
class Lines:
    """At most one line every few seconds, none twice, and none for what is over before."""

    prefix: str = ""
    say: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True)
    clock: Callable[[], float] = time.monotonic
    _stage: str = ""
    _began: float = 0.0
    _at_first: int = 0
    _said: float = field(default=-1.0)
    _last: str = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self.clock()
        if self._said < 0:
            self._said = now
        if stage != self._stage:
            self._stage, self._began, self._at_first = stage, now, done
        if now - self._said >= _LINE_SECONDS:
            self._said = now
            self._tell(self._line(done, total, now - self._began))

    def _tell(self, line: str) -> None:
        if line != self._last:
            self._last = line
            self.say(line)

    def _line(self, done: int, total: int, seconds: float) -> str:
        rate = (done - self._at_first) / seconds if seconds else 0.0
        parts = [self.prefix + title(self._stage)]
        if done:
            parts[0] += f" {done:,}" + (f" of {total:,}" if total else "")
        if rate:
            parts.append(f"{rate:,.0f}/s")
        if rate and total > done:
            parts.append(f"{(total - done) / rate:,.0f} s left")
        return ", ".join(parts)


@dataclass
class Stages:
    """A bar for each stage; one that another follows is full."""

    bars: Bars
    prefix: str = ""
    _tasks: dict[str, TaskID] = field(default_factory=dict)

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self.finish()
            name = f"{self.prefix}{title(stage)}"
            self._tasks[stage] = self.bars.add_task(name, total=None)
        task = self.bars.tasks[self._tasks[stage]]
        # A second, smaller round of the same stage does not take the bar back.
        if total >= (task.total or 0):
            self.bars.update(task.id, completed=done, total=total or None)

    def finish(self) -> None:
        for task in self._tasks.values():
            total = self.bars.tasks[task].total or max(self.bars.tasks[task].completed, 1)
            self.bars.update(task, total=total, completed=total)


def open_bars() -> Bars:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")

    return Progress(
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        console=Console(stderr=True),
    )
