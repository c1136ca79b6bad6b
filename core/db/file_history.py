"""File history: what the commits of each path of the default branch add up to.

The row of the path '' stands for the whole repository: up to which commit the log was read, and by
which rules.
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
    """Lines are those of commits that say something: not of bots, nor of those that touch half the
    repository. `fixes` are commits that mend. What is `recent` is weighted, a commit that is a year
    younger twice as much: it can be compared within a repository, and has no unit."""

    path: str
    last_commit: str
    last_committed_at: datetime
    commits: int
    added: int = 0
    deleted: int = 0
    fixes: int = 0
    recent_commits: int = 0
    recent_lines: int = 0
    recent_fixes: int = 0


@dataclass(frozen=True, slots=True)
class Until:
    """The commit up to which the log was read, and the rules by which it was."""

    commit: str
    rules: str


_COLUMNS = ", ".join(FileHistory.__dataclass_fields__)
_COUNTED = tuple(FileHistory.__dataclass_fields__)[3:]


async def of_repository(connection: Connection, repository_id: int) -> list[FileHistory]:
    """Every path that the log named, those that are gone too."""
    cursor = connection.cursor(row_factory=class_row(FileHistory))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM file_history WHERE repository_id = %s AND path <> %s",
        (repository_id, REPOSITORY),
    )
    return await cursor.fetchall()


async def last_changed(connection: Connection, repository_id: int) -> dict[str, datetime]:
    """When each path changed last, those that are gone too."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT path, last_committed_at FROM file_history WHERE repository_id = %s AND path <> %s",
        (repository_id, REPOSITORY),
    )
    return dict(await cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Last:
    """The last commit that touched a path."""

    path: str
    sha: str
    author: str
    committed_at: datetime
    subject: str


async def last_of(
    connection: Connection, repository_id: int, paths: Sequence[str], *, until: datetime
) -> list[Last]:
    """Of each path whose last commit is kept and no later than `until`; by path."""
    cursor = connection.cursor(row_factory=class_row(Last))
    await cursor.execute(
        "SELECT h.path, c.sha, c.author, c.committed_at, c.subject FROM file_history h "
        "JOIN commits c ON c.repository_id = h.repository_id AND c.sha = h.last_commit "
        "WHERE h.repository_id = %s AND h.path = ANY(%s) AND c.committed_at <= %s "
        "ORDER BY h.path",
        (repository_id, list(paths), until),
    )
    return await cursor.fetchall()


async def read_until(connection: Connection, repository_id: int) -> Until | None:
    """None: the log was not read at all, or its last commit is none of those that are kept."""
    cursor = connection.cursor(row_factory=class_row(Until))
    await cursor.execute(
        "SELECT last_commit AS commit, rules FROM file_history h WHERE repository_id = %s "
        "AND path = %s AND EXISTS (SELECT FROM commits c "
        "WHERE c.repository_id = h.repository_id AND c.sha = h.last_commit)",
        (repository_id, REPOSITORY),
    )
    return await cursor.fetchone()


async def forget(connection: Connection, repository_id: int) -> None:
    """For a history that was rewritten."""
    await connection.execute("DELETE FROM file_history WHERE repository_id = %s", (repository_id,))


async def set_until(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    until: Until,
    committed_at: datetime,
) -> None:
    """How far the log was read: the row of the whole repository."""
    await connection.execute(
        "INSERT INTO file_history (repository_id, installation_id, path, last_commit, "
        "last_committed_at, commits, rules) SELECT %(repository)s, %(installation)s, %(path)s, "
        "%(commit)s, %(at)s, count(*), %(rules)s FROM commits WHERE repository_id = %(repository)s "
        "ON CONFLICT (repository_id, path) DO UPDATE SET last_commit = excluded.last_commit, "
        "last_committed_at = excluded.last_committed_at, commits = excluded.commits, "
        "rules = excluded.rules",
        {
            "repository": repository_id,
            "installation": installation_id,
            "path": REPOSITORY,
            "commit": until.commit,
            "at": committed_at,
            "rules": until.rules,
        },
    )


async def add(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    rows: Sequence[FileHistory],
) -> None:
    """Count commits on top of what is there; the latest by date, and then by name, is the last."""
    types = ("text", "text", "timestamptz", "int", "bigint", "bigint", "int", *["bigint"] * 3)
    summed = ", ".join(f"{name} = h.{name} + excluded.{name}" for name in _COUNTED)
    is_later = (
        '(excluded.last_committed_at, excluded.last_commit COLLATE "C") > '
        '(h.last_committed_at, h.last_commit COLLATE "C")'
    )
    latest = ", ".join(
        f"{name} = CASE WHEN {is_later} THEN excluded.{name} ELSE h.{name} END"
        for name in ("last_commit", "last_committed_at")
    )
    await connection.execute(
        f"INSERT INTO file_history AS h (repository_id, installation_id, {_COLUMNS}) "
        f"SELECT %s, %s, * FROM unnest({', '.join(f'%s::{kind}[]' for kind in types)}) "
        f"ON CONFLICT (repository_id, path) DO UPDATE SET {latest}, {summed}",
        (repository_id, installation_id, *_columns(rows)),
    )


async def subtract(connection: Connection, repository_id: int, rows: Sequence[FileHistory]) -> None:
    """Take back commits that are older than any that stay; a path without any goes."""
    types = ("text", "int", "bigint", "bigint", "int", *["bigint"] * 3)
    less = ", ".join(f"{name} = h.{name} - o.{name}" for name in _COUNTED)
    await connection.execute(
        f"UPDATE file_history h SET {less} "
        f"FROM unnest({', '.join(f'%s::{kind}[]' for kind in types)}) "
        f"AS o (path, {', '.join(_COUNTED)}) WHERE repository_id = %s AND h.path = o.path",
        (_columns(rows)[0], *_columns(rows)[3:], repository_id),
    )
    await connection.execute(
        "DELETE FROM file_history WHERE repository_id = %s AND commits = 0 AND path = ANY(%s)",
        (repository_id, [row.path for row in rows]),
    )


def _columns(rows: Sequence[FileHistory]) -> list[list[object]]:
    return [[getattr(row, name) for row in rows] for name in FileHistory.__dataclass_fields__]
