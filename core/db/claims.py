"""Who works on which Thought: turns, claims, leases, and how a claim ends.

A turn locks the budget of one repository, so that what is reserved of it is reserved once. Every
end of a claim names the attempt that it ends: what another attempt has by now is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection
from core.db.thoughts import COLUMNS, LEASE_SECONDS, Thought

TRIES = 3
"""What fails the same way so often rests."""

_TWIN = (
    "EXISTS (SELECT FROM thoughts twin WHERE twin.repository_id = thoughts.repository_id "
    "AND twin.kind = thoughts.kind AND twin.subject_key = thoughts.subject_key "
    "AND twin.state = 'queued' AND twin.id <> thoughts.id)"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is. `asked`: a person waits, so neither pauses nor switches hold it up."""

    repository_id: int
    installation_id: int
    asked: bool = False


async def next_turn(connection: Connection) -> Turn | None:
    """The repository that was served least among those of the installation that was served least,
    of all that have due Thoughts and are not paused. Another's turn is not waited for."""
    cursor = connection.cursor(row_factory=class_row(Turn))
    await cursor.execute(
        "SELECT l.repository_id, l.installation_id FROM learning l "
        "JOIN budgets r ON r.repository_id = l.repository_id "
        "JOIN budgets i ON i.installation_id = l.installation_id AND i.repository_id IS NULL "
        'WHERE l."on" AND (r.paused_until IS NULL OR r.paused_until <= now()) '
        "AND (i.paused_until IS NULL OR i.paused_until <= now()) "
        "AND EXISTS (SELECT FROM thoughts t WHERE t.repository_id = l.repository_id "
        "AND t.state = 'queued' AND t.run_at <= now()) "
        "ORDER BY i.served, r.served, l.repository_id LIMIT 1 FOR UPDATE OF r SKIP LOCKED"
    )
    return await cursor.fetchone()


async def asked_turn(connection: Connection) -> Turn | None:
    """The repository of the Thought that a person waits for longest."""
    cursor = connection.cursor(row_factory=class_row(Turn))
    await cursor.execute(
        "SELECT t.repository_id, t.installation_id, true AS asked FROM thoughts t "
        "JOIN budgets r ON r.repository_id = t.repository_id WHERE t.state = 'queued' "
        "AND t.asked_by <> '' AND t.run_at <= now() ORDER BY t.id LIMIT 1 "
        "FOR UPDATE OF r SKIP LOCKED"
    )
    return await cursor.fetchone()


async def best(
    connection: Connection, turn: Turn, kinds: Sequence[str], *, limit: int
) -> list[Thought]:
    """The best that are due, locked; those that another worker looks at are left out."""
    cursor = connection.cursor(row_factory=class_row(Thought))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM thoughts WHERE repository_id = %s AND state = 'queued' "
        "AND run_at <= now() AND kind = ANY(%s) AND (NOT %s OR asked_by <> '') "
        "ORDER BY priority DESC, id LIMIT %s FOR UPDATE SKIP LOCKED",
        (turn.repository_id, list(kinds), turn.asked, limit),
    )
    return await cursor.fetchall()


async def take(
    connection: Connection, reserved: Mapping[int, Mapping[str, float]]
) -> list[Thought]:
    """Begin with these, by id, with what was reserved of the budgets for each."""
    cursor = connection.cursor(row_factory=class_row(Thought))
    columns = ", ".join(f"t.{name}" for name in COLUMNS.split(", "))
    await cursor.execute(
        "UPDATE thoughts t SET state = 'running', attempts = attempts + 1, cancelled_by = '', "
        "reserved = w.reserved, lease_until = now() + %s * interval '1 second' "
        "FROM unnest(%s::bigint[], %s::jsonb[]) AS w (id, reserved) WHERE t.id = w.id "
        f"RETURNING {columns}",
        (LEASE_SECONDS, list(reserved), [Jsonb(dict(each)) for each in reserved.values()]),
    )
    return await cursor.fetchall()


