"""Files: the paths of a snapshot, each with its blob or the reason why it is not indexed.

An overlay has rows for changed paths only; the rows of its bases fill the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import class_row

from core.db.connect import Connection

REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class File:
    """Exactly one of `blob_id` and `skipped` is there. `raw_path` is git's bytes, where they are
    not `path` in UTF-8."""

    path: str
    raw_path: bytes | None
    sha: str | None
    blob_id: int | None
    skipped: str | None


_COLUMNS = ", ".join(File.__dataclass_fields__)

# The chain from the snapshot down to the full one at its end.
_CHAIN = (
    "WITH RECURSIVE chain (id, base_id, level) AS ("
    "SELECT id, base_id, 0 FROM snapshots WHERE id = %(snapshot_id)s UNION ALL "
    "SELECT s.id, s.base_id, c.level + 1 FROM snapshots s JOIN chain c ON s.id = c.base_id) "
)
_RESOLVED = (
    f"{_CHAIN}, resolved AS (SELECT DISTINCT ON (f.path) f.* FROM chain c "
    "JOIN files f ON f.snapshot_id = c.id ORDER BY f.path, c.level) "
)


async def of_snapshot(connection: Connection, snapshot_id: int) -> list[File]:
    """Every path of a snapshot, by path, skipped ones too."""
    cursor = connection.cursor(row_factory=class_row(File))
    await cursor.execute(
        f"{_RESOLVED} SELECT {_COLUMNS} FROM resolved "
        "WHERE skipped IS DISTINCT FROM %(removed)s ORDER BY path",
        {"snapshot_id": snapshot_id, "removed": REMOVED},
    )
    return await cursor.fetchall()


async def overlaid(connection: Connection, snapshot_id: int) -> list[File]:
    """The rows of a snapshot and of what it lies over, down to the full one, whose rows are not
    among them; of each path the uppermost."""
    cursor = connection.cursor(row_factory=class_row(File))
    await cursor.execute(
        f"{_CHAIN} SELECT DISTINCT ON (path) {_COLUMNS} FROM chain c "
        "JOIN files f ON f.snapshot_id = c.id WHERE c.base_id IS NOT NULL ORDER BY path, c.level",
        {"snapshot_id": snapshot_id},
    )
    return await cursor.fetchall()


async def at(connection: Connection, snapshot_id: int, path: str) -> File | None:
    """The file at a path of a snapshot; None where there is none."""
    columns = ", ".join(f"f.{column}" for column in File.__dataclass_fields__)
    cursor = connection.cursor(row_factory=class_row(File))
    await cursor.execute(
        f"{_CHAIN} SELECT {columns} FROM chain c JOIN files f ON f.snapshot_id = c.id "
        "WHERE f.path = %(path)s ORDER BY c.level LIMIT 1",
        {"snapshot_id": snapshot_id, "path": path},
    )
    found = await cursor.fetchone()
    return None if found is None or found.skipped == REMOVED else found


async def ending_with(
    connection: Connection, snapshot_id: int, names: Sequence[str]
) -> frozenset[str]:
    """Those of `names` that are a path of the snapshot or the end of one, from a slash on."""
    cursor = await connection.execute(
        # What is looked for is chosen before the uppermost of a path: all paths are thousands.
        f"{_CHAIN}, named AS (SELECT DISTINCT ON (f.path) f.path, f.skipped FROM chain c "
        "JOIN files f ON f.snapshot_id = c.id WHERE EXISTS (SELECT FROM unnest(%(names)s::text[]) "
        "AS n WHERE right('/' || f.path, length(n) + 1) = '/' || n) ORDER BY f.path, c.level) "
        "SELECT DISTINCT n FROM unnest(%(names)s::text[]) AS n JOIN named "
        "ON right('/' || path, length(n) + 1) = '/' || n "
        "WHERE skipped IS DISTINCT FROM %(removed)s",
        {"snapshot_id": snapshot_id, "names": list(names), "removed": REMOVED},
    )
    return frozenset([row[0] for row in await cursor.fetchall()])


async def count_indexed(connection: Connection, snapshot_id: int) -> int:
    """How many paths have a blob."""
    cursor = await connection.execute(
        f"{_RESOLVED} SELECT count(blob_id) FROM resolved", {"snapshot_id": snapshot_id}
    )
    row = await cursor.fetchone()
    return row[0] if row else 0


async def lengths(connection: Connection, snapshot_id: int) -> dict[str, int]:
    """Lines of each indexed path, by path."""
    cursor = await connection.execute(
        f"{_RESOLVED} SELECT path, b.lines FROM resolved JOIN blobs b ON b.id = blob_id "
        "ORDER BY path",
        {"snapshot_id": snapshot_id},
    )
    return dict(await cursor.fetchall())


async def add(
    connection: Connection, *, installation_id: int, snapshot_id: int, files: Sequence[File]
) -> None:
    """The rows of a new snapshot."""
    await connection.execute(
        f"INSERT INTO files (snapshot_id, installation_id, {_COLUMNS}) "
        "SELECT %s, %s, * FROM unnest(%s::text[], %s::bytea[], %s::text[], %s::bigint[], "
        "%s::text[])",
        (
            snapshot_id,
            installation_id,
            [file.path for file in files],
            [file.raw_path for file in files],
            [file.sha for file in files],
            [file.blob_id for file in files],
            [file.skipped for file in files],
        ),
    )


async def fill(connection: Connection, snapshot_id: int) -> None:
    """Give an overlay every row that it has through its bases: it needs them no longer."""
    parameters = {"snapshot_id": snapshot_id, "removed": REMOVED}
    await connection.execute(
        f"{_RESOLVED} INSERT INTO files (snapshot_id, installation_id, {_COLUMNS}) "
        f"SELECT %(snapshot_id)s, installation_id, {_COLUMNS} FROM resolved "
        "WHERE snapshot_id <> %(snapshot_id)s AND skipped IS DISTINCT FROM %(removed)s",
        parameters,
    )
    await connection.execute(
        "DELETE FROM files WHERE snapshot_id = %(snapshot_id)s AND skipped = %(removed)s",
        parameters,
    )


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a snapshot is overlay: rows of its full base, and rows above it."""

    full: int
    overlaid: int


