"""Thoughts about one repository now, one after the other, for whoever waits at a terminal."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence

from core.db import thoughts
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.thoughts import Thought
from workers.engine.seed import seed
from workers.engine.think import Engine


async def think_now(
    engine: Engine, repository: Repository, *, kinds: Sequence[str], seconds: float
) -> AsyncGenerator[Run, None]:
    """Runs as they end, the best Thought first, until nothing is due or the seconds are over; a run
    that has begun is not cut short. `kinds` empty: all kinds, follow-ups included."""
    wanted = list(kinds) or None
    await seed(engine.database, repository, wanted)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        claimed = await _claimed(engine, repository, wanted)
        if claimed is None:
            return
        run = await engine.think(claimed)
        if run is not None:
            yield run


async def _claimed(
    engine: Engine, repository: Repository, kinds: list[str] | None
) -> Thought | None:
    async with engine.database.tenant(repository.installation_id) as connection:
        return await thoughts.claim_of(connection, repository.id, kinds)
