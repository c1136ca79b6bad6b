"""Intents: what Ponder means to write on GitHub, each with a key so that it is written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Intent:
    """`tried_at` is when a writer last began: from then on GitHub may have it already."""

    id: int
    installation_id: int
    repository_id: int
    key: str
    kind: str
    target: dict[str, Any]
    body: str
    state: str
    tried_at: datetime | None
    github_id: int | None
    error: str | None
    created_at: datetime


_COLUMNS = ", ".join(Intent.__dataclass_fields__)


async def add(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    key: str,
    kind: str,
    target: dict[str, Any],
    body: str,
) -> Intent | None:
    """None if there is one with this key already: it was meant before."""
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(
        "INSERT INTO intents (installation_id, repository_id, key, kind, target, body) "
        f"VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING {_COLUMNS}",
        (installation_id, repository_id, key, kind, Jsonb(target), body),
    )
    return await cursor.fetchone()


async def get(connection: Connection, intent_id: int) -> Intent | None:
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(f"SELECT {_COLUMNS} FROM intents WHERE id = %s", (intent_id,))
    return await cursor.fetchone()


async def by_key(connection: Connection, key: str) -> Intent | None:
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(f"SELECT {_COLUMNS} FROM intents WHERE key = %s", (key,))
    return await cursor.fetchone()


async def lock(connection: Connection, intent_id: int) -> Intent | None:
    """The row, held until the transaction ends; None if another writer holds it."""
    cursor = connection.cursor(row_factory=class_row(Intent))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM intents WHERE id = %s FOR UPDATE SKIP LOCKED", (intent_id,)
    )
    return await cursor.fetchone()


async def mark_tried(connection: Connection, intent_id: int) -> datetime:
    """Store that a writer begins; the moment tells it from others that began after it."""
    cursor = await connection.execute(
        "UPDATE intents SET tried_at = clock_timestamp() WHERE id = %s RETURNING tried_at",
        (intent_id,),
    )
    row = await cursor.fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment


async def finish(connection: Connection, intent_id: int, github_id: int) -> None:
    """`github_id` is of what was written, or was found to be there."""
    await connection.execute(
        "UPDATE intents SET state = 'done', github_id = %s, error = NULL WHERE id = %s",
        (github_id, intent_id),
    )


async def fail(connection: Connection, intent_id: int, error: str) -> None:
    """For good: GitHub would refuse it again."""
    await connection.execute(
        "UPDATE intents SET state = 'failed', error = %s WHERE id = %s", (error, intent_id)
    )
