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
