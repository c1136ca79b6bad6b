"""Conversations: a chat in the browser or terminal, or a thread on GitHub."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Conversation:
    id: UUID
    installation_id: int
    repository_id: int
    user_id: int | None
    thread: str | None


_COLUMNS = "id, installation_id, repository_id, user_id, thread"


async def start(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    user_id: int | None = None,
    thread: str | None = None,
) -> Conversation:
    """A new conversation, or the one that the GitHub thread already has."""
    cursor = connection.cursor(row_factory=class_row(Conversation))
    await cursor.execute(
        "INSERT INTO conversations (installation_id, repository_id, user_id, thread) "
        "VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (repository_id, thread) WHERE thread IS NOT NULL "
        f"DO UPDATE SET thread = excluded.thread RETURNING {_COLUMNS}",
        (installation_id, repository_id, user_id, thread),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def get(connection: Connection, conversation_id: UUID) -> Conversation | None:
    cursor = connection.cursor(row_factory=class_row(Conversation))
    await cursor.execute(f"SELECT {_COLUMNS} FROM conversations WHERE id = %s", (conversation_id,))
    return await cursor.fetchone()


@dataclass(frozen=True, slots=True)
class Asked:
    """A conversation in a list, under its first question."""

    id: UUID
    question: str
    answers: int
    asked_at: datetime


async def recent(
    connection: Connection, repository_id: int, user_id: int | None, *, limit: int = 30
) -> list[Asked]:
    """A person's conversations about a repository, the last asked first; threads on GitHub are
    read there. Without a user: those of the machine's owner."""
    cursor = connection.cursor(row_factory=class_row(Asked))
    await cursor.execute(
        "SELECT conversations.id, "
        "(array_agg(question ORDER BY answers.created_at))[1] AS question, "
        "count(*) AS answers, max(answers.created_at) AS asked_at "
        "FROM conversations JOIN answers ON conversation_id = conversations.id "
        "WHERE conversations.repository_id = %s AND user_id IS NOT DISTINCT FROM %s "
        "AND thread IS NULL GROUP BY conversations.id ORDER BY asked_at DESC LIMIT %s",
        (repository_id, user_id, limit),
    )
    return await cursor.fetchall()
