"""Work: what jobs are about. A job carries an id; the row has the state.

A row is claimed with a lease. A worker that dies leaves a lease that runs out, and the sweeper
hands the row to another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from psycopg.rows import class_row

from core.db.connect import Connection
from core.db.repositories import Repository

LEASE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Work:
    id: int
    installation_id: int
    kind: str
    queue: str
    subject: dict[str, Any]
    state: str
    attempts: int
    error: str | None


_COLUMNS = ", ".join(Work.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class New:
    """A row to be queued."""

    installation_id: int
    kind: str
    queue: str
    subject: dict[str, Any]
    key: str | None = None
    delay_seconds: float = 0.0


async def add(
    connection: Connection,
    *,
    installation_id: int,
    kind: str,
    queue: str,
    subject: dict[str, Any],
    key: str | None = None,
    delay_seconds: float = 0,
) -> Work:
    """Queue a row, as `add_all` does."""
    (row,) = await add_all(
        connection, [New(installation_id, kind, queue, subject, key, delay_seconds)]
    )
    return row


async def add_all(connection: Connection, rows: Sequence[New]) -> list[Work]:
    """Queue them. Where a queued row has the same key, its subject is replaced and it is returned:
    the newest subject wins, and nothing runs twice."""
    if not (newest := _newest(rows)):
        return []
    cursor = connection.cursor(row_factory=class_row(Work))
    await cursor.execute(
        "INSERT INTO work (installation_id, kind, queue, subject, key, run_at) "
        "SELECT i, k, q, s::jsonb, y, now() + d * interval '1 second' "
        "FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::float8[]) "
        # In one order by everybody, so that two transactions do not wait for each other's rows.
        "w (i, k, q, s, y, d) ORDER BY y "
        "ON CONFLICT (key) WHERE state = 'queued' DO UPDATE SET subject = excluded.subject "
        f"RETURNING {_COLUMNS}",
        (
            [row.installation_id for row in newest],
            [row.kind for row in newest],
            [row.queue for row in newest],
            [json.dumps(row.subject) for row in newest],
            [row.key for row in newest],
            [float(row.delay_seconds) for row in newest],
        ),
    )
    return await cursor.fetchall()


def _newest(rows: Iterable[New]) -> list[New]:
    """One a key, due when the first of them is: a statement meets a row only once."""
    kept: dict[object, New] = {}
    for number, row in enumerate(rows):
        first = kept.get(row.key, row)
        kept[row.key or number] = replace(row, delay_seconds=first.delay_seconds)
    return list(kept.values())


_QUEUE_OF = {
    "index": "indexing",
    "embed": "background",
    "forget": "background",
    "purge": "background",
}

RepositoryKind = Literal["index", "embed", "forget", "purge"]


async def for_repository(
    connection: Connection, kind: RepositoryKind, repository: Repository, ref: str = ""
) -> Work:
    """Queue what is done to a whole repository."""
    (row,) = await add_all(connection, [about_repository(kind, repository, ref)])
    return row


def about_repository(kind: RepositoryKind, repository: Repository, ref: str = "") -> New:
    """Whoever asks, the key is the same, so that a run of the same ref that still waits is the
    same one; `ref` '' is the default branch."""
    return New(
        repository.installation_id,
        kind,
        _QUEUE_OF[kind],
        {"repository_id": repository.id} | ({"ref": ref} if ref else {}),
        f"{kind}:{repository.id}:{ref}",
    )


async def get(connection: Connection, work_id: int) -> Work | None:
    cursor = connection.cursor(row_factory=class_row(Work))
    await cursor.execute(f"SELECT {_COLUMNS} FROM work WHERE id = %s", (work_id,))
    return await cursor.fetchone()


async def claim(connection: Connection, work_id: int) -> Work | None:
    """Take a row that is due; None if it was taken, done, or is not due yet."""
    cursor = connection.cursor(row_factory=class_row(Work))
    await cursor.execute(
        "UPDATE work SET state = 'running', attempts = attempts + 1, "
        "lease_until = now() + %s * interval '1 second' "
        "WHERE id = (SELECT id FROM work WHERE id = %s AND run_at <= now() AND "
        "(state = 'queued' OR (state = 'running' AND lease_until < now())) "
        f"FOR UPDATE SKIP LOCKED) RETURNING {_COLUMNS}",
        (LEASE_SECONDS, work_id),
    )
    return await cursor.fetchone()


async def extend(connection: Connection, work_id: int) -> None:
    """The heartbeat of a running job."""
    await connection.execute(
        "UPDATE work SET lease_until = now() + %s * interval '1 second' "
        "WHERE id = %s AND state = 'running'",
        (LEASE_SECONDS, work_id),
    )


async def finish(connection: Connection, work_id: int) -> None:
    await connection.execute(
        "UPDATE work SET state = 'done', lease_until = NULL, error = NULL, finished_at = now() "
        "WHERE id = %s",
        (work_id,),
    )


async def fail(connection: Connection, work_id: int, error: str) -> None:
    await connection.execute(
        "UPDATE work SET state = 'failed', lease_until = NULL, error = %s, finished_at = now() "
        "WHERE id = %s",
        (error, work_id),
    )


async def forget(connection: Connection, work_id: int) -> None:
    """For what nobody asks about once it is told."""
    await connection.execute("DELETE FROM work WHERE id = %s", (work_id,))


async def retry(connection: Connection, work_id: int, error: str, seconds: float) -> None:
    """Queue the row again. Its key is dropped: a newer row may have taken it meanwhile."""
    await connection.execute(
        "UPDATE work SET state = 'queued', key = NULL, lease_until = NULL, error = %s, "
        "run_at = now() + %s * interval '1 second' WHERE id = %s",
        (error, seconds, work_id),
    )


async def age_seconds(connection: Connection, work_id: int) -> float:
    """How long ago the row was added."""
    cursor = await connection.execute(
        "SELECT extract(epoch FROM now() - created_at) FROM work WHERE id = %s", (work_id,)
    )
    row = await cursor.fetchone()
    return float(row[0]) if row else 0.0


async def postpone(connection: Connection, work_id: int, seconds: float) -> None:
    """Put a claimed row back as if it had not been tried."""
    await connection.execute(
        "UPDATE work SET state = 'queued', key = NULL, lease_until = NULL, "
        "attempts = attempts - 1, run_at = now() + %s * interval '1 second' WHERE id = %s",
        (seconds, work_id),
    )


async def forget_others(
    connection: Connection, purging: Work, repository_id: int | None = None
) -> None:
    """Delete what was to be done to a repository, or to anything of its installation, but for the
    work of purging it."""
    await connection.execute(
        "DELETE FROM work WHERE installation_id = %s AND kind <> %s "
        "AND (%s::bigint IS NULL OR (subject->>'repository_id')::bigint = %s)",
        (purging.installation_id, purging.kind, repository_id, repository_id),
    )


async def is_run_already(connection: Connection, claimed: Work) -> bool:
    """Whether a row of this kind about the same pull request was claimed before this one, and still
    runs. Keys do not tell: a row that is tried again has none."""
    cursor = await connection.execute(
        "SELECT EXISTS (SELECT FROM work w JOIN work mine ON mine.id = %s "
        "WHERE w.kind = mine.kind AND w.state = 'running' AND w.lease_until > now() "
        "AND w.subject->'repository_id' = mine.subject->'repository_id' "
        "AND w.subject->'number' = mine.subject->'number' "
        "AND (w.lease_until, w.id) < (mine.lease_until, mine.id))",
        (claimed.id,),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def hasten_answers(connection: Connection, repository_id: int) -> list[Work]:
    """Questions that wait for the repository's first index are due now; return them."""
    cursor = connection.cursor(row_factory=class_row(Work))
    await cursor.execute(
        "UPDATE work SET run_at = now() WHERE kind = 'answer' AND state = 'queued' AND EXISTS "
        "(SELECT FROM answers WHERE answers.id = (work.subject->>'answer_id')::uuid "
        f"AND answers.repository_id = %s) RETURNING {_COLUMNS}",
        (repository_id,),
    )
    return await cursor.fetchall()


