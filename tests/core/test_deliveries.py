"""Deliveries: each is processed once, unless that failed; old ones are forgotten."""

from __future__ import annotations

import uuid

from core.db import deliveries
from core.db.connect import Database
from core.db.deliveries import New


async def received(database: Database, delivery_id: uuid.UUID) -> bool:
    new = New(delivery_id, "push", "", 7, None, '{"ref": "refs/heads/main"}', "done", "")
    async with database.system() as connection:
        return await deliveries.receive(connection, [new]) == {delivery_id}


async def test_a_delivery_is_processed_once_unless_that_failed(database: Database) -> None:
    delivery_id = uuid.uuid4()
    assert await received(database, delivery_id)
    async with database.system() as connection:
        await deliveries.settle(connection, delivery_id, "failed", "GitHub was away")
    assert await received(database, delivery_id)
    async with database.system() as connection:
        await deliveries.settle(connection, delivery_id, "done")
    assert not await received(database, delivery_id)


async def test_no_tenant_sees_deliveries(database: Database) -> None:
    delivery_id = uuid.uuid4()
    await received(database, delivery_id)
    async with database.tenant(7) as connection:
        assert await deliveries.get(connection, delivery_id) is None


async def test_old_deliveries_are_forgotten(database: Database) -> None:
    old, new = uuid.uuid4(), uuid.uuid4()
    await received(database, old)
    await received(database, new)
    async with database.system() as connection:
        await connection.execute(
            "UPDATE deliveries SET received_at = now() - interval '31 days' WHERE id = %s", (old,)
        )
        assert await deliveries.forget(connection, days=30) == 1
        assert await deliveries.get(connection, new) is not None


async def test_many_are_stored_at_once_and_those_that_came_before_are_told_apart(
    database: Database,
) -> None:
    old, *new = (uuid.uuid4() for _ in range(4))
    await received(database, old)
    rows = [New(each, "push", "", None, None, "{}", "ignored", "so") for each in (*new, old)]
    async with database.system() as connection:
        assert await deliveries.receive(connection, rows) == set(new)
        assert await deliveries.taken(connection, [old, *new, uuid.uuid4()]) == {old, *new}
