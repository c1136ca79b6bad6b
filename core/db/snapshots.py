"""Snapshots: what a ref looked like at a commit. An overlay has rows for changed paths only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Snapshot:
    id: int
    installation_id: int
    repository_id: int
    ref: str
    commit_sha: str
    base_id: int | None
    depth: int
    rules: str
    committed_at: datetime | None
    created_at: datetime


_COLUMNS = ", ".join(Snapshot.__dataclass_fields__)


async def get(connection: Connection, snapshot_id: int) -> Snapshot | None:
    cursor = connection.cursor(row_factory=class_row(Snapshot))
    await cursor.execute(f"SELECT {_COLUMNS} FROM snapshots WHERE id = %s", (snapshot_id,))
    return await cursor.fetchone()


async def by_commit(
    connection: Connection, repository_id: int, commit_sha: str, rules: str
) -> Snapshot | None:
    """A snapshot is visible only when it is whole, so one that is found can be used."""
    cursor = connection.cursor(row_factory=class_row(Snapshot))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM snapshots "
        "WHERE repository_id = %s AND commit_sha = %s AND rules = %s",
        (repository_id, commit_sha, rules),
    )
    return await cursor.fetchone()


async def latest_of_commit(
    connection: Connection, repository_id: int, commit_sha: str
) -> Snapshot | None:
    """The newest snapshot of a commit, whatever the rules that it was made with."""
    cursor = connection.cursor(row_factory=class_row(Snapshot))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM snapshots WHERE repository_id = %s AND commit_sha = %s "
        "ORDER BY id DESC LIMIT 1",
        (repository_id, commit_sha),
    )
    return await cursor.fetchone()


async def count_files(connection: Connection, snapshot_id: int) -> int:
    """How many files are indexed, those of the bases included."""
    cursor = await connection.execute(
        "WITH RECURSIVE chain AS ("
        "SELECT id, base_id, 0 AS distance FROM snapshots WHERE id = %s UNION ALL "
        "SELECT below.id, below.base_id, distance + 1 FROM snapshots below "
        "JOIN chain ON below.id = chain.base_id), "
        "nearest AS (SELECT DISTINCT ON (path) blob_id FROM files "
        "JOIN chain ON chain.id = files.snapshot_id ORDER BY path, distance) "
        "SELECT count(blob_id) FROM nearest",
        (snapshot_id,),
    )
    row = await cursor.fetchone()
    return row[0] if row else 0
