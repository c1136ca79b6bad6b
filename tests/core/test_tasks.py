"""A task that is ended is over, whatever came at the same moment."""

import asyncio

from core.db.connect import Database, open_database
from core.tasks import ended


async def test_who_gets_a_connection_when_it_is_cancelled_is_over_all_the_same(
    database: Database,
) -> None:
    """At each of the few steps that it takes from one to the other."""
    async with open_database(database.url, max_size=1) as narrow:
        for steps in range(8):
            goes_on = asyncio.create_task(_for_ever(narrow))
            async with narrow.tenant(1):
                await asyncio.sleep(0.01)
            for _ in range(steps):
                await asyncio.sleep(0)
            async with asyncio.timeout(20):
                await ended(goes_on, patience=0.1)
            assert goes_on.done()


async def _for_ever(database: Database) -> None:
    while True:
        async with database.tenant(1):
            pass
        await asyncio.sleep(0.01)


async def test_a_task_that_failed_before_it_was_ended_is_over_without_a_word() -> None:
    failing = asyncio.ensure_future(_failing())
    await asyncio.wait([failing])
    await ended(failing)
    assert failing.done()


async def _failing() -> None:
    raise LookupError
