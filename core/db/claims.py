"""Who works on which Thought: turns, claims, and how a claim ends.

A turn locks the budget of one repository, so that what is reserved of it is reserved once. Every
end of a claim names the attempt that it ends: what another attempt has by now is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection
from core.db.thoughts import COLUMNS, LEASE_SECONDS, Thought

TRIES = 3
"""What fails the same way so often rests."""
DEATHS = 6
"""What lost its worker so often in a row rests: a worker that dies takes others with it."""
MOST_ATTEMPTS = 20
"""What ended as often without success rests, however it failed."""
_CHANGING = re.compile(r"\w*\d\w*")

_TWIN = (
    "EXISTS (SELECT FROM thoughts twin WHERE twin.repository_id = thoughts.repository_id "
    "AND twin.kind = thoughts.kind AND twin.subject_key = thoughts.subject_key "
    "AND twin.state = 'queued' AND twin.id <> thoughts.id)"
)
# Somebody ended it, and the worker that should have heard of it did not live to.
_UNWANTED = f"cancelled_by <> '' THEN 'cancelled' WHEN {_TWIN} THEN 'superseded'"


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is. `asked`: a person waits, so neither pauses nor switches hold it up."""

    repository_id: int
    installation_id: int
    asked: bool = False


async def next_turns(connection: Connection, *, limit: int) -> list[Turn]:
    """The repositories that were served least among those of the installations that were served
    least, of all that have due Thoughts and are not paused; one of each installation. What another
    worker has in hand is not waited for."""
    cursor = connection.cursor(row_factory=class_row(Turn))
    await cursor.execute(
        "SELECT l.repository_id, l.installation_id FROM learning l "
        "JOIN repositories p ON p.id = l.repository_id "
        "JOIN budgets r ON r.repository_id = l.repository_id "
        "JOIN budgets i ON i.installation_id = l.installation_id AND i.repository_id IS NULL "
        'WHERE l."on" AND p.removed_at IS NULL AND NOT p.archived AND p.snapshot_id IS NOT NULL '
        "AND p.paused_by = '' "
        "AND (r.paused_until IS NULL OR r.paused_until <= now()) "
        "AND (i.paused_until IS NULL OR i.paused_until <= now()) "
        "AND EXISTS (SELECT FROM thoughts t WHERE t.repository_id = l.repository_id "
        "AND t.state = 'queued' AND t.run_at <= now()) "
        "ORDER BY i.served, i.id, r.served, l.repository_id LIMIT %s "
        "FOR UPDATE OF r, i SKIP LOCKED",
        (limit,),
    )
    first: dict[int, Turn] = {}
    for turn in await cursor.fetchall():
        first.setdefault(turn.installation_id, turn)
    return list(first.values())


async def asked_turn(connection: Connection, kinds: Sequence[str]) -> Turn | None:
    """The repository of the Thought, of one of these kinds, that a person waits for longest."""
    cursor = connection.cursor(row_factory=class_row(Turn))
    await cursor.execute(
        "SELECT t.repository_id, t.installation_id, true AS asked FROM thoughts t "
        "JOIN repositories p ON p.id = t.repository_id "
        "JOIN budgets r ON r.repository_id = t.repository_id "
        "JOIN budgets i ON i.installation_id = t.installation_id AND i.repository_id IS NULL "
        "WHERE t.state = 'queued' AND t.asked_by <> '' AND t.run_at <= now() "
        "AND t.kind = ANY(%s) AND p.removed_at IS NULL AND p.snapshot_id IS NOT NULL "
        "ORDER BY t.id LIMIT 1 FOR UPDATE OF r, i SKIP LOCKED",
        (list(kinds),),
    )
    return await cursor.fetchone()


async def best(
    connection: Connection, wanted: Mapping[int, Sequence[str]], *, asked: bool, limit: int
) -> dict[int, list[Thought]]:
    """The best that are due of each repository, of these kinds; `asked`: those that people wait
    for. A turn keeps other workers away from them; a person may still end one before it is taken.
    """
    cursor = connection.cursor(row_factory=class_row(Thought))
    await cursor.execute(
        f"SELECT t.* FROM unnest(%s::bigint[], %s::text[]) AS w (id, kinds), LATERAL "
        f"(SELECT {COLUMNS} FROM thoughts WHERE repository_id = w.id AND state = 'queued' "
        "AND run_at <= now() AND kind = ANY(string_to_array(w.kinds, ' ')) "
        "AND (NOT %s OR asked_by <> '') ORDER BY priority DESC, id LIMIT %s) AS t",
        (list(wanted), [" ".join(kinds) for kinds in wanted.values()], asked, limit),
    )
    found: dict[int, list[Thought]] = {number: [] for number in wanted}
    for each in await cursor.fetchall():
        found[each.repository_id].append(each)
    return found


