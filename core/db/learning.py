"""Continual Learning of a repository: whether it is on, what was said of it, how it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db import audit_log, budgets
from core.db.connect import Connection
from core.db.repositories import Repository
from core.learning import Effective, effective

_FIRST_LINKED_SECONDS, _LINKED_SECONDS = 300.0, 30.0
"""Of a whole repository, and of a push. Vectors may take longer; they are not waited for."""


@dataclass(frozen=True, slots=True)
class Learning:
    """`said` is by a person, `configured` by the repository; `on` is what counts of it all.
    `commit_sha` is the last commit that Thoughts were queued for; `cadence` says when a kind came
    round by itself, in ISO 8601."""

    repository_id: int
    installation_id: int
    on: bool
    said: dict[str, Any]
    configured: dict[str, Any]
    by_default: bool
    said_by: str
    problem: str
    commit_sha: str
    cadence: dict[str, str]
    changed_at: datetime

    @property
    def effective(self) -> Effective:
        return effective(self.said, self.configured, default=self.by_default)


_COLUMNS = ", ".join('"on"' if name == "on" else name for name in Learning.__dataclass_fields__)


async def get(connection: Connection, repository_id: int) -> Learning | None:
    cursor = connection.cursor(row_factory=class_row(Learning))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM learning WHERE repository_id = %s", (repository_id,)
    )
    return await cursor.fetchone()


async def of(connection: Connection, repository_ids: Sequence[int]) -> dict[int, Learning]:
    """By repository; those of which nobody ever said anything are not among them."""
    cursor = connection.cursor(row_factory=class_row(Learning))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM learning WHERE repository_id = ANY(%s)", (list(repository_ids),)
    )
    return {row.repository_id: row for row in await cursor.fetchall()}


async def say(
    connection: Connection, repository: Repository, said: Mapping[str, Any], *, by: str
) -> Learning:
    """A person's word: the keys that are given take the place of what was said of them before."""
    await _open(connection, repository)
    await connection.execute(
        "UPDATE learning SET said = said || %s, said_by = %s, changed_at = now() "
        "WHERE repository_id = %s",
        (Jsonb(dict(said)), by, repository.id),
    )
    line = audit_log.New(
        repository.installation_id, repository.id, by, "setting", "Continual Learning", said
    )
    await audit_log.add(connection, line)
    return await _settled(connection, repository)


async def begin(connection: Connection, repository: Repository) -> Learning:
    """On unless somebody says otherwise: the person gave Ponder this repository to think about."""
    await _open(connection, repository)
    await connection.execute(
        "UPDATE learning SET by_default = true WHERE repository_id = %s", (repository.id,)
    )
    return await _settled(connection, repository)


async def configure(
    connection: Connection, repository: Repository, configured: Mapping[str, Any], problem: str
) -> Learning:
    """What the repository says at its indexed commit, and what is wrong with that."""
    await _open(connection, repository)
    await connection.execute(
        "UPDATE learning SET configured = %s, problem = %s WHERE repository_id = %s",
        (Jsonb(dict(configured)), problem, repository.id),
    )
    return await _settled(connection, repository)


async def _open(connection: Connection, repository: Repository) -> None:
    await connection.execute(
        "INSERT INTO learning (repository_id, installation_id) VALUES (%s, %s) "
        "ON CONFLICT (repository_id) DO NOTHING",
        (repository.id, repository.installation_id),
    )
    await budgets.open_for(connection, repository.installation_id, repository.id)


async def _settled(connection: Connection, repository: Repository) -> Learning:
    found = await get(connection, repository.id)
    assert found is not None
    if found.on != found.effective.on:
        await connection.execute(
            'UPDATE learning SET "on" = %s WHERE repository_id = %s',
            (found.effective.on, repository.id),
        )
    await budgets.resume(connection, repository.installation_id, repository.id)
    again = await get(connection, repository.id)
    assert again is not None
    return again


@dataclass(frozen=True, slots=True)
class Moved:
    """A repository where Learning is on, whose index is at another commit than the last that
    Thoughts were queued for."""

    repository_id: int
    installation_id: int
    before: str
    after: str


async def moved(connection: Connection, *, limit: int = 20) -> list[Moved]:
    """Not while the names of the new commit are being linked, which is done before its vectors are
    made: risk, map and callers would be worked out as if nobody used anything."""
    cursor = connection.cursor(row_factory=class_row(Moved))
    await cursor.execute(
        "SELECT l.repository_id, l.installation_id, l.commit_sha AS before, "
        "s.commit_sha AS after FROM learning l JOIN repositories r ON r.id = l.repository_id "
        "JOIN snapshots s ON s.id = r.snapshot_id "
        'WHERE l."on" AND r.removed_at IS NULL AND s.commit_sha <> l.commit_sha '
        "AND NOT EXISTS (SELECT FROM work w WHERE w.key = 'embed:' || r.id || ':' "
        "AND w.state IN ('queued', 'running') "
        "AND w.created_at > now() - interval '1 second' * "
        "CASE WHEN l.commit_sha = '' THEN %s ELSE %s END) LIMIT %s",
        (_FIRST_LINKED_SECONDS, _LINKED_SECONDS, limit),
    )
    return await cursor.fetchall()


async def caught_up(connection: Connection, repository_id: int, before: str, after: str) -> bool:
    """From one commit to another; False where somebody else did it meanwhile."""
    cursor = await connection.execute(
        "UPDATE learning SET commit_sha = %s WHERE repository_id = %s AND commit_sha = %s",
        (after, repository_id, before),
    )
    return cursor.rowcount == 1


async def come_round(
    connection: Connection, repository_id: int, kind: str, *, seconds: float
) -> bool:
    """Whether a kind's turn has come by itself; it is marked, so that it comes once."""
    cursor = await connection.execute(
        "UPDATE learning SET cadence = cadence || jsonb_build_object(%s::text, now()) "
        "WHERE repository_id = %s AND coalesce((cadence->>%s)::timestamptz, '-infinity') "
        "< now() - %s * interval '1 second'",
        (kind, repository_id, kind, seconds),
    )
    return cursor.rowcount == 1


async def came_round(connection: Connection, repository_id: int, kinds: Collection[str]) -> None:
    """It was the turn of these just now, whatever set them off."""
    await connection.execute(
        "UPDATE learning SET cadence = cadence || "
        "(SELECT coalesce(jsonb_object_agg(kind, now()), '{}') FROM unnest(%s::text[]) AS kind) "
        "WHERE repository_id = %s",
        (list(kinds), repository_id),
    )


async def on_repositories(connection: Connection) -> list[Learning]:
    """Where it is on."""
    columns = ", ".join(f"l.{name}" for name in _COLUMNS.split(", "))
    cursor = connection.cursor(row_factory=class_row(Learning))
    await cursor.execute(
        f"SELECT {columns} FROM learning l JOIN repositories r ON r.id = l.repository_id "
        'WHERE l."on" AND r.removed_at IS NULL AND r.snapshot_id IS NOT NULL '
        "ORDER BY l.repository_id"
    )
    return await cursor.fetchall()
