"""Snapshots: what a ref looked like at a commit. An overlay has rows for changed paths only."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from core.db import files
from core.db.connect import Connection, Database

_LOCK = 0x696E646578  # 'index': with a repository's id, the name of its lock


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
    """The newest snapshot of a commit, whatever rules it was made by."""
    cursor = connection.cursor(row_factory=class_row(Snapshot))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM snapshots WHERE repository_id = %s AND commit_sha = %s "
        "ORDER BY id DESC LIMIT 1",
        (repository_id, commit_sha),
    )
    return await cursor.fetchone()


async def current(connection: Connection, repository_id: int) -> Snapshot | None:
    """The snapshot that questions about the default branch are answered from."""
    columns = ", ".join(f"s.{column}" for column in Snapshot.__dataclass_fields__)
    cursor = connection.cursor(row_factory=class_row(Snapshot))
    await cursor.execute(
        f"SELECT {columns} FROM repositories r JOIN snapshots s ON s.id = r.snapshot_id "
        "WHERE r.id = %s",
        (repository_id,),
    )
    return await cursor.fetchone()


async def several(connection: Connection, repository_ids: Sequence[int]) -> dict[int, Snapshot]:
    """The current ones, by repository; those that have none are not among them."""
    columns = ", ".join(f"s.{column}" for column in Snapshot.__dataclass_fields__)
    cursor = connection.cursor(row_factory=class_row(Snapshot))
    await cursor.execute(
        f"SELECT {columns} FROM repositories r JOIN snapshots s ON s.id = r.snapshot_id "
        "WHERE r.id = ANY(%s)",
        (list(repository_ids),),
    )
    return {row.repository_id: row for row in await cursor.fetchall()}


async def root(connection: Connection, snapshot_id: int) -> Snapshot:
    """The full snapshot that this one lies over, or is."""
    columns = ", ".join(f"s.{column}" for column in Snapshot.__dataclass_fields__)
    cursor = connection.cursor(row_factory=class_row(Snapshot))
    await cursor.execute(
        "WITH RECURSIVE chain (id, base_id) AS ("
        "SELECT id, base_id FROM snapshots WHERE id = %s UNION ALL "
        "SELECT s.id, s.base_id FROM snapshots s JOIN chain c ON s.id = c.base_id) "
        f"SELECT {columns} FROM chain JOIN snapshots s USING (id) WHERE s.base_id IS NULL",
        (snapshot_id,),
    )
    found = await cursor.fetchone()
    assert found is not None, "a snapshot keeps what it lies over"
    return found


async def full_ones(connection: Connection, repository_id: int) -> list[Snapshot]:
    """Those that lie over nothing."""
    cursor = connection.cursor(row_factory=class_row(Snapshot))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM snapshots WHERE repository_id = %s AND base_id IS NULL",
        (repository_id,),
    )
    return await cursor.fetchall()


async def flatten(connection: Connection, snapshot_id: int) -> None:
    """Make a full snapshot of an overlay. Whoever reads it sees the same before and after."""
    await connection.execute("SELECT FROM snapshots WHERE id = %s FOR UPDATE", (snapshot_id,))
    await files.fill(connection, snapshot_id)
    await connection.execute(
        "UPDATE snapshots SET base_id = NULL, depth = 0 WHERE id = %s", (snapshot_id,)
    )


async def add(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    ref: str,
    commit_sha: str,
    base: Snapshot | None,
    rules: str,
    committed_at: datetime,
) -> int:
    """A snapshot on a base has rows for the paths that differ from it."""
    cursor = await connection.execute(
        "INSERT INTO snapshots (installation_id, repository_id, ref, commit_sha, base_id, depth, "
        "rules, committed_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            installation_id,
            repository_id,
            ref,
            commit_sha,
            base.id if base else None,
            base.depth + 1 if base else 0,
            rules,
            committed_at,
        ),
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def count_files(connection: Connection, snapshot_id: int) -> int:
    """How many files are indexed, those of the bases included."""
    return await files.count_indexed(connection, snapshot_id)


async def blob_at(connection: Connection, snapshot_id: int, path: str) -> int | None:
    """The blob of a path; None where there is none, or it is not indexed."""
    found = await files.at(connection, snapshot_id, path)
    return found.blob_id if found else None


def indexing(database: Database, repository_id: int) -> AbstractAsyncContextManager[None]:
    """One run at a time indexes a repository; the next waits."""
    return database.lock(_LOCK << 24 ^ repository_id)


async def delete_superseded(connection: Connection, repository_id: int, *, days: float) -> int:
    """Forget snapshots older than `days` that are neither current, nor cited by an answer, nor
    the base of one that is kept; return how many."""
    cursor = await connection.execute(
        "WITH RECURSIVE kept (id, base_id) AS ("
        "SELECT id, base_id FROM snapshots s WHERE repository_id = %(repository_id)s AND ("
        "created_at > now() - %(days)s * interval '1 day' "
        "OR EXISTS (SELECT FROM repositories r WHERE r.snapshot_id = s.id) "
        "OR EXISTS (SELECT FROM answers a WHERE a.snapshot_id = s.id)) UNION "
        "SELECT s.id, s.base_id FROM snapshots s JOIN kept k ON s.id = k.base_id) "
        "DELETE FROM snapshots WHERE repository_id = %(repository_id)s "
        "AND id NOT IN (SELECT id FROM kept)",
        {"repository_id": repository_id, "days": days},
    )
    return cursor.rowcount


async def delete_of_refs(connection: Connection, repository_id: int, refs: Sequence[str]) -> int:
    """Forget the snapshots that were made for refs which are gone, but for the current one and the
    bases of others; return how many. What answers cited of them they keep by themselves."""
    cursor = await connection.execute(
        "WITH RECURSIVE kept (id, base_id) AS ("
        "SELECT id, base_id FROM snapshots s WHERE repository_id = %(repository_id)s AND ("
        "ref <> ALL(%(refs)s) "
        "OR EXISTS (SELECT FROM repositories r WHERE r.snapshot_id = s.id)) UNION "
        "SELECT s.id, s.base_id FROM snapshots s JOIN kept k ON s.id = k.base_id) "
        "DELETE FROM snapshots WHERE repository_id = %(repository_id)s AND ref = ANY(%(refs)s) "
        "AND id NOT IN (SELECT id FROM kept)",
        {"repository_id": repository_id, "refs": list(refs)},
    )
    return cursor.rowcount