async def take(
    connection: Connection, reserved: Mapping[int, Mapping[str, float]]
) -> list[Thought]:
    """Begin with these, by id, with what was reserved of the budgets for each. Returns those that
    were still there to begin with. The lease is counted from here on: in a slow transaction it
    could be over before anybody sees it."""
    cursor = connection.cursor(row_factory=class_row(Thought))
    columns = ", ".join(f"t.{name}" for name in COLUMNS.split(", "))
    await cursor.execute(
        "UPDATE thoughts t SET state = 'running', attempts = attempts + 1, cancelled_by = '', "
        "reserved = w.reserved, lease_until = clock_timestamp() + %s * interval '1 second' "
        "FROM unnest(%s::bigint[], %s::jsonb[]) AS w (id, reserved) "
        f"WHERE t.id = w.id AND t.state = 'queued' RETURNING {columns}",
        (LEASE_SECONDS, list(reserved), [Jsonb(dict(each)) for each in reserved.values()]),
    )
    return await cursor.fetchall()


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
    connection: Connection, thought: Thought, problem: str, *, seconds: float, tries: int = TRIES
) -> str | None:
    """Queue a Thought again: after `seconds`, after twice as many where it fails the same way, and
    after so many `tries` it rests; what fails in another way each time rests as well, later.
    Returns the state that it has then, None where another attempt has it."""
    failures = thought.failures + 1 if _alike(thought.failed_as) == _alike(problem) else 1
    tired = thought.attempts >= MOST_ATTEMPTS
    cursor = await connection.execute(
        f"UPDATE thoughts SET state = CASE WHEN {_UNWANTED} WHEN %(rests)s THEN 'resting' "
        "ELSE 'queued' END, failures = %(failures)s, "
        "failed_as = %(problem)s, problem = %(said)s, lease_until = NULL, reserved = '{}', "
        "run_at = now() + %(seconds)s * interval '1 second', finished_at = now() "
        "WHERE id = %(id)s AND attempts = %(attempt)s AND state = 'running' RETURNING state",
        {
            "rests": tired or failures >= tries,
            "failures": failures,
            "problem": problem[:2000],
            "said": _said(problem, failures, tries, thought.attempts)[:2000],
            "seconds": seconds * 2.0 ** (failures - 1),
            "id": thought.id,
            "attempt": thought.attempts,
        },
    )
    row = await cursor.fetchone()
    return str(row[0]) if row else None


def _alike(problem: str) -> str:
    """Without what differs from run to run: numbers, addresses and names of temporary files."""
    return _CHANGING.sub("", problem[:2000])


def _said(problem: str, failures: int, tries: int, attempts: int) -> str:
    if failures >= tries:
        return f"It failed {failures} times the same way: {problem}"
    if attempts >= MOST_ATTEMPTS:
        return f"It was tried {attempts} times, and failed in several ways; the last: {problem}"
    return problem


async def put_back(connection: Connection, thought: Thought) -> bool:
    """As if it had not been claimed: its worker stops, or nothing may run now."""
    cursor = await connection.execute(
        f"UPDATE thoughts SET state = CASE WHEN {_UNWANTED} ELSE 'queued' END, "
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


async def reservations(connection: Connection, held: Mapping[int, int]) -> dict[int, Any]:
    """What was reserved for these claims, attempts by id, locked, so that it is given back once.
    What another attempt has by now is not among them: the reservation is that one's."""
    cursor = await connection.execute(
        "SELECT t.id, t.reserved FROM thoughts t "
        "JOIN unnest(%s::bigint[], %s::int[]) AS held (id, attempt) ON t.id = held.id "
        "AND t.attempts = held.attempt AND t.state = 'running' ORDER BY t.id FOR UPDATE OF t",
        (list(held), list(held.values())),
    )
    return dict(await cursor.fetchall())
