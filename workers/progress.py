"""The progress of an index, written to the repository's row so that every door can show it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from core.db import repositories
from core.db.connect import Database
from core.db.repositories import Repository
from core.tasks import ended

Progress = Callable[[str, int, int], None]
"""(stage, done, total): cheap, and called often."""

_WRITE_SECONDS = 0.5


@asynccontextmanager
async def progress_row(database: Database, repository: Repository) -> AsyncIterator[Progress]:
    """Yield a Progress whose latest value is written at most twice a second, and cleared at the
    end."""
    latest: dict[str, str | int] = {}

    def report(stage: str, done: int, total: int) -> None:
        latest.update(stage=stage, done=done, total=total)

    async def write(progress: dict[str, str | int]) -> None:
        async with database.tenant(repository.installation_id) as connection:
            await repositories.set_progress(connection, repository.id, progress)

    async def write_often() -> None:
        written: dict[str, str | int] = {}
        while True:
            if latest != written:
                written = dict(latest)
                await write(written)
            await asyncio.sleep(_WRITE_SECONDS)

    writer = asyncio.create_task(write_often())
    try:
        yield report
    finally:
        await ended(writer)
        await write({})
