"""Commits: what the newest ones of the default branch say, and what each touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Commit:
    """`paths`, `added` and `deleted` lie beside each other; -1 lines: the file is no text."""

    sha: str
    author: str
    committed_at: datetime
    subject: str
    body: str
    parents: int
    paths: list[str]
    added: list[int]
    deleted: list[int]


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a place an author wrote: commits, and lines added and deleted."""

    author: str
    commits: int
    lines: int


_COLUMNS = ", ".join(Commit.__dataclass_fields__)
_PLACES = ", ".join(["%s"] * len(Commit.__dataclass_fields__))


async def add(
    connection: Connection, *, installation_id: int, repository_id: int, rows: Sequence[Commit]
) -> None:
    """Those that are there already are the same."""
    await connection.cursor().executemany(
        f"INSERT INTO commits (repository_id, installation_id, {_COLUMNS}) "
        f"VALUES (%s, %s, {_PLACES}) ON CONFLICT DO NOTHING",
        [
            (repository_id, installation_id, *(getattr(row, name) for name in _COLUMNS.split(", ")))
            for row in rows
        ],
    )


async def remove_oldest(connection: Connection, repository_id: int, *, keep: int) -> list[Commit]:
    """Delete all but the newest by date; return what was deleted."""
    cursor = connection.cursor(row_factory=class_row(Commit))
    await cursor.execute(
        "DELETE FROM commits WHERE repository_id = %(repository)s AND (committed_at, sha) < ("
        "SELECT committed_at, sha FROM commits WHERE repository_id = %(repository)s "
        f"ORDER BY committed_at DESC, sha DESC OFFSET %(last)s LIMIT 1) RETURNING {_COLUMNS}",
        {"repository": repository_id, "last": keep - 1},
    )
    return await cursor.fetchall()


async def forget(connection: Connection, repository_id: int) -> None:
    """For a history that was rewritten."""
    await connection.execute("DELETE FROM commits WHERE repository_id = %s", (repository_id,))


async def get(connection: Connection, repository_id: int, sha: str) -> Commit | None:
    cursor = connection.cursor(row_factory=class_row(Commit))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM commits WHERE repository_id = %s AND sha = %s",
        (repository_id, sha),
    )
    return await cursor.fetchone()


async def listed(connection: Connection, repository_id: int) -> list[Commit]:
    """All that are kept, newest first."""
    cursor = connection.cursor(row_factory=class_row(Commit))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM commits WHERE repository_id = %s "
        "ORDER BY committed_at DESC, sha DESC",
        (repository_id,),
    )
    return await cursor.fetchall()


async def named(
    connection: Connection, repository_id: int, prefixes: Sequence[str]
) -> dict[str, str]:
    """The whole names of commits by what they begin with, where that is one commit's alone."""
    cursor = await connection.execute(
        "SELECT prefix, min(sha) FROM unnest(%s::text[]) AS prefix "
        "JOIN commits ON repository_id = %s AND sha >= prefix AND sha < prefix || 'g' "
        "GROUP BY prefix HAVING count(*) = 1",
        (list(prefixes), repository_id),
    )
    return dict(await cursor.fetchall())


async def touching(
    connection: Connection, repository_id: int, paths: Sequence[str]
) -> list[Commit]:
    """Those that touched one of the paths or something below it, newest first."""
    cursor = connection.cursor(row_factory=class_row(Commit))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM commits WHERE repository_id = %s AND EXISTS (SELECT FROM "
        "unnest(paths) AS path, unnest(%s::text[]) AS wanted WHERE path = wanted "
        "OR starts_with(path, wanted || '/')) ORDER BY committed_at DESC, sha DESC",
        (repository_id, list(paths)),
    )
    return await cursor.fetchall()


async def authors_of(
    connection: Connection, repository_id: int, paths: Sequence[str]
) -> list[Share]:
    """Who wrote some paths or what is below them, as far back as commits are kept; who wrote most
    first. Of no paths: who wrote the repository."""
    cursor = connection.cursor(row_factory=class_row(Share))
    await cursor.execute(
        "SELECT author, count(DISTINCT sha) AS commits, "
        "sum(greatest(t.added, 0) + greatest(t.deleted, 0)) AS lines "
        "FROM commits c, unnest(c.paths, c.added, c.deleted) AS t (path, added, deleted) "
        "WHERE repository_id = %(repository)s AND (%(paths)s::text[] = '{}' OR EXISTS ("
        "SELECT FROM unnest(%(paths)s::text[]) AS wanted "
        "WHERE t.path = wanted OR starts_with(t.path, wanted || '/'))) "
        "GROUP BY author ORDER BY commits DESC, lines DESC, author",
        {"repository": repository_id, "paths": list(paths)},
    )
    return await cursor.fetchall()
