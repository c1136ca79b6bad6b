"""Citations: lines of a blob at a commit, re-read from git before they were stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

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
    """A citation whose file has another content in a newer snapshot, or is gone from it."""

    answer_id: UUID
    path: str
    start_line: int
    end_line: int
    text_hash: str
    new_blob_id: int | None
    new_commit: str


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
    connection: Connection, repository_id: int, snapshot_id: int
) -> list[Moved]:
    """Citations of answers on the default branch, not marked stale yet, whose file changed. What
    was cited of an older commit stays what it was."""
    cursor = connection.cursor(row_factory=class_row(Moved))
    await cursor.execute(
        "WITH RECURSIVE chain AS ("
        "SELECT id, base_id, depth FROM snapshots WHERE id = %(snapshot)s UNION ALL "
        "SELECT s.id, s.base_id, s.depth FROM snapshots s JOIN chain ON s.id = chain.base_id), "
        "cited AS (SELECT c.*, a.id AS answer "
        "FROM citations c JOIN answers a ON a.id = c.answer_id WHERE a.state = 'done' "
        "AND a.repository_id = %(repository)s AND a.ref = '' AND a.stale = '' "
        "AND c.commit_sha = a.commit_sha), "
        "current AS (SELECT DISTINCT ON (f.path) f.path, f.blob_id FROM files f "
        "JOIN chain ON chain.id = f.snapshot_id WHERE f.path IN (SELECT path FROM cited) "
        "ORDER BY f.path, chain.depth DESC) "
        "SELECT cited.answer AS answer_id, cited.path, cited.start_line, cited.end_line, "
        "cited.text_hash, current.blob_id AS new_blob_id, "
        "(SELECT commit_sha FROM snapshots WHERE id = %(snapshot)s) AS new_commit "
        "FROM cited LEFT JOIN current USING (path) "
        "WHERE current.blob_id IS DISTINCT FROM cited.blob_id ORDER BY cited.answer, cited.ordinal",
        {"repository": repository_id, "snapshot": snapshot_id},
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
