"""Budgets: a row for each repository and one for its installation, with what is left in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection

CREDIT_SECONDS = 30.0
"""Who had nothing to do is served so much ahead of the others, and no more."""


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


async def forget(connection: Connection, installation_id: int) -> None:
    """Of an installation that was removed."""
    await connection.execute("DELETE FROM budgets WHERE installation_id = %s", (installation_id,))


async def of_repository(
    connection: Connection, installation_id: int, repository_id: int
) -> list[Budget]:
    """The repository's, then its installation's. Empty where they were never opened."""
    cursor = connection.cursor(row_factory=class_row(Budget))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM budgets WHERE installation_id = %s "
        "AND (repository_id = %s OR repository_id IS NULL) ORDER BY repository_id NULLS LAST",
        (installation_id, repository_id),
    )
    found = await cursor.fetchall()
    return found if len(found) == 2 else []


async def locked(
    connection: Connection, repository_ids: Sequence[int]
) -> dict[tuple[int, int | None], Budget]:
    """Of these repositories and of their installations, by installation and repository; locked in
    the same order by whoever waits for them. What was never opened is not among them."""
    cursor = connection.cursor(row_factory=class_row(Budget))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM budgets WHERE installation_id IN (SELECT installation_id "
        "FROM repositories WHERE id = ANY(%(ids)s)) "
        "AND (repository_id = ANY(%(ids)s) OR repository_id IS NULL) "
        "ORDER BY installation_id, repository_id NULLS LAST FOR UPDATE",
        {"ids": list(repository_ids)},
    )
    return {(row.installation_id, row.repository_id): row for row in await cursor.fetchall()}


async def save(connection: Connection, changed: Sequence[Budget]) -> None:
    """What was left, and whose turn it was."""
    await connection.execute(
        "UPDATE budgets b SET buckets = w.buckets, began = w.began, served = w.served, "
        "paused_until = w.paused_until, paused_because = w.because "
        "FROM unnest(%s::bigint[], %s::jsonb[], %s::float8[], %s::float8[], %s::timestamptz[], "
        "%s::text[]) AS w (id, buckets, began, served, paused_until, because) WHERE b.id = w.id",
        (
            *([b.id for b in changed], [Jsonb(b.buckets) for b in changed]),
            *([b.began for b in changed], [b.served for b in changed]),
            *([b.paused_until for b in changed], [b.paused_because for b in changed]),
        ),
    )


async def resume(connection: Connection, installation_id: int, repository_id: int) -> None:
    """Look again at what paused them: what counts has changed."""
    await connection.execute(
        "UPDATE budgets SET paused_until = NULL, paused_because = '' WHERE installation_id = %s "
        "AND (repository_id = %s OR repository_id IS NULL)",
        (installation_id, repository_id),
    )


async def serve(connection: Connection, seconds: Mapping[int, float]) -> None:
    """Count a turn of so much work, by repository, of one repository of each installation: in
    virtual time among installations, and among the repositories of one. Who had nothing to do
    begins CREDIT_SECONDS behind the last turn, and not where it was when it had something to do."""
    await connection.execute(
        "WITH turns AS (SELECT r.id AS repository_id, r.installation_id, w.seconds, "
        "(SELECT max(began) FROM budgets WHERE repository_id IS NULL) AS among, "
        "(SELECT max(began) FROM budgets o WHERE o.installation_id = r.installation_id "
        "AND o.repository_id IS NOT NULL) AS beneath "
        "FROM unnest(%s::bigint[], %s::float8[]) AS w (id, seconds) "
        "JOIN repositories r ON r.id = w.id), "
        "due AS (SELECT b.id, t.seconds, greatest(b.served, "
        "CASE WHEN b.repository_id IS NULL THEN t.among ELSE t.beneath END - %s) AS at "
        "FROM budgets b JOIN turns t ON b.installation_id = t.installation_id "
        "AND (b.repository_id = t.repository_id OR b.repository_id IS NULL)) "
        "UPDATE budgets b SET began = greatest(b.began, due.at), "
        "served = due.at + due.seconds / b.weight FROM due WHERE b.id = due.id",
        (list(seconds), list(seconds.values()), CREDIT_SECONDS),
    )