async def extent(connection: Connection, snapshot_id: int) -> Extent:
    cursor = await connection.execute(
        f"{_CHAIN} SELECT count(*) FILTER (WHERE c.base_id IS NULL), "
        "count(*) FILTER (WHERE c.base_id IS NOT NULL) "
        "FROM chain c JOIN files f ON f.snapshot_id = c.id",
        {"snapshot_id": snapshot_id},
    )
    row = await cursor.fetchone()
    assert row is not None
    return Extent(*row)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a snapshot holds; `skipped` counts paths by reason."""

    files: int
    chunks: int
    symbols: int
    skipped: dict[str, int]


async def totals(connection: Connection, snapshot_id: int) -> Totals:
    parameters = {"snapshot_id": snapshot_id, "removed": REMOVED}
    cursor = await connection.execute(
        f"{_RESOLVED}, used AS (SELECT blob_id FROM resolved WHERE blob_id IS NOT NULL) "
        "SELECT (SELECT count(*) FROM used), "
        "(SELECT coalesce(sum(chunks), 0) FROM used JOIN blob_chunks USING (blob_id)), "
        "(SELECT count(*) FROM used JOIN symbols USING (blob_id)), "
        "(SELECT coalesce(jsonb_object_agg(skipped, paths), '{}') FROM (SELECT skipped, "
        "count(*) AS paths FROM resolved WHERE skipped <> %(removed)s GROUP BY skipped) AS _)",
        parameters,
    )
    row = await cursor.fetchone()
    assert row is not None
    return Totals(*row)
