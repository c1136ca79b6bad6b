"""Definitions, as a snapshot has them. Who uses them: workers/graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import class_row

from core.db import symbol_links
from core.db.connect import Connection

# Blobs may be shared with other snapshots, and a path of a base may be changed in an overlay: only
# the nearest row of a path counts.
_CHAIN = (
    "WITH RECURSIVE chain (id, base_id, level) AS ("
    "SELECT id, base_id, 0 FROM snapshots WHERE id = %(snapshot)s UNION ALL "
    "SELECT s.id, s.base_id, c.level + 1 FROM snapshots s JOIN chain c ON s.id = c.base_id) "
)
_NEAREST = (
    "JOIN files f ON f.blob_id = found.blob_id JOIN chain c ON c.id = f.snapshot_id "
    "WHERE NOT EXISTS (SELECT FROM files n JOIN chain d ON d.id = n.snapshot_id "
    "WHERE n.path = f.path AND d.level < c.level) "
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A symbol. Lines are 1-based and inclusive."""

    path: str
    blob_id: int
    ordinal: int
    name: str
    qualified: str
    kind: str
    start_line: int
    end_line: int
    signature: str
    docstring: str


_DEFINITION = (
    "s.blob_id, s.ordinal, s.name, s.qualified, s.kind, s.start_line, s.end_line, s.signature, "
    "s.docstring"
)


async def of_blobs(connection: Connection, blob_ids: Sequence[int]) -> list[Definition]:
    """All definitions of some blobs, in order; their `path` is ''."""
    cursor = connection.cursor(row_factory=class_row(Definition))
    await cursor.execute(
        f"SELECT '' AS path, {_DEFINITION} FROM symbols s "
        "WHERE s.blob_id = ANY(%s) ORDER BY s.blob_id, s.ordinal",
        (list(blob_ids),),
    )
    return await cursor.fetchall()


async def named(
    connection: Connection, repository_id: int, snapshot_id: int, names: Sequence[str], limit: int
) -> list[Definition]:
    """Definitions with one of these names, anywhere in the snapshot."""
    cursor = connection.cursor(row_factory=class_row(Definition))
    await cursor.execute(
        f"{_CHAIN}, found AS MATERIALIZED (SELECT * FROM symbols "
        "WHERE repository_id = %(repository)s AND name = ANY(%(names)s)) "
        f"SELECT f.path, {_DEFINITION.replace('s.', 'found.')} "
        f"FROM found {_NEAREST} ORDER BY f.path, found.ordinal LIMIT %(limit)s",
        {
            "snapshot": snapshot_id,
            "repository": repository_id,
            "names": list(names),
            "limit": limit,
        },
    )
    return await cursor.fetchall()


async def like(
    connection: Connection,
    repository_id: int,
    *,
    name: str,
    qualified: str,
    any_case: bool,
    limit: int,
) -> list[Definition]:
    """Definitions of the repository, in whatever snapshot, whose names fit LIKE patterns; their
    `path` is ''."""
    fits = "ILIKE" if any_case else "LIKE"
    cursor = connection.cursor(row_factory=class_row(Definition))
    await cursor.execute(
        f"SELECT '' AS path, {_DEFINITION} FROM symbols s WHERE s.repository_id = %s "
        f"AND s.name {fits} %s AND s.qualified {fits} %s LIMIT %s",
        (repository_id, name, qualified, limit),
    )
    return await cursor.fetchall()


async def defined(connection: Connection, keys: Sequence[tuple[int, int]]) -> list[Definition]:
    """Definitions by blob and ordinal, in the order of the keys; their `path` is ''."""
    cursor = connection.cursor(row_factory=class_row(Definition))
    # The index knows blobs alone: each is read once, however many keys it has.
    await cursor.execute(
        "WITH k AS (SELECT blob_id, array_agg(ordinal) AS ordinals "
        "FROM unnest(%s::bigint[], %s::int[]) AS _ (blob_id, ordinal) GROUP BY blob_id) "
        f"SELECT '' AS path, {_DEFINITION} FROM k "
        "JOIN symbols s ON s.blob_id = k.blob_id AND s.ordinal = ANY(k.ordinals)",
        ([key[0] for key in keys], [key[1] for key in keys]),
    )
    found = {(each.blob_id, each.ordinal): each for each in await cursor.fetchall()}
    return [found[key] for key in keys if key in found]


async def exists(connection: Connection, repository_id: int, names: Sequence[str]) -> set[str]:
    """Those of the names that any file of the repository defines or uses."""
    cursor = await connection.execute(
        "SELECT name FROM unnest(%(names)s::text[]) AS name WHERE EXISTS (SELECT FROM symbols s "
        "WHERE s.repository_id = %(repository)s AND s.name = name.name)",
        {"repository": repository_id, "names": list(names)},
    )
    defined = {row[0] for row in await cursor.fetchall()}
    rest = [name for name in names if name not in defined]
    return defined | (await symbol_links.used(connection, repository_id, rest) if rest else set())
