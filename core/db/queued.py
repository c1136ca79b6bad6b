"""What waits to be thought about, as a whole: queued together, repriced, never too much of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from core.db.connect import Connection
from core.db.thoughts import KEEPS_THE_BETTER, Subject, Thought


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be queued. `worth` is what the priority was made of, as workers/engine keeps it;
    None where the priority stays as it is."""

    kind: str
    subject: Subject
    priority: float
    reason: str
    worth: dict[str, Any] | None = None


async def add_all(connection: Connection, parent: Thought, wanted: Sequence[Wanted]) -> None:
    """Queue what follows from a Thought, as `add` does. What rests is left to rest: it failed again
    and again, and its code is still the same."""
    once = {(each.kind, each.subject.key): each for each in reversed(wanted)}
    rows = list(once.values())
    await connection.execute(
        "INSERT INTO thoughts (installation_id, repository_id, kind, subject, subject_key, "
        "parent_id, priority, reason, depth, asked_by, worth) "
        "SELECT %s, %s, w.kind, w.subject, w.key, %s, w.priority, w.reason, %s, %s, w.worth "
        "FROM unnest(%s::text[], %s::jsonb[], %s::text[], %s::real[], %s::text[], %s::jsonb[]) "
        "AS w (kind, subject, key, priority, reason, worth) "
        "WHERE NOT EXISTS (SELECT FROM thoughts t WHERE t.repository_id = %s AND t.kind = w.kind "
        "AND t.subject_key = w.key AND t.state = 'resting') "
        f"ON CONFLICT {KEEPS_THE_BETTER}",
        (
            *(parent.installation_id, parent.repository_id, parent.id, parent.depth + 1),
            parent.asked_by,  # who asked for the one waits for what comes of it
            *([each.kind for each in rows], [Jsonb(each.subject.row) for each in rows]),
            *([each.subject.key for each in rows], [each.priority for each in rows]),
            [each.reason for each in rows],
            [Jsonb(each.worth) if each.worth else None for each in rows],
            parent.repository_id,
        ),
    )


async def make_room(connection: Connection, repository_id: int, *, most: int) -> int:
    """Where more than so many wait, those that are worth least go; what people asked for stays.
    Returns how many went: they are found again, when there is room."""
    cursor = await connection.execute(
        "UPDATE thoughts SET state = 'superseded', problem = 'Others were worth more.', "
        "finished_at = now() WHERE id IN (SELECT id FROM thoughts WHERE repository_id = %s "
        "AND state = 'queued' AND asked_by = '' ORDER BY priority DESC, id OFFSET %s "
        "FOR UPDATE SKIP LOCKED)",
        (repository_id, most),
    )
    return cursor.rowcount


async def waiting(
    connection: Connection, repository_id: int
) -> list[tuple[int, str, Subject, dict[str, Any], float]]:
    """Queued Thoughts whose priority may change: id, kind, subject, worth, priority."""
    cursor = await connection.execute(
        "SELECT id, kind, subject, worth, priority FROM thoughts WHERE repository_id = %s "
        "AND state = 'queued' AND asked_by = '' AND worth IS NOT NULL",
        (repository_id,),
    )
    rows = await cursor.fetchall()
    return [(number, kind, Subject(**about), *rest) for number, kind, about, *rest in rows]


async def price(connection: Connection, priced: Mapping[int, tuple[float, str]]) -> None:
    """Priority and reason of what still waits, by id."""
    await connection.execute(
        "UPDATE thoughts t SET priority = w.priority, reason = w.reason "
        "FROM unnest(%s::bigint[], %s::real[], %s::text[]) AS w (id, priority, reason) "
        "WHERE t.id = w.id AND t.state = 'queued'",
        (
            list(priced),
            [priority for priority, _ in priced.values()],
            [reason for _, reason in priced.values()],
        ),
    )
