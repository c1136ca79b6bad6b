"""Everything that an index holds of a snapshot, without the numbers that the database gave."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.snapshots import Snapshot
from workers.retrieve.search import Hit, Searcher

NUMBERS = frozenset({"id", "blob_id", "installation_id", "repository_id", "snapshot_id"})
"""Columns that say nothing about the source."""

ELSEWHERE = frozenset(
    {"files", "citations", "embeddings", "blob_vectors", "answers", "repositories"}
)
"""Tables that name a blob or a snapshot and are no part of it, or are compared on their own."""

_FILES = (
    "WITH RECURSIVE chain (id, base_id, level) AS ("
    "SELECT id, base_id, 0 FROM snapshots WHERE id = %s UNION ALL "
    "SELECT s.id, s.base_id, c.level + 1 FROM snapshots s JOIN chain c ON s.id = c.base_id), "
    "resolved AS (SELECT DISTINCT ON (f.path) f.* FROM chain c "
    "JOIN files f ON f.snapshot_id = c.id ORDER BY f.path, c.level) "
    "SELECT path, raw_path, sha, skipped, blob_id FROM resolved "
    "WHERE skipped IS DISTINCT FROM 'removed'"
)

_ASKED = 50

Rows = dict[str, Any]


async def rows(database: Database, repository: Repository, snapshot_id: int) -> Rows:
    """By path: its file and all that was parsed of it. By table: what belongs to the snapshot or
    to the repository as a whole."""
    async with database.tenant(repository.installation_id) as connection:
        cursor = await connection.execute(_FILES, (snapshot_id,))
        files = await cursor.fetchall()
        parsed = await _parsed(connection, [file[-1] for file in files if file[-1] is not None])
        found: Rows = {
            path: [raw_path, sha, skipped, parsed.get(blob_id, {})]
            for path, raw_path, sha, skipped, blob_id in files
        }
        for table in ("commits", "file_history"):
            kept = await _all(connection, table, "repository_id", [repository.id])
            found[f"table {table}"] = kept[repository.id]
        for table in await _tables(connection, "snapshot_id"):
            kept = await _all(connection, table, "snapshot_id", [snapshot_id])
            found[f"table {table}"] = kept[snapshot_id]
    return found


async def _parsed(connection: Connection, blob_ids: list[int]) -> dict[int, Rows]:
    found: dict[int, Rows] = {blob_id: {} for blob_id in blob_ids}
    for table in ["blobs", *await _tables(connection, "blob_id")]:
        key = "id" if table == "blobs" else "blob_id"
        for blob_id, kept in (await _all(connection, table, key, blob_ids)).items():
            found[blob_id][table] = kept
    return found


async def _tables(connection: Connection, key: str) -> list[str]:
    cursor = await connection.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name = %s AND table_name <> ALL(%s) ORDER BY table_name",
        (key, list(ELSEWHERE)),
    )
    return [row[0] for row in await cursor.fetchall()]


async def _all(
    connection: Connection, table: str, key: str, values: list[int]
) -> defaultdict[int, list[tuple[Any, ...]]]:
    """The rows of each value, in an order that is theirs alone."""
    cursor = await connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name = %s AND column_name <> ALL(%s) ORDER BY column_name",
        (table, list(NUMBERS)),
    )
    columns = ", ".join([key, *(row[0] for row in await cursor.fetchall())])
    cursor = await connection.execute(
        f"SELECT {columns} FROM {table} WHERE {key} = ANY(%s)".encode(), (values,)
    )
    found = defaultdict[int, list[tuple[Any, ...]]](list)
    for value, *row in sorted(await cursor.fetchall(), key=repr):
        found[value].append(tuple(row))
    return found


async def found_by(
    searcher: Searcher, snapshot: Snapshot, questions: list[str]
) -> list[list[tuple[Any, ...]]]:
    """What the searcher returns for each question: places, scores and why."""
    return [
        _settled(await searcher.search(snapshot, question, limit=_ASKED)) for question in questions
    ]


def _settled(hits: list[Hit]) -> list[tuple[Any, ...]]:
    """Equals in an order of their own. Of those that are worth as little as the last, others may
    have been cut off."""
    least = hits[-1].score if len(hits) == _ASKED else -1.0
    return sorted(
        (
            -hit.score,
            hit.path,
            hit.start_line,
            hit.end_line,
            hit.symbol,
            *sorted(hit.features.items()),
        )
        for hit in hits
        if hit.score > least
    )
