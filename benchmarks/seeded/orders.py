"""In which order Thoughts run: the engine's own, or each kind in turn, a file after the other."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Sequence
from itertools import cycle
from typing import Protocol

from core.db import claims, snapshots, thoughts
from core.db.files import of_snapshot
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.thoughts import Subject, Thought
from workers.engine.now import think_now
from workers.engine.seed import FIRST
from workers.engine.think import Engine
from workers.languages import LINKED, language_of
from workers.linters.places import aside
from workers.thoughts import THOUGHTS

_WHOLE = frozenset({*FIRST, "scan_diff"})
"""Kinds that look at a repository at once, and not at a file after the other."""


class Order(Protocol):
    """Runs as they end, until nothing is due or the seconds are over."""

    def __call__(
        self, engine: Engine, repository: Repository, *, kinds: Sequence[str], seconds: float
    ) -> AsyncIterator[Run]: ...


async def round_robin(
    engine: Engine, repository: Repository, *, kinds: Sequence[str], seconds: float
) -> AsyncIterator[Run]:
    """A Thought of each kind in turn, the one that was queued first: about each file that is code,
    in order of their paths, and then whatever others lead to. The repository's name decides
    which kind begins."""
    wanted = list(kinds) or list(THOUGHTS)
    random.Random(repository.name).shuffle(wanted)
    await _queue(engine, repository, wanted)
    until = time.monotonic() + seconds
    idle = 0
    for kind in cycle(wanted):
        if idle > len(wanted) or time.monotonic() > until:
            return
        thought = await _oldest(engine, repository, kind)
        idle = 0 if thought else idle + 1
        run = await engine.think(thought) if thought else None
        if run is not None:
            yield run


async def _queue(engine: Engine, repository: Repository, kinds: Sequence[str]) -> None:
    async with engine.database.tenant(repository.installation_id) as connection:
        snapshot = await snapshots.current(connection, repository.id)
        assert snapshot is not None
        files = [
            Subject("file", path=file.path)
            for file in await of_snapshot(connection, snapshot.id)
            if language_of(file.path) in LINKED and not aside(file.path)
        ]
        for kind in kinds:
            for subject in [Subject()] if kind in _WHOLE else files:
                await thoughts.add(
                    connection,
                    installation_id=repository.installation_id,
                    repository_id=repository.id,
                    kind=kind,
                    subject=subject,
                    priority=0.0,
                    reason="its turn",
                )


async def _oldest(engine: Engine, repository: Repository, kind: str) -> Thought | None:
    async with engine.database.tenant(repository.installation_id) as connection:
        queued = await thoughts.of_repository(
            connection, repository.id, states=["queued"], limit=10_000
        )
        first = min((each.id for each in queued if each.kind == kind), default=None)
        taken = await claims.take(connection, {first: {}}) if first is not None else []
        return taken[0] if taken else None


ORDERS: dict[str, Order] = {"priority": think_now, "round-robin": round_robin}
