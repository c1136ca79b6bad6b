"""Looks: which content of a path a Thought looked at whole, so that it is not done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Look:
    """`content` is a digest of all that decides what comes out, the Thought's own rules too."""

    path: str
    content: str


async def of_thought(connection: Connection, repository_id: int, thought: str) -> dict[str, str]:
    """The content of each path as it was looked at last."""
    cursor = await connection.execute(
        "SELECT path, content FROM looks WHERE repository_id = %s AND thought = %s",
        (repository_id, thought),
    )
    return dict(await cursor.fetchall())


async def remember(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    thought: str,
    looks: Sequence[Look],
) -> None:
    """In place of what was looked at before."""
    await connection.cursor().executemany(
        "INSERT INTO looks (installation_id, repository_id, thought, path, content) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (repository_id, thought, path) "
        "DO UPDATE SET content = excluded.content, looked_at = now()",
        [(installation_id, repository_id, thought, each.path, each.content) for each in looks],
    )
