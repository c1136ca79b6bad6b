"""Deliveries: every webhook that was verified, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import NAMESPACE_OID, UUID, uuid5

from psycopg.rows import class_row

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


def id_of(guid: str) -> UUID:
    """Of X-GitHub-Delivery. What is no GUID names one delivery just as well: what is signed is not
    turned away for the form of its name."""
    try:
        return UUID(guid)
    except ValueError:
        return uuid5(NAMESPACE_OID, guid)


_COLUMNS = ", ".join(Delivery.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class New:
    """A delivery to be stored. `payload` is its JSON as text; `github_id` is of its repository."""

    id: UUID
    event: str
    action: str
    installation_id: int | None
    github_id: int | None
    payload: str
    state: State
    reason: str


async def receive(connection: Connection, rows: Sequence[New]) -> set[UUID]:
    """Store them, and say which are to be processed: not those that were before, unless that
    failed. No id may be there twice. Of two at the same moment, in two transactions, the second
    waits here for the first."""
    columns = [[getattr(row, name) for row in rows] for name in New.__dataclass_fields__]
    cursor = await connection.execute(
        "INSERT INTO deliveries "
        "(id, event, action, installation_id, github_id, payload, state, reason) "
        "SELECT i, e, a, n, g, p::jsonb, s, r FROM unnest(%b::uuid[], %b::text[], %b::text[], "
        "%b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[]) d (i, e, a, n, g, p, s, r)"
        " ORDER BY i ON CONFLICT (id) DO UPDATE SET "
        "state = excluded.state, reason = excluded.reason, payload = excluded.payload "
        "WHERE deliveries.state IN ('received', 'failed') RETURNING id",
        columns,
    )
    return {delivery_id for (delivery_id,) in await cursor.fetchall()}


async def ignore(connection: Connection, reasons: Mapping[UUID, str]) -> None:
    """Of those that nothing followed from after all, this is why."""
    if reasons:
        await connection.execute(
            "UPDATE deliveries SET state = 'ignored', reason = r, payload = '{}' "
            "FROM unnest(%s::uuid[], %s::text[]) w (i, r) WHERE id = i",
            (list(reasons), list(reasons.values())),
        )


async def settle(connection: Connection, delivery_id: UUID, state: State, reason: str = "") -> None:
    await connection.execute(
        "UPDATE deliveries SET state = %s, reason = %s WHERE id = %s",
        (state, reason, delivery_id),
    )


async def waiting(connection: Connection, *, limit: int) -> list[Delivery]:
    """Those that were stored and not looked at yet, the oldest first."""
    cursor = connection.cursor(row_factory=class_row(Delivery))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM deliveries WHERE state = 'received' ORDER BY received_at LIMIT %s",
        (limit,),
    )
    return await cursor.fetchall()


async def taken(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    """Those of them that need not come again."""
    cursor = await connection.execute(
        "SELECT id FROM deliveries WHERE id = ANY(%s) AND state IN ('done', 'ignored')",
        (list(ids),),
    )
    return {delivery_id for (delivery_id,) in await cursor.fetchall()}


async def empty(connection: Connection, installation_id: int | None = None) -> int:
    """Take the text out of those about a repository or an installation that was removed; how many
    there were. What is left is that they came: they are not taken twice."""
    cursor = await connection.execute(
        "UPDATE deliveries d SET payload = '{}' WHERE payload <> '{}' "
        "AND (%s::bigint IS NULL OR installation_id = %s) AND (EXISTS (SELECT FROM installations i "
        "WHERE i.id = d.installation_id AND i.removed_at IS NOT NULL) "
        "OR EXISTS (SELECT FROM removed_repositories r "
        "WHERE r.installation_id = d.installation_id AND r.github_id = d.github_id))",
        (installation_id, installation_id),
    )
    return cursor.rowcount


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
