"""Runs: one execution of a Thought each, with what it cost and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection
from core.db.thoughts import Subject, Thought

WELL = frozenset({"done", "nothing", "known"})
"""Statuses of runs after which their Thought is done."""
LOG = "log.txt"
"""The artifact that is a run's log."""
WORKER_DIED = "Its worker died."


@dataclass(frozen=True, slots=True)
class Run:
    """`status` is running, done, nothing (there was nothing to do), known (the same content was
    thought about before), failed, timed_out, cancelled or lost (its worker died). `found` counts
    the findings that were new."""

    id: UUID
    installation_id: int
    repository_id: int
    thought_id: int
    kind: str
    subject: dict[str, Any]
    subject_key: str
    commit_sha: str
    content: str
    status: str
    summary: str
    problem: str
    metrics: dict[str, float]
    artifacts: list[dict[str, Any]]
    seconds: float
    cpu_seconds: float
    model_tokens: int
    cost_usd: float
    found: int
    started_at: datetime
    finished_at: datetime | None

    @property
    def about(self) -> Subject:
        return Subject(**self.subject)


@dataclass(frozen=True, slots=True)
class Spent:
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    model_tokens: int = 0
    cost_usd: float = 0.0


_COLUMNS = ", ".join(Run.__dataclass_fields__)


async def begin(connection: Connection, thought: Thought, commit: str) -> Run:
    """A run of a Thought. Another of it that seems to run is lost, with its worker."""
    await lose(connection, thought.id, WORKER_DIED)
    return (await begin_all(connection, [thought], {thought.id: commit}))[thought.id]


async def begin_all(
    connection: Connection, taken: Sequence[Thought], commits: Mapping[int, str]
) -> dict[int, Run]:
    """Runs of Thoughts that were claimed together, and their commits, by the Thought's id."""
    cursor = connection.cursor(row_factory=class_row(Run))
    await cursor.execute(
        "INSERT INTO runs (installation_id, repository_id, thought_id, kind, subject, "
        "subject_key, commit_sha) SELECT installation_id, repository_id, id, kind, subject, "
        "subject_key, claimed.commit_sha FROM thoughts JOIN unnest(%s::bigint[], %s::text[]) "
        f"AS claimed (thought_id, commit_sha) ON id = claimed.thought_id RETURNING {_COLUMNS}",
        ([each.id for each in taken], [commits[each.id] for each in taken]),
    )
    return {run.thought_id: run for run in await cursor.fetchall()}


async def lose(connection: Connection, thought_id: int, problem: str) -> None:
    """A run that nobody will end."""
    await connection.execute(
        "UPDATE runs SET status = 'lost', problem = %s, finished_at = now() "
        "WHERE thought_id = %s AND status = 'running'",
        (problem, thought_id),
    )


async def forget(connection: Connection, run_ids: Sequence[UUID]) -> None:
    """Runs that never began."""
    await connection.execute(
        "DELETE FROM runs WHERE id = ANY(%s) AND status = 'running'", (list(run_ids),)
    )


@dataclass(frozen=True, slots=True)
class Record:
    """What runs of a kind came to lately: how many, how many of them `found` something that a run
    or a tool shows, what one took on average."""

    runs: int
    found: int
    seconds: float
    cpu_seconds: float


async def records(
    connection: Connection, repository_id: int, kinds: Sequence[str], *, most: int = 50
) -> dict[tuple[str, str], Record]:
    """By kind and the ending of the file's name ('' for what is about no file), of the newest runs
    in which something was done."""
    cursor = await connection.execute(
        "WITH shown AS (SELECT DISTINCT run_id FROM findings WHERE repository_id = %(id)s "
        "AND evidence <> 'suspected' AND severity <> 'low' "
        "AND state NOT IN ('dismissed', 'false_positive')) "
        "SELECT k.kind, newest.ending, count(*), count(shown.run_id), avg(seconds), "
        "avg(cpu_seconds) FROM unnest(%(kinds)s::text[]) AS k (kind), LATERAL (SELECT id, seconds, "
        "cpu_seconds, coalesce(lower(substring(subject->>'path' from '\\.[^./]+$')), '') "
        "AS ending FROM runs WHERE repository_id = %(id)s AND runs.kind = k.kind "
        "AND status IN ('done', 'timed_out') ORDER BY started_at DESC LIMIT %(most)s) AS newest "
        "LEFT JOIN shown ON shown.run_id = newest.id GROUP BY 1, 2",
        {"id": repository_id, "kinds": list(kinds), "most": most},
    )
    return {
        (kind, ending): Record(int(runs), int(found), float(seconds), float(cpu_seconds))
        for kind, ending, runs, found, seconds, cpu_seconds in await cursor.fetchall()
    }


