"""Row-level security: outside of a tenant's transaction there is nothing to see."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from core.db import connect, repositories, snapshots
from core.db.connect import Database, open_database
from core.errors import TryLater, UserError
from core.settings import Settings
from tests.doors import door_to


async def test_a_forgotten_scope_returns_nothing(database: Database) -> None:
    async with database.tenant(0) as connection:
        await repositories.connect_local(connection, name="a", source="/a")
    async with database.pool.connection() as connection:
        cursor = await connection.execute("SELECT count(*) FROM repositories")
        assert await cursor.fetchone() == (0,)


async def test_a_connection_that_lost_its_role_gets_it_back(database: Database) -> None:
    async with database.tenant(0) as connection:
        await repositories.connect_local(connection, name="a", source="/a")
    async with database.pool.connection() as connection:
        await connection.execute("RESET ROLE")
    for _ in range(database.pool.max_size):
        async with database.tenant(7) as connection:
            assert await repositories.listed(connection) == []
    async with database.pool.connection() as connection:
        await connection.execute("SET ROLE ponder_app")


async def test_a_tenant_cannot_write_rows_of_another(database: Database) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.tenant(7) as connection:
            await repositories.connect_local(connection, name="a", source="/a")


async def test_every_table_with_an_installation_has_row_level_security(database: Database) -> None:
    async with database.system() as connection:
        cursor = await connection.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.attname = 'installation_id' AND c.relkind = 'r' AND NOT c.relrowsecurity "
            "AND c.relnamespace = 'public'::regnamespace"
        )
        assert await cursor.fetchall() == []


async def test_filtered_vector_search_is_iterative(database: Database) -> None:
    async with database.system() as connection:
        cursor = await connection.execute("SHOW hnsw.iterative_scan")
        assert await cursor.fetchone() == ("strict_order",)


async def test_a_server_out_of_reach_is_one_clear_sentence() -> None:
    with pytest.raises(UserError, match="check DATABASE_URL"):
        async with open_database("postgresql://nobody@127.0.0.1:1/none"):
            pass


async def test_a_connection_that_breaks_is_worth_another_try(database: Database) -> None:
    async def broken() -> None:
        async with database.system() as connection:
            await connection.execute("SET LOCAL ROLE NONE")
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(TryLater, match="does not answer"):
        await broken()

    assert await database.reachable()


async def test_connections_that_the_server_ended_are_replaced_at_once(settings: Settings) -> None:
    """The pool's own check waits longer after each of them, half a minute in all."""
    async with open_database(settings.database_url, max_size=6) as opened:
        at_once = asyncio.Barrier(6)

        async def pid() -> int:
            async with opened.system() as connection:
                await at_once.wait()
                return connection.info.backend_pid

        gone = await asyncio.gather(*(pid() for _ in range(6)))
        async with await psycopg.AsyncConnection.connect(settings.database_url) as other:
            await other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) p (pid)", (gone,)
            )
        async with asyncio.timeout(10), opened.system() as connection:
            assert connection.info.backend_pid not in gone


async def test_a_lock_that_broke_does_not_hide_what_ended_a_run(database: Database) -> None:
    async def broken() -> None:
        async with snapshots.indexing(database, 1):
            async with database.system() as connection:
                await connection.execute("SET LOCAL ROLE NONE")
                await connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "
                    "WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                )
            raise UserError("The disk is full.")

    with pytest.raises(UserError, match="The disk is full"):
        await broken()


async def test_a_server_that_was_away_for_long_is_found_as_soon_as_it_is_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "_RECONNECT_SECONDS", 0.2)

    async def asks() -> bool:
        async with opened.system():
            return True

    async with door_to(settings.database_url) as door, open_database(door.url) as opened:
        door.close()
        with pytest.raises(TryLater):
            await asks()
        waiting = asyncio.create_task(asks())
        async with asyncio.timeout(20):
            while door.turned_away < 6:
                await asyncio.sleep(0.05)
            door.shut = False
            assert await waiting
