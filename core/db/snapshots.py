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