async def contents(
    connection: Connection, thoughts: Sequence[Thought]
) -> dict[int, frozenset[str]]:
    """The digests of what was looked at before by Thoughts of the same kind about the same subject,
    by the Thought's id: none of it is looked at again. A person who asks wants it done again, and
    those Thoughts are not among them."""
    wanted = [each.id for each in thoughts if not each.asked_by]
    cursor = await connection.execute(
        "SELECT t.id, array_agg(DISTINCT r.content) FROM thoughts t JOIN runs r "
        "ON r.repository_id = t.repository_id AND r.kind = t.kind "
        "AND r.subject_key = t.subject_key AND r.status = 'done' "
        "WHERE t.id = ANY(%s) GROUP BY t.id",
        (wanted,),
    )
    return {number: frozenset(found) for number, found in await cursor.fetchall()}


async def seen(
    connection: Connection, repository_id: int, wanted: Sequence[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Those of (kind, key of a subject) of which a run ended well."""
    cursor = await connection.execute(
        "SELECT w.kind, w.key FROM unnest(%s::text[], %s::text[]) AS w (kind, key) "
        "WHERE EXISTS (SELECT FROM runs WHERE repository_id = %s AND runs.kind = w.kind "
        "AND subject_key = w.key AND status = 'done')",
        ([kind for kind, _ in wanted], [key for _, key in wanted], repository_id),
    )
    return {(kind, key) for kind, key in await cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended; `artifacts` are {"name", "bytes"}, `found` counts the new findings."""

    run_id: UUID
    status: str
    spent: Spent
    content: str = ""
    summary: str = ""
    problem: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    artifacts: Sequence[Mapping[str, Any]] = ()
    found: int = 0


async def finish(connection: Connection, ended: Sequence[Finished]) -> None:
    """Runs that are over, such as those whose worker was taken for dead, stay as they are."""
    await connection.execute(
        "UPDATE runs SET status = e.status, content = e.content, summary = e.summary, "
        "problem = e.problem, metrics = e.metrics, artifacts = e.artifacts, found = e.found, "
        "seconds = e.seconds, cpu_seconds = e.cpu_seconds, model_tokens = e.model_tokens, "
        "cost_usd = e.cost_usd, finished_at = now() "
        "FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[], "
        "%s::jsonb[], %s::int[], %s::real[], %s::real[], %s::int[], %s::real[]) AS e (id, status, "
        "content, summary, problem, metrics, artifacts, found, seconds, cpu_seconds, "
        "model_tokens, cost_usd) WHERE runs.id = e.id AND runs.status = 'running'",
        (
            *([e.run_id for e in ended], [e.status for e in ended], [e.content for e in ended]),
            *([e.summary for e in ended], [e.problem for e in ended]),
            [Jsonb(dict(e.metrics)) for e in ended],
            [Jsonb([dict(each) for each in e.artifacts]) for e in ended],
            *([e.found for e in ended], [e.spent.seconds for e in ended]),
            *([e.spent.cpu_seconds for e in ended], [e.spent.model_tokens for e in ended]),
            [e.spent.cost_usd for e in ended],
        ),
    )


async def get(connection: Connection, run_id: UUID) -> Run | None:
    cursor = connection.cursor(row_factory=class_row(Run))
    await cursor.execute(f"SELECT {_COLUMNS} FROM runs WHERE id = %s", (run_id,))
    return await cursor.fetchone()


async def last_of(connection: Connection, thought_id: int) -> Run | None:
    """The last run of a Thought."""
    cursor = connection.cursor(row_factory=class_row(Run))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE thought_id = %s ORDER BY started_at DESC LIMIT 1",
        (thought_id,),
    )
    return await cursor.fetchone()


async def ids(connection: Connection, repository_id: int) -> list[UUID]:
    """Of all runs of a repository: by these its artifacts are stored."""
    cursor = await connection.execute(
        "SELECT id FROM runs WHERE repository_id = %s", (repository_id,)
    )
    return [run_id for (run_id,) in await cursor.fetchall()]


async def of_repository(
    connection: Connection,
    repository_id: int,
    *,
    before: UUID | None = None,
    kind: str = "",
    idle: bool = True,
    limit: int = 50,
) -> list[Run]:
    """The newest first; those behind the run `before`, to go on: many begin at one moment. `idle`:
    also those that had nothing to do, or nothing new to look at."""
    cursor = connection.cursor(row_factory=class_row(Run))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE repository_id = %s AND (%s::uuid IS NULL "
        "OR (started_at, id) < (SELECT started_at, id FROM runs WHERE id = %s)) "
        "AND (%s = '' OR kind = %s) AND (%s OR status NOT IN ('nothing', 'known')) "
        "ORDER BY started_at DESC, id DESC LIMIT %s",
        (repository_id, before, before, kind, kind, idle, limit),
    )
    return await cursor.fetchall()
