"""A store that answers late, or not at all, costs time and no work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest

from core import stream
from core.db import runs
from core.db.connect import Database, open_database
from core.db.repositories import Repository
from core.queue import open_queue
from core.settings import Settings
from tests.doors import door_to
from tests.thinking import thinking
from tests.workers.engine.test_loop import is_state, queued, serving, stopped, turn_on, until
from tests.workers.engine.test_think import FILES, counting
from workers.engine.loop import Event, Loop
from workers.thoughts import THOUGHTS


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())


async def ended(database: Database, repository: Repository) -> list[str]:
    async with database.tenant(0) as connection:
        found = await runs.of_repository(connection, repository.id)
    return [each.status for each in found]


async def test_a_database_that_answers_late_loses_nothing_and_does_nothing_twice(
    settings: Settings, database: Database
) -> None:
    async with (
        thinking(settings, database, FILES) as made,
        door_to(settings.database_url) as door,
        open_database(door.url) as slow,
    ):
        await turn_on(database, made.repository)
        thought = await queued(database, made.repository)
        door.seconds = 0.03
        engine = replace(made.engine, database=slow)
        async with serving(replace(made, engine=engine)):
            await until(partial(is_state, database, thought, "done"))
        assert await ended(database, made.repository) == ["done"]


async def test_a_redis_that_hangs_keeps_nobody_from_thinking(
    settings: Settings, database: Database
) -> None:
    async with (
        thinking(settings, database, FILES) as made,
        door_to(settings.redis_url) as door,
        open_queue(door.url) as queue,
    ):
        told = asyncio.Event()

        async def is_killed() -> bool:
            return False

        async def tell(events: Sequence[Event]) -> None:
            told.set()
            named = [(f"learning:{number}", event) for number, event in events]
            await stream.publish_all(queue.redis, named)

        await turn_on(database, made.repository)
        door.block()
        task = asyncio.create_task(Loop(made.engine, is_killed, tell).serve())
        for note in "abc":
            thought = await queued(database, made.repository, note=note)
            await until(partial(is_state, database, thought, "done"))
        assert told.is_set()
        await stopped(task)
