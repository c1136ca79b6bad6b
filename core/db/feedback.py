"""Feedback: what a person thought of an answer. One row for each person and answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Feedback:
    """`vote` is 1, -1, or 0 where it was taken back."""

    answer_id: UUID
    actor: str
    vote: int
    note: str
    correct_citations: list[dict[str, Any]]


_COLUMNS = ", ".join(Feedback.__dataclass_fields__)


async def give(
    connection: Connection,
    *,
    installation_id: int,
    answer_id: UUID,
    actor: str,
    vote: int,
    note: str = "",
    correct_citations: list[dict[str, Any]] | None = None,
) -> Feedback:
    """The latest word of a person counts."""
    cursor = connection.cursor(row_factory=class_row(Feedback))
    await cursor.execute(
        f"INSERT INTO feedback (installation_id, {_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (answer_id, actor) DO UPDATE SET vote = excluded.vote, "
        "note = excluded.note, correct_citations = excluded.correct_citations, "
        f"created_at = now() RETURNING {_COLUMNS}",
        (installation_id, answer_id, actor, vote, note, Jsonb(correct_citations or [])),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def of_answer(connection: Connection, answer_id: UUID, actor: str) -> Feedback | None:
    cursor = connection.cursor(row_factory=class_row(Feedback))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM feedback WHERE answer_id = %s AND actor = %s", (answer_id, actor)
    )
    return await cursor.fetchone()
