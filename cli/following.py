"""Follow an index that workers make, by the rows they write, until it answers questions."""

from __future__ import annotations

import asyncio
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from cli import typed
from cli.progress import Lines, Stages, open_bars
from core.db import repositories, symbols, work
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.work import Work
from workers.progress import Progress

_POLL_SECONDS = 0.3
_QUIET_SECONDS = 2.0

Say = Callable[[str], None]


@dataclass
class Followed:
    """One repository's index. `over` once it answers or failed; `quiet` once nothing that
    follows from it, such as its vectors, is under way either."""

    repository: Repository
    job: Work
    report: Progress
    began: float = field(default_factory=time.monotonic)
    over: bool = False
    active_at: float = field(default_factory=time.monotonic)

    @property
    def quiet(self) -> bool:
        return self.over and time.monotonic() - self.active_at > _QUIET_SECONDS

    async def look(self, database: Database, say: Say) -> None:
        async with database.tenant(self.repository.installation_id) as connection:
            row = await repositories.get(connection, self.repository.id)
            job = await work.get(connection, self.job.id)
        if row and row.progress:
            self.active_at = time.monotonic()
            self.report(row.progress["stage"], row.progress["done"], row.progress["total"])
        if not self.over and job and job.state in ("done", "failed"):
            self.over, self.active_at = True, time.monotonic()
            say(await self._outcome(database, job))

    async def _outcome(self, database: Database, job: Work) -> str:
        name, seconds = self.repository.name, time.monotonic() - self.began
        if job.state == "failed":
            return f"{name} could not be indexed: {job.error}"
        question = await _question(database, self.repository)
        return (
            f"{name} is indexed after {seconds:.1f} s. Ask it something:\n"
            f"  {typed.ponder()} ask {shlex.quote(self.repository.source)} {shlex.quote(question)}"
        )


async def _question(database: Database, repository: Repository) -> str:
    """About something that is really there."""
    async with database.tenant(repository.installation_id) as connection:
        name = await symbols.worth_asking_about(connection, repository.id)
    return f"What is {name} for?" if name else "Where does the program start?"


async def follow(database: Database, jobs: Sequence[tuple[Repository, Work]]) -> None:
    """Show progress, and say how each index ended."""
    with _shown(jobs) as (followed, say):
        while not all(each.quiet for each in followed):
            for each in followed:
                await each.look(database, say)
            await asyncio.sleep(_POLL_SECONDS)


@contextmanager
def _shown(
    jobs: Sequence[tuple[Repository, Work]],
) -> Iterator[tuple[list[Followed], Say]]:
    if not sys.stderr.isatty():
        yield (
            [Followed(repository, job, Lines(f"{repository.name}: ")) for repository, job in jobs],
            lambda line: print(line, flush=True),
        )
        return
    with open_bars() as bars:
        yield (
            [Followed(row, job, Stages(bars, f"{row.name}: ")) for row, job in jobs],
            lambda line: bars.console.print(line, highlight=False, soft_wrap=True),
        )