async def orders(
    connection: Connection, repository_id: int, kind: str, comment_id: int
) -> list[list[str]]:
    """The commands, as [name, text], that were heard of a comment and are for workers."""
    cursor = await connection.execute(
        f"SELECT subject->'commands' FROM work WHERE {_ORDERED}",
        (repository_id, kind, comment_id),
    )
    return [command for (commands,) in await cursor.fetchall() for command in commands]


async def drop_orders(
    connection: Connection, repository_id: int, kind: str, comment_id: int
) -> int:
    """Forget those that nobody began with; return how many rows they were."""
    cursor = await connection.execute(
        f"DELETE FROM work WHERE {_ORDERED} AND state = 'queued' RETURNING id",
        (repository_id, kind, comment_id),
    )
    return len(await cursor.fetchall())


_ORDERED = (
    "kind = 'command' AND (subject->>'repository_id')::bigint = %s "
    "AND subject->'target'->>'kind' = %s AND (subject->'target'->>'comment_id')::bigint = %s"
)


async def due(connection: Connection, *, limit: int = 500) -> list[Work]:
    """Rows that should be running and, for all that Postgres knows, are not."""
    cursor = connection.cursor(row_factory=class_row(Work))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM work WHERE run_at <= now() AND "
        "(state = 'queued' OR (state = 'running' AND lease_until < now())) "
        "ORDER BY run_at LIMIT %s",
        (limit,),
    )
    return await cursor.fetchall()
