"""Citations: lines of a blob at a commit, re-read from git before they were stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Citation:
    """Lines are 1-based and inclusive; `text_hash` is the SHA-256 of the cited lines."""

    ordinal: int
    path: str
    start_line: int
    end_line: int
    commit_sha: str
    blob_id: int | None
    text_hash: str
    url: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A citation whose file has another content in a newer snapshot, or is gone from it. It was
    followed to `last_path` and `last_commit` before; what is neither last nor new is as cited."""

    answer_id: UUID
    ordinal: int
    path: str
    start_line: int
    end_line: int
    commit_sha: str
    blob_id: int | None
    text_hash: str
    last_path: str
    last_commit: str
    new_blob_id: int | None
    new_commit: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where cited lines are in a newer commit."""

    path: str
    start_line: int
    end_line: int
    commit_sha: str
    blob_id: int | None


_CHAIN = (
    "WITH RECURSIVE chain AS ("
    "SELECT id, base_id, depth FROM snapshots WHERE id = %(snapshot)s UNION ALL "
    "SELECT s.id, s.base_id, s.depth FROM snapshots s JOIN chain ON s.id = chain.base_id)"
)
_COLUMNS = ", ".join(Citation.__dataclass_fields__)


async def add(
    connection: Connection, installation_id: int, answer_id: UUID, citations: Sequence[Citation]
) -> None:
    await connection.cursor().executemany(
        f"INSERT INTO citations (answer_id, installation_id, {_COLUMNS}) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                answer_id,
                installation_id,
                c.ordinal,
                c.path,
                c.start_line,
                c.end_line,
                c.commit_sha,
                c.blob_id,
                c.text_hash,
                c.url,
            )
            for c in citations
        ],
    )


async def of_answer(connection: Connection, answer_id: UUID) -> list[Citation]:
    """In the order of their numbers."""
    cursor = connection.cursor(row_factory=class_row(Citation))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM citations WHERE answer_id = %s ORDER BY ordinal", (answer_id,)
    )
    return await cursor.fetchall()


async def of_changed_files(
    connection: Connection, repository_id: int, snapshot_id: int, ref: str = ""
) -> list[Moved]:
    """Citations of answers on a ref, '' the default branch, not marked stale yet, whose file has
    changed since they were followed last. What was cited of an older commit stays what it was."""
    cursor = connection.cursor(row_factory=class_row(Moved))
    await cursor.execute(
        f"{_CHAIN}, cited AS (SELECT c.*, coalesce(c.moved->>'path', c.path) AS last_path, "
        "coalesce(c.moved->>'commit_sha', c.commit_sha) AS last_commit, "
        "coalesce((c.moved->>'blob_id')::bigint, c.blob_id) AS last_blob_id "
        "FROM citations c JOIN answers a ON a.id = c.answer_id WHERE a.state = 'done' "
        "AND a.repository_id = %(repository)s AND a.ref = %(ref)s AND a.stale = '' "
        "AND c.commit_sha = a.commit_sha), "
        "current AS (SELECT DISTINCT ON (f.path) f.path, f.blob_id FROM files f "
        "JOIN chain ON chain.id = f.snapshot_id WHERE f.path IN (SELECT last_path FROM cited) "
        "ORDER BY f.path, chain.depth DESC) "
        "SELECT answer_id, ordinal, cited.path, start_line, end_line, cited.commit_sha, "
        "cited.blob_id, cited.text_hash, last_path, last_commit, current.blob_id AS new_blob_id, "
        "(SELECT commit_sha FROM snapshots WHERE id = %(snapshot)s) AS new_commit "
        "FROM cited LEFT JOIN current ON current.path = last_path "
        "WHERE current.blob_id IS DISTINCT FROM last_blob_id ORDER BY answer_id, ordinal",
        {"repository": repository_id, "snapshot": snapshot_id, "ref": ref},
    )
    return await cursor.fetchall()


async def move(connection: Connection, answer_id: UUID, ordinal: int, anchor: Anchor) -> None:
    """Remember where the cited lines are now; what was cited stays as it is."""
    await connection.execute(
        "UPDATE citations SET moved = %s WHERE answer_id = %s AND ordinal = %s",
        (Jsonb(asdict(anchor)), answer_id, ordinal),
    )


async def anchors(connection: Connection, answer_id: UUID) -> dict[int, Anchor]:
    """Where citations went, by number: those that moved."""
    cursor = await connection.execute(
        "SELECT ordinal, moved FROM citations WHERE answer_id = %s AND moved IS NOT NULL",
        (answer_id,),
    )
    return {ordinal: Anchor(**moved) for ordinal, moved in await cursor.fetchall()}


async def path_of(connection: Connection, snapshot_id: int, blob_id: int | None) -> str | None:
    """A path that has this very content in a snapshot."""
    cursor = await connection.execute(
        f"{_CHAIN}, there AS (SELECT DISTINCT path FROM files "
        "JOIN chain ON chain.id = snapshot_id WHERE blob_id = %(blob)s), "
        "current AS (SELECT DISTINCT ON (f.path) f.path, f.blob_id FROM files f "
        "JOIN chain ON chain.id = f.snapshot_id WHERE f.path IN (SELECT path FROM there) "
        "ORDER BY f.path, chain.depth DESC) "
        "SELECT path FROM current WHERE blob_id = %(blob)s ORDER BY path LIMIT 1",
        {"snapshot": snapshot_id, "blob": blob_id},
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def definers(
    connection: Connection, snapshot_id: int, cited: Moved, *, limit: int = 10
) -> list[tuple[str, int]]:
    """Other files of a snapshot, with their blobs, that define a symbol of the name of the
    innermost one of which the cited lines were part."""
    cursor = await connection.execute(
        f"{_CHAIN}, within AS (SELECT repository_id, name FROM symbols WHERE blob_id = %(blob)s "
        "AND start_line <= %(start)s AND end_line >= %(end)s "
        "ORDER BY end_line - start_line LIMIT 1), "
        "there AS (SELECT DISTINCT f.path FROM within JOIN symbols s USING (repository_id, name) "
        "JOIN files f ON f.blob_id = s.blob_id JOIN chain ON chain.id = f.snapshot_id "
        "WHERE f.path <> %(path)s LIMIT 200), "
        "current AS (SELECT DISTINCT ON (f.path) f.path, f.blob_id FROM files f "
        "JOIN chain ON chain.id = f.snapshot_id WHERE f.path IN (SELECT path FROM there) "
        "ORDER BY f.path, chain.depth DESC) "
        "SELECT path, blob_id FROM current JOIN within ON TRUE WHERE EXISTS (SELECT FROM symbols s "
        "WHERE s.blob_id = current.blob_id AND s.name = within.name) ORDER BY path LIMIT %(limit)s",
        {
            "snapshot": snapshot_id,
            "blob": cited.blob_id,
            "start": cited.start_line,
            "end": cited.end_line,
            "path": cited.path,
            "limit": limit,
        },
    )
    return await cursor.fetchall()


async def blob_at(
    connection: Connection, repository_id: int, commit_sha: str, path: str
) -> int | None:
    """The blob that an answer cited there: its text is kept though the snapshot may be gone."""
    cursor = await connection.execute(
        "SELECT blob_id FROM citations JOIN answers ON answers.id = answer_id "
        "WHERE repository_id = %s AND citations.commit_sha = %s AND path = %s "
        "AND blob_id IS NOT NULL LIMIT 1",
        (repository_id, commit_sha, path),
    )
    row = await cursor.fetchone()
    return row[0] if row else None
