"""Deliveries: every webhook that was verified, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection

State = Literal["received", "done", "ignored", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """`id` is X-GitHub-Delivery; a redelivery carries it again."""

    id: UUID
    event: str
    action: str
    installation_id: int | None
    payload: dict[str, Any]
    state: str
    reason: str
    received_at: datetime


_COLUMNS = ", ".join(Delivery.__dataclass_fields__)


async def receive(
    connection: Connection,
    *,
    delivery_id: UUID,
    event: str,
    action: str,
    installation_id: int | None,
    payload: dict[str, Any],
) -> bool:
    """Store it, and say whether it is to be processed: not if it was before, unless that failed.

    Of two at the same moment, the second waits here for the first.
    """
    cursor = await connection.execute(
        "INSERT INTO deliveries (id, event, action, installation_id, payload, state) "
        "VALUES (%s, %s, %s, %s, %s, 'received') ON CONFLICT (id) DO UPDATE SET "
        "state = 'received', reason = '', payload = excluded.payload "
        "WHERE deliveries.state IN ('received', 'failed') RETURNING id",
        (delivery_id, event, action, installation_id, Jsonb(payload)),
    )
    return await cursor.fetchone() is not None


async def settle(connection: Connection, delivery_id: UUID, state: State, reason: str = "") -> None:
    await connection.execute(
        "UPDATE deliveries SET state = %s, reason = %s WHERE id = %s",
        (state, reason, delivery_id),
    )


async def get(connection: Connection, delivery_id: UUID) -> Delivery | None:
    cursor = connection.cursor(row_factory=class_row(Delivery))
    await cursor.execute(f"SELECT {_COLUMNS} FROM deliveries WHERE id = %s", (delivery_id,))
    return await cursor.fetchone()


async def forget(connection: Connection, *, days: int) -> int:
    """Delete those that no redelivery can name any more; how many there were."""
    cursor = await connection.execute(
        "DELETE FROM deliveries WHERE received_at < now() - %s * interval '1 day'", (days,)
    )
    return cursor.rowcount
