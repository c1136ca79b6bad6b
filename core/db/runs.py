"""Runs: one execution of a Thought each, with what it cost and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection
from core.db.thoughts import Subject, Thought

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


@dataclass(frozen=True, slots=True)
class Record:
    """What runs of a kind came to lately: how many, how many findings, what one took."""

    runs: int
    found: int
    seconds: float
    cpu_seconds: float


async def records(
    connection: Connection, repository_id: int, *, most: int = 50
) -> dict[str, Record]:
    """By kind, of the newest runs in which something was done."""
    cursor = await connection.execute(
        "SELECT kind, count(*), sum(found), avg(seconds), avg(cpu_seconds) FROM "
        "(SELECT kind, found, seconds, cpu_seconds, row_number() OVER "
        "(PARTITION BY kind ORDER BY started_at DESC) AS nth FROM (SELECT * FROM runs "
        "WHERE repository_id = %s ORDER BY started_at DESC LIMIT 2000) AS newest "
        "WHERE status IN ('done', 'timed_out')) AS ranked WHERE nth <= %s GROUP BY kind",
        (repository_id, most),
    )
    return {
        kind: Record(int(runs), int(found), float(seconds), float(cpu_seconds))
        for kind, runs, found, seconds, cpu_seconds in await cursor.fetchall()
    }


async def is_known(connection: Connection, thought: Thought, content: str) -> bool:
    """Whether a Thought of this kind about this subject looked at the same content before."""
    cursor = await connection.execute(
        "SELECT EXISTS (SELECT FROM runs WHERE repository_id = %s AND kind = %s "
        "AND subject_key = %s AND content = %s AND status = 'done')",
        (thought.repository_id, thought.kind, thought.subject_key, content),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def has_run(connection: Connection, repository_id: int, kind: str, subject_key: str) -> bool:
    """Whether a Thought of this kind was ever run about this subject."""
    cursor = await connection.execute(
        "SELECT EXISTS (SELECT FROM runs WHERE repository_id = %s AND kind = %s "
        "AND subject_key = %s AND status = 'done')",
        (repository_id, kind, subject_key),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def finish(
    connection: Connection,
    run_id: UUID,
    *,
    status: str,
    content: str = "",
    summary: str = "",
    problem: str = "",
    metrics: Mapping[str, float] | None = None,
    artifacts: Sequence[Mapping[str, Any]] = (),
    spent: Spent,
    found: int = 0,
) -> None:
    await connection.execute(
        "UPDATE runs SET status = %s, content = %s, summary = %s, problem = %s, metrics = %s, "
        "found = %s, artifacts = %s, seconds = %s, cpu_seconds = %s, model_tokens = %s, "
        "cost_usd = %s, finished_at = now() WHERE id = %s AND status = 'running'",
        (
            *(status, content, summary, problem, Jsonb(dict(metrics or {})), found),
            *(Jsonb([dict(each) for each in artifacts]), spent.seconds, spent.cpu_seconds),
            *(spent.model_tokens, spent.cost_usd, run_id),
        ),
    )


async def get(connection: Connection, run_id: UUID) -> Run | None:
    cursor = connection.cursor(row_factory=class_row(Run))
    await cursor.execute(f"SELECT {_COLUMNS} FROM runs WHERE id = %s", (run_id,))
    return await cursor.fetchone()


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
