"""Work is claimed once, comes back when its worker dies, and the newest subject wins."""

import asyncio

from core.db import work
from core.db.connect import Connection, Database
from core.db.work import Work


async def add(connection: Connection, number: int = 1, **more: object) -> Work:
    return await work.add(
        connection,
        installation_id=0,
        kind="index",
        queue="indexing",
        subject={"repository_id": number},
        **more,
    )


async def test_only_one_of_many_claims_gets_the_row(database: Database) -> None:
    async with database.system() as connection:
        row = await add(connection)

    async def claim() -> Work | None:
        async with database.system() as connection:
            return await work.claim(connection, row.id)

    claims = await asyncio.gather(*(claim() for _ in range(8)))

    assert len([claimed for claimed in claims if claimed]) == 1


async def test_a_row_whose_lease_ran_out_can_be_claimed_again(database: Database) -> None:
    async with database.system() as connection:
        row = await add(connection)
        assert await work.claim(connection, row.id)
        assert await work.claim(connection, row.id) is None
        await connection.execute("UPDATE work SET lease_until = now() - interval '1 second'")

        assert [found.id for found in await work.due(connection)] == [row.id]
        again = await work.claim(connection, row.id)

    assert again is not None and again.attempts == 2


async def test_a_queued_row_with_the_same_key_takes_the_newest_subject(database: Database) -> None:
    async with database.system() as connection:
        first = await add(connection, 1, key="index:1:")
        second = await add(connection, 2, key="index:1:")

    assert first.id == second.id and second.subject == {"repository_id": 2}


async def test_a_row_that_runs_does_not_swallow_a_newer_one(database: Database) -> None:
    async with database.system() as connection:
        first = await add(connection, 1, key="index:1:")
        await work.claim(connection, first.id)
        second = await add(connection, 2, key="index:1:")
        await work.retry(connection, first.id, "again", 0)

    assert first.id != second.id


async def test_a_delayed_row_is_not_due_before_its_time(database: Database) -> None:
    async with database.system() as connection:
        row = await add(connection, delay_seconds=60)

        assert await work.claim(connection, row.id) is None
        assert await work.due(connection) == []


async def test_one_tenant_does_not_see_the_work_of_another(database: Database) -> None:
    async with database.system() as connection:
        row = await add(connection)
    async with database.tenant(4711) as connection:
        assert await work.get(connection, row.id) is None
    async with database.tenant(0) as connection:
        assert await work.get(connection, row.id) is not None


async def test_of_two_rows_about_a_pull_request_the_one_that_was_claimed_first_goes_on(
    database: Database,
) -> None:
    """Also where one of them is tried again, and is known by no key any more."""
    first, second = [await _of_a_pull_request(database, tried_again=again) for again in (1, 0)]
    other = await _of_a_pull_request(database, number=2)
    async with database.system() as connection:
        for row in (second, first, other):
            async with connection.transaction():
                assert await work.claim(connection, row.id)
        await connection.execute(
            "UPDATE work SET lease_until = lease_until - interval '1 second' WHERE id = %s",
            (second.id,),
        )
        waits = [await work.is_run_already(connection, row) for row in (first, second, other)]
        assert waits == [True, False, False]
        await work.finish(connection, second.id)
        assert not await work.is_run_already(connection, first)


async def _of_a_pull_request(database: Database, *, number: int = 1, tried_again: int = 0) -> Work:
    async with database.system() as connection:
        row = await work.add(
            connection,
            installation_id=0,
            kind="review",
            queue="background",
            subject={"repository_id": 1, "number": number},
            key=f"review:1:{number}",
        )
        if tried_again:
            await work.retry(connection, row.id, "not yet", 0)
    return row
