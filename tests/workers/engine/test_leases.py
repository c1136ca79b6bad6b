"""A worker keeps what it works on, whatever its event loop is busy with; a dead one does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

from core.db import claims, leases, thoughts
from core.db.connect import Database
from core.db.leases import Held, Leases, Ours
from tests.tenants import tenant, wish
from workers.thoughts import THOUGHTS


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(leases, "LEASE_SECONDS", 1)


def runs_out(database: Database, thought_id: int) -> float:
    """Seconds until then, asked without an event loop."""
    with psycopg.connect(database.url) as connection:
        connection.execute("SET ponder.installation = 'system'")
        row = connection.execute(
            "SELECT extract(epoch FROM lease_until - now())::float8 FROM thoughts WHERE id = %s",
            (thought_id,),
        ).fetchone()
    assert row is not None
    return float(row[0])


async def taken(database: Database) -> thoughts.Thought:
    repository = await tenant(database, 1)
    await wish(database, repository, "", kind=next(iter(THOUGHTS)))
    async with database.tenant(1) as connection:
        claimed = await thoughts.claim_of(connection, repository.id)
        await connection.execute("UPDATE thoughts SET lease_until = now()")
    assert claimed is not None
    return claimed


async def test_what_blocks_the_event_loop_does_not_cost_the_lease(database: Database) -> None:
    claimed = await taken(database)
    kept = Leases(database.url, lambda held, ours: None)
    kept.hold({claimed.id: claimed.attempts})
    with kept.kept():
        assert comes(lambda: runs_out(database, claimed.id) > 0)


def comes(look: Callable[[], bool]) -> bool:
    """Whether it comes true, waited for as code does that blocks the event loop."""
    until = time.monotonic() + 20
    while not (found := look()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


async def test_a_worker_that_hangs_for_ever_loses_what_it_holds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed = await taken(database)
    kept = Leases(database.url, lambda held, ours: None)
    kept.hold({claimed.id: claimed.attempts})
    with kept.kept():
        assert comes(lambda: runs_out(database, claimed.id) > 0)
        monkeypatch.setattr(leases, "PATIENCE_SECONDS", -1.0)
        assert comes(lambda: runs_out(database, claimed.id) < 0)


async def test_what_is_being_settled_is_neither_waited_for_nor_taken_for_lost(
    database: Database,
) -> None:
    claimed = await taken(database)
    held: Held = {claimed.id: claimed.attempts}
    async with database.tenant(1) as connection:
        assert await claims.reservations(connection, held)
        assert beaten(database, held) == {claimed.id: ""}
        await claims.finish_all(connection, held)
    assert beaten(database, held) == {}


def beaten(database: Database, held: Held) -> Ours:
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("SET ponder.installation = 'system'; SET statement_timeout = '5s'")
        return leases.beat(connection, held)


async def test_a_dead_worker_s_claims_are_found(database: Database) -> None:
    claimed = await taken(database)
    async with database.system() as connection:
        assert [each.id for each in await claims.abandoned(connection)] == [claimed.id]
        assert await claims.fail(connection, claimed, "It died.", seconds=0) == "queued"
        again = await thoughts.get(connection, claimed.id)
    assert again is not None
    assert again.run_at <= datetime.now(UTC)
