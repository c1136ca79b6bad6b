"""Budgets: a row for each repository and one for its installation, with what is left in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Budget:
    """`repository_id` None: of the installation. `buckets` are those of core.budget, by resource;
    `began` and `served` are virtual seconds: its last turn began at the one, and at the other it
    has had what is due to it."""

    id: int
    installation_id: int
    repository_id: int | None
    buckets: dict[str, Any]
    began: float
    served: float
    weight: float
    paused_until: datetime | None
    paused_because: str


_COLUMNS = ", ".join(Budget.__dataclass_fields__)


async def open_for(connection: Connection, installation_id: int, repository_id: int) -> None:
    """Make the rows of a repository and its installation where they are missing."""
    await connection.cursor().executemany(
        "INSERT INTO budgets (installation_id, repository_id) VALUES (%s, %s) "
        "ON CONFLICT DO NOTHING",
        [(installation_id, None), (installation_id, repository_id)],
    )


async def of_repository(
    connection: Connection, installation_id: int, repository_id: int, *, lock: bool = False
) -> list[Budget]:
    """The repository's, then its installation's; locked in this order by everybody. Empty where
    they were never opened."""
    cursor = connection.cursor(row_factory=class_row(Budget))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM budgets WHERE installation_id = %s "
        "AND (repository_id = %s OR repository_id IS NULL) ORDER BY repository_id NULLS LAST"
        + (" FOR UPDATE" if lock else ""),
        (installation_id, repository_id),
    )
    found = await cursor.fetchall()
    return found if len(found) == 2 else []


async def save(connection: Connection, changed: Sequence[Budget]) -> None:
    """What was left, and whose turn it was."""
    await connection.cursor().executemany(
        "UPDATE budgets SET buckets = %s, began = %s, served = %s, paused_until = %s, "
        "paused_because = %s WHERE id = %s",
        [
            (Jsonb(b.buckets), b.began, b.served, b.paused_until, b.paused_because, b.id)
            for b in changed
        ],
    )


async def resume(connection: Connection, installation_id: int, repository_id: int) -> None:
    """Look again at what paused them: what counts has changed."""
    await connection.execute(
        "UPDATE budgets SET paused_until = NULL, paused_because = '' WHERE installation_id = %s "
        "AND (repository_id = %s OR repository_id IS NULL)",
        (installation_id, repository_id),
    )


async def virtual_time(connection: Connection, installation_id: int) -> tuple[float, float]:
    """How far turns have come: among installations, and among the repositories of one."""
    cursor = await connection.execute(
        "SELECT (SELECT max(began) FROM budgets WHERE repository_id IS NULL), "
        "(SELECT max(began) FROM budgets WHERE installation_id = %s "
        "AND repository_id IS NOT NULL)",
        (installation_id,),
    )
    row = await cursor.fetchone()
    return (float(row[0] or 0), float(row[1] or 0)) if row else (0.0, 0.0)
