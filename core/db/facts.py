"""Facts: checked statements about a scope of a snapshot, each with the lines that say so.

They are worked out when somebody asks, by a worker, and remembered: a snapshot never changes. What
is remembered goes when links are added, which come after the snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection

NOTHING = "nothing"
"""The kind of the row that says that a scope was looked at, and there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Fact:
    """`citations` are {"path", "start_line", "end_line"} at the snapshot's commit; a statement that
    counts has none. The scores order the facts of a scope."""

    kind: str
    subject: str
    text: str
    score: float
    citations: list[dict[str, str | int]]


_COLUMNS = ", ".join(Fact.__dataclass_fields__)


async def of_scope(connection: Connection, snapshot_id: int, scope: str) -> list[Fact] | None:
    """In the order in which they are told; None where nobody asked yet. Scope '' is the repository;
    others are a folder, a path, a path#name, or a name."""
    cursor = connection.cursor(row_factory=class_row(Fact))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM facts WHERE snapshot_id = %s AND scope = %s ORDER BY ordinal",
        (snapshot_id, scope),
    )
    found = await cursor.fetchall()
    return [fact for fact in found if fact.kind != NOTHING] if found else None


async def remember(
    connection: Connection,
    *,
    installation_id: int,
    snapshot_id: int,
    scope: str,
    facts: Sequence[Fact],
) -> None:
    """In place of what was known of the scope."""
    await connection.execute(
        "DELETE FROM facts WHERE snapshot_id = %s AND scope = %s", (snapshot_id, scope)
    )
    rows = facts or [Fact(NOTHING, "", "", 0.0, [])]
    await connection.cursor().executemany(
        f"INSERT INTO facts (snapshot_id, scope, ordinal, installation_id, {_COLUMNS}) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                *(snapshot_id, scope, ordinal, installation_id),
                *(fact.kind, fact.subject, fact.text, fact.score, Jsonb(fact.citations)),
            )
            for ordinal, fact in enumerate(rows)
        ],
    )


async def forget(connection: Connection, repository_id: int) -> None:
    """What was found out of a repository: more is known now."""
    await connection.execute(
        "DELETE FROM facts USING snapshots s "
        "WHERE s.id = facts.snapshot_id AND s.repository_id = %s",
        (repository_id,),
    )
