"""Answers: a question, what was said, and everything that it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is Markdown in which [n] refers to the citation with ordinal n."""

    id: UUID
    installation_id: int
    repository_id: int
    conversation_id: UUID
    door: str
    target: dict[str, Any]
    question: str
    ref: str
    state: str
    snapshot_id: int | None
    commit_sha: str
    text: str
    refused: bool
    notice: str
    model: str
    policy_version: str
    propensity: float
    prompt_hash: str
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    checks_passed: int
    checks_failed: int
    seconds: float
    stale: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Finished:
    """What answering adds to the row."""

    snapshot_id: int | None
    commit_sha: str
    text: str
    refused: bool
    notice: str
    model: str
    policy_version: str
    propensity: float
    prompt_hash: str
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    checks_passed: int
    checks_failed: int
    seconds: float


_COLUMNS = ", ".join(Answer.__dataclass_fields__)
_FINISHED = tuple(Finished.__dataclass_fields__)


async def create(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    conversation_id: UUID,
    door: str,
    question: str,
    ref: str = "",
    target: dict[str, Any] | None = None,
) -> Answer:
    """A pending answer. `ref` '' means the default branch.

    What PostgreSQL cannot store in a question becomes white space: NUL and lone surrogates.
    """
    storable = question.encode(errors="replace").decode().replace("\x00", " ")
    cursor = connection.cursor(row_factory=class_row(Answer))
    await cursor.execute(
        "INSERT INTO answers "
        "(installation_id, repository_id, conversation_id, door, question, ref, target) "
        f"VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING {_COLUMNS}",
        (
            installation_id,
            repository_id,
            conversation_id,
            door,
            storable,
            ref,
            Jsonb(target or {}),
        ),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def get(connection: Connection, answer_id: UUID) -> Answer | None:
    cursor = connection.cursor(row_factory=class_row(Answer))
    await cursor.execute(f"SELECT {_COLUMNS} FROM answers WHERE id = %s", (answer_id,))
    return await cursor.fetchone()


async def of_conversation(connection: Connection, conversation_id: UUID) -> list[Answer]:
    """Oldest first."""
    cursor = connection.cursor(row_factory=class_row(Answer))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM answers WHERE conversation_id = %s ORDER BY created_at, id",
        (conversation_id,),
    )
    return await cursor.fetchall()


async def finish(connection: Connection, answer_id: UUID, finished: Finished) -> None:
    assignments = ", ".join(f"{name} = %s" for name in _FINISHED)
    await connection.execute(
        f"UPDATE answers SET {assignments}, state = 'done', finished_at = now() WHERE id = %s",
        (*(getattr(finished, name) for name in _FINISHED), answer_id),
    )


async def fail(connection: Connection, answer_id: UUID, notice: str) -> None:
    """`notice` is told to the person who asked."""
    await connection.execute(
        "UPDATE answers SET state = 'failed', notice = %s, finished_at = now() WHERE id = %s",
        (notice, answer_id),
    )


async def set_stale(connection: Connection, answer_id: UUID, stale: str) -> None:
    """`stale` says in Markdown which cited lines changed, and in which commit."""
    await connection.execute("UPDATE answers SET stale = %s WHERE id = %s", (stale, answer_id))


async def are_followed(connection: Connection, repository_id: int, ref: str) -> bool:
    """Whether there are answers on a ref that hold so far."""
    cursor = await connection.execute(
        "SELECT EXISTS (SELECT FROM answers WHERE repository_id = %s AND ref = %s "
        "AND state = 'done' AND stale = '')",
        (repository_id, ref),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def asked_on_github(connection: Connection, repository_id: int, sender_id: int) -> int:
    """How many questions a person asked on GitHub about a repository within the last hour."""
    cursor = await connection.execute(
        "SELECT count(*) FROM answers WHERE repository_id = %s AND door = 'github' "
        "AND (target->>'sender_id')::bigint = %s AND created_at > now() - interval '1 hour'",
        (repository_id, sender_id),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def last_in_thread(connection: Connection, repository_id: int, thread: str) -> Answer | None:
    """The newest finished answer of a thread on GitHub."""
    cursor = connection.cursor(row_factory=class_row(Answer))
    columns = ", ".join(f"answers.{name}" for name in Answer.__dataclass_fields__)
    await cursor.execute(
        f"SELECT {columns} FROM answers JOIN conversations ON conversations.id = conversation_id "
        "WHERE conversations.repository_id = %s AND thread = %s AND state = 'done' "
        "ORDER BY answers.created_at DESC LIMIT 1",
        (repository_id, thread),
    )
    return await cursor.fetchone()


async def of_comment(
    connection: Connection, repository_id: int, kind: str, comment_id: int
) -> dict[int, Answer]:
    """What a comment on GitHub asked, by the question's place in it: of each the newest. For `kind`
    see bot.decision.Reply."""
    cursor = connection.cursor(row_factory=class_row(Answer))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM answers WHERE repository_id = %s AND door = 'github' "
        "AND target->>'kind' = %s AND (target->>'comment_id')::bigint = %s ORDER BY created_at, id",
        (repository_id, kind, comment_id),
    )
    return {int(row.target.get("place", 0)): row for row in await cursor.fetchall()}


async def withdraw(connection: Connection, answer_id: UUID) -> None:
    """The question was deleted, or is another one now: the answer is not said on GitHub."""
    await connection.execute(
        "UPDATE answers SET target = target || '{\"withdrawn\": true}', "
        "state = CASE state WHEN 'pending' THEN 'failed' ELSE state END WHERE id = %s",
        (answer_id,),
    )


async def reword(connection: Connection, answer_id: UUID, question: str) -> None:
    """Of a question that means something which had to be looked up."""
    await connection.execute(
        "UPDATE answers SET question = %s WHERE id = %s", (question, answer_id)
    )
