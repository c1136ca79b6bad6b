"""Signals: what runs of all tests said about each file, the last time they said something: those of
continuous integration, or Ponder's own, which measures where nobody else does.

Measures of kind 'tests': tests, failures, skipped, seconds. Of kind 'coverage': lines, covered, and
sandbox, which is 1 where Ponder measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection

Kind = Literal["tests", "coverage"]


@dataclass(frozen=True, slots=True)
class Signal:
    kind: Kind
    path: str
    measures: dict[str, float]
    commit_sha: str


async def replace(
    connection: Connection, *, installation_id: int, repository_id: int, signals: Sequence[Signal]
) -> None:
    """In place of what was said of these files before."""
    await connection.cursor().executemany(
        "INSERT INTO signals (installation_id, repository_id, kind, commit_sha, path, measures) "
        "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (repository_id, kind, path) DO UPDATE SET "
        "commit_sha = excluded.commit_sha, measures = excluded.measures, created_at = now()",
        [
            (
                *(installation_id, repository_id, each.kind, each.commit_sha, each.path),
                Jsonb(each.measures),
            )
            for each in signals
        ],
    )


async def remember(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    thought: str,
    signals: Sequence[Signal],
) -> None:
    """What `thought` measured."""
    await replace(
        connection, installation_id=installation_id, repository_id=repository_id, signals=signals
    )


async def of_path(connection: Connection, repository_id: int, path: str) -> dict[str, Signal]:
    """By kind."""
    cursor = connection.cursor(row_factory=class_row(Signal))
    await cursor.execute(
        "SELECT kind, path, measures, commit_sha FROM signals "
        "WHERE repository_id = %s AND path = %s",
        (repository_id, path),
    )
    return {each.kind: each for each in await cursor.fetchall()}


async def of_repository(connection: Connection, repository_id: int, kind: Kind) -> list[Signal]:
    """In order of the paths."""
    cursor = connection.cursor(row_factory=class_row(Signal))
    await cursor.execute(
        "SELECT kind, path, measures, commit_sha FROM signals "
        "WHERE repository_id = %s AND kind = %s ORDER BY path",
        (repository_id, kind),
    )
    return await cursor.fetchall()
