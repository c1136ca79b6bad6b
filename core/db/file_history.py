"""File history: when each path of the default branch changed last, and how often.

The row of the path '' stands for the whole repository: up to which commit the log was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from core.db.connect import Connection

REPOSITORY = ""


@dataclass(frozen=True, slots=True)
class FileHistory:
    path: str
    last_commit: str
    last_committed_at: datetime
    commits: int


_COLUMNS = ", ".join(FileHistory.__dataclass_fields__)


async def of_repository(connection: Connection, repository_id: int) -> list[FileHistory]:
    """Every path that the log named, those that are gone too."""
    cursor = connection.cursor(row_factory=class_row(FileHistory))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM file_history WHERE repository_id = %s AND path <> %s",
        (repository_id, REPOSITORY),
    )
    return await cursor.fetchall()


async def read_until(connection: Connection, repository_id: int) -> str | None:
    """The commit up to which the log was read; None: not at all."""
    cursor = await connection.execute(
        "SELECT last_commit FROM file_history WHERE repository_id = %s AND path = %s",
        (repository_id, REPOSITORY),
    )
    row = await cursor.fetchone()
    return None if row is None else str(row[0])


async def forget(connection: Connection, repository_id: int) -> None:
    """For a history that was rewritten."""
    await connection.execute("DELETE FROM file_history WHERE repository_id = %s", (repository_id,))


async def add(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    rows: Sequence[FileHistory],
) -> None:
    """Count newer commits on top of what is there."""
    await connection.execute(
        f"INSERT INTO file_history (repository_id, installation_id, {_COLUMNS}) "
        "SELECT %s, %s, * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::int[]) "
        "ON CONFLICT (repository_id, path) DO UPDATE SET last_commit = excluded.last_commit, "
        "last_committed_at = excluded.last_committed_at, "
        "commits = file_history.commits + excluded.commits",
        (
            repository_id,
            installation_id,
            [row.path for row in rows],
            [row.last_commit for row in rows],
            [row.last_committed_at for row in rows],
            [row.commits for row in rows],
        ),
    )