async def extend(connection: Connection, held: Mapping[int, int]) -> dict[int, str]:
    """The heartbeat of claims, attempts by id. Returns who wants each of those that are still ours
    to end, '' for nobody."""
    cursor = await connection.execute(
        "UPDATE thoughts t SET lease_until = now() + %s * interval '1 second' "
        "FROM unnest(%s::bigint[], %s::int[]) AS held (id, attempt) WHERE t.id = held.id "
        "AND t.attempts = held.attempt AND t.state = 'running' RETURNING t.id, t.cancelled_by",
        (LEASE_SECONDS, list(held), list(held.values())),
    )
    return dict(await cursor.fetchall())


async def finish_all(connection: Connection, held: Mapping[int, int]) -> set[int]:
    """Settle runs, attempts by id. Returns those that were ours; nothing is settled twice."""
    cursor = await connection.execute(
        "UPDATE thoughts t SET state = 'done', lease_until = NULL, problem = '', failures = 0, "
        "failed_as = '', reserved = '{}', finished_at = now() "
        "FROM unnest(%s::bigint[], %s::int[]) AS held (id, attempt) WHERE t.id = held.id "
        "AND t.attempts = held.attempt AND t.state = 'running' RETURNING t.id",
        (list(held), list(held.values())),
    )
    return {row[0] for row in await cursor.fetchall()}


async def fail(
    connection: Connection, thought: Thought, problem: str, *, seconds: float
) -> str | None:
    """Queue a Thought again after a while; at the third failure of the same kind it rests. Returns
    the state that it has then, None where another attempt has it."""
    failures = thought.failures + 1 if thought.failed_as == problem else 1
    said = f"It failed {failures} times the same way: {problem}" if failures >= TRIES else problem
    cursor = await connection.execute(
        "UPDATE thoughts SET state = CASE WHEN %(failures)s >= %(tries)s THEN 'resting' "
        f"WHEN {_TWIN} THEN 'superseded' ELSE 'queued' END, failures = %(failures)s, "
        "failed_as = %(problem)s, problem = %(said)s, lease_until = NULL, reserved = '{}', "
        "run_at = now() + %(seconds)s * interval '1 second', finished_at = now() "
        "WHERE id = %(id)s AND attempts = %(attempt)s AND state = 'running' RETURNING state",
        {
            "failures": failures,
            "tries": TRIES,
            "problem": problem[:2000],
            "said": said[:2000],
            "seconds": seconds,
            "id": thought.id,
            "attempt": thought.attempts,
        },
    )
    row = await cursor.fetchone()
    return str(row[0]) if row else None


async def put_back(connection: Connection, thought: Thought) -> bool:
    """As if it had not been claimed: its worker stops, or nothing may run now."""
    cursor = await connection.execute(
        f"UPDATE thoughts SET state = CASE WHEN {_TWIN} THEN 'superseded' ELSE 'queued' END, "
        "lease_until = NULL, reserved = '{}', run_at = now() "
        "WHERE id = %s AND attempts = %s AND state = 'running'",
        (thought.id, thought.attempts),
    )
    return cursor.rowcount == 1


async def cancelled(connection: Connection, thought: Thought, because: str) -> bool:
    """For good: somebody said so, or its subject is gone."""
    cursor = await connection.execute(
        "UPDATE thoughts SET state = 'cancelled', problem = %s, lease_until = NULL, "
        "reserved = '{}', finished_at = now() "
        "WHERE id = %s AND attempts = %s AND state = 'running'",
        (because, thought.id, thought.attempts),
    )
    return cursor.rowcount == 1


async def abandoned(connection: Connection, *, limit: int = 100) -> list[Thought]:
    """Claims whose worker did not beat in time, locked."""
    cursor = connection.cursor(row_factory=class_row(Thought))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM thoughts WHERE state = 'running' AND lease_until < now() "
        "ORDER BY lease_until LIMIT %s FOR UPDATE SKIP LOCKED",
        (limit,),
    )
    return await cursor.fetchall()


async def reservation(connection: Connection, thought: Thought) -> dict[str, Any] | None:
    """What was reserved for this claim, locked, so that it is given back once; None where another
    attempt has the Thought: the reservation is that one's."""
    cursor = await connection.execute(
        "SELECT reserved FROM thoughts WHERE id = %s AND attempts = %s AND state = 'running' "
        "FOR UPDATE",
        (thought.id, thought.attempts),
    )
    row = await cursor.fetchone()
    return dict(row[0]) if row else None
