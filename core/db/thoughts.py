"""Thoughts: background jobs, each a kind and a subject. The best that budgets allow is claimed.

A Thought is claimed with a lease. A worker that dies leaves a lease that runs out, and the Thought
is taken up again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db import budgets
from core.db.connect import Connection
from core.db.repositories import Repository

PRIORITY_OF_PEOPLE = 1_000_000.0
PRIORITY_OF_FAILURES = 500.0
"""Of what continuous integration says is broken now: above all that is merely likely."""
LEASE_SECONDS = 16
"""A killed worker's Thought is taken up within half a minute."""

SubjectKind = Literal["repository", "file", "symbol", "diff", "finding"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a Thought is about. `path` is of a file or symbol, `symbol` qualified; `before` and
    `after` are the commits of a diff; `finding` is a fingerprint. `note` says more, for a kind that
    has several things to do with one subject."""

    kind: SubjectKind = "repository"
    path: str = ""
    symbol: str = ""
    before: str = ""
    after: str = ""
    finding: str = ""
    note: str = ""
    ref: str = ""

    @property
    def key(self) -> str:
        """In one line, the same for the same subject."""
        parts = (self.path, self.symbol, self.before, self.after, self.finding, self.note, self.ref)
        return ":".join((self.kind, *(part for part in parts if part)))

    @property
    def title(self) -> str:
        """For people."""
        place = f"{self.path} · {self.symbol}" if self.symbol else self.path
        diff = f"{self.before[:9]}..{self.after[:9]}" if self.kind == "diff" else ""
        said = place or diff or self.finding[:12] or "the whole repository"
        return f"#{self.pull} · {said}" if self.pull else said

    @property
    def pull(self) -> str:
        """The number of the pull request; '' where it is about the default branch."""
        return pull_of(self.ref)

    @property
    def row(self) -> dict[str, str]:
        """As it is stored. Without `ref` where there is none: a worker of the version before
        knows no such field."""
        fields = asdict(self)
        return {name: fields[name] for name in fields if name != "ref" or self.ref}


def pull_of(ref: str) -> str:
    """The number in refs/pull/N/head; '' of any other ref."""
    kind, _, number = ref.removesuffix("/head").rpartition("/")
    return number if kind == "refs/pull" else ""


@dataclass(frozen=True, slots=True)
class Thought:
    """A row. `priority` is higher for what is thought first; `reason` says why in words. `depth`
    counts the Thoughts that led to it; `asked_by` is the person who asked for it, '' for none;
    `failures` counts ends with the problem `failed_as`, in a row; `reserved` is of budgets."""

    id: int
    installation_id: int
    repository_id: int
    kind: str
    subject: dict[str, Any]
    subject_key: str
    parent_id: int | None
    priority: float
    reason: str
    state: str
    attempts: int
    failures: int
    problem: str
    run_at: datetime
    created_at: datetime
    depth: int
    asked_by: str
    failed_as: str
    reserved: dict[str, float]

    @property
    def about(self) -> Subject:
        return Subject(**self.subject)


COLUMNS = ", ".join(Thought.__dataclass_fields__)
KEEPS_THE_BETTER = (
    "(repository_id, kind, subject_key) WHERE state = 'queued' DO UPDATE SET "
    "reason = CASE WHEN excluded.priority > thoughts.priority THEN excluded.reason "
    "ELSE thoughts.reason END, worth = CASE WHEN excluded.priority > thoughts.priority "
    "THEN excluded.worth ELSE thoughts.worth END, "
    "priority = greatest(thoughts.priority, excluded.priority), "
    "asked_by = CASE WHEN excluded.asked_by = '' THEN thoughts.asked_by "
    "ELSE excluded.asked_by END, depth = least(thoughts.depth, excluded.depth), "
    "run_at = least(thoughts.run_at, excluded.run_at)"
)


async def add(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    kind: str,
    subject: Subject,
    priority: float,
    reason: str,
    parent_id: int | None = None,
    depth: int = 0,
    asked_by: str = "",
    delay_seconds: float = 0,
) -> Thought:
    """Queue a Thought. Where one of this kind about this subject is queued, it keeps the better of
    the two priorities and is returned: nothing is thought twice."""
    cursor = connection.cursor(row_factory=class_row(Thought))
    await cursor.execute(
        "INSERT INTO thoughts (installation_id, repository_id, kind, subject, subject_key, "
        "parent_id, priority, reason, depth, asked_by, run_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, "
        "now() + %s * interval '1 second') "
        f"ON CONFLICT {KEEPS_THE_BETTER} RETURNING {COLUMNS}",
        (
            *(installation_id, repository_id, kind, Jsonb(subject.row), subject.key),
            *(parent_id, priority, reason, depth, asked_by, delay_seconds),
        ),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def ask(
    connection: Connection,
    repository: Repository,
    kind: str,
    subject: Subject,
    *,
    by: str,
    reason: str = "",
) -> Thought:
    """Queue what a person wants now: before everything else, also where Continual Learning is off
    or paused, and again though the same content was thought about before."""
    await budgets.open_for(connection, repository.installation_id, repository.id)
    return await add(
        connection,
        installation_id=repository.installation_id,
        repository_id=repository.id,
        kind=kind,
        subject=subject,
        priority=PRIORITY_OF_PEOPLE,
        reason=reason or f"{by} asked for it",
        asked_by=by,
    )


async def cancel(connection: Connection, thought_id: int, *, by: str) -> bool:
    """End a Thought for a person: at once where it waits, within seconds where it runs. False
    where it is over already."""
    cursor = await connection.execute(
        "UPDATE thoughts SET cancelled_by = %s, "
        "problem = CASE WHEN state = 'queued' THEN %s ELSE problem END, "
        "finished_at = CASE WHEN state = 'queued' THEN now() END, "
        "state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END "
        "WHERE id = %s AND state IN ('queued', 'running')",
        (by, f"{by} cancelled it.", thought_id),
    )
    return cursor.rowcount == 1


async def interrupt(connection: Connection, repository_id: int, *, by: str) -> int:
    """End what runs unasked, within seconds. Returns how many there are of that."""
    cursor = await connection.execute(
        "UPDATE thoughts SET cancelled_by = %s WHERE repository_id = %s AND state = 'running' "
        "AND asked_by = ''",
        (by, repository_id),
    )
    return cursor.rowcount


async def supersede(
    connection: Connection, repository_id: int, *, ref: str, after: str = ""
) -> int:
    """Thoughts about a pull request go, but those about its new head, `after`: queued ones at once,
    and running ones are told to end. Returns how many."""
    cursor = await connection.execute(
        "UPDATE thoughts SET cancelled_by = CASE WHEN state = 'running' "
        "THEN 'A newer commit' ELSE cancelled_by END, "
        "problem = CASE WHEN state = 'queued' THEN 'The code changed.' ELSE problem END, "
        "finished_at = CASE WHEN state = 'queued' THEN now() END, "
        "state = CASE WHEN state = 'queued' THEN 'superseded' ELSE state END "
        "WHERE repository_id = %s AND state IN ('queued', 'running') AND asked_by = '' "
        "AND subject->>'ref' = %s AND (%s = '' OR subject->>'after' <> %s)",
        (repository_id, ref, after, after),
    )
    return cursor.rowcount


async def places(
    connection: Connection, repository_id: int, paths: Sequence[str]
) -> dict[int, tuple[str, str]]:
    """The path and symbol of each Thought about these paths of the default branch that is not over,
    by its id, but for what people asked for."""
    cursor = await connection.execute(
        "SELECT id, subject->>'path', coalesce(subject->>'symbol', '') FROM thoughts "
        "WHERE repository_id = %s AND state IN ('queued', 'running', 'resting') "
        "AND asked_by = '' AND subject->>'path' = ANY(%s) AND coalesce(subject->>'ref', '') = ''",
        (repository_id, list(paths)),
    )
    return {number: (path, symbol) for number, path, symbol in await cursor.fetchall()}


async def outdate(connection: Connection, why: Mapping[int, str]) -> int:
    """The subjects of these, by id, are not what they were: what waits or rests goes, and what runs
    is told to end. Returns how many; what is still wanted is asked for again."""
    cursor = await connection.execute(
        "UPDATE thoughts t SET cancelled_by = CASE WHEN t.state = 'running' "
        "THEN 'A newer commit (' || w.why || ')' ELSE t.cancelled_by END, "
        "problem = CASE WHEN t.state = 'running' THEN t.problem ELSE 'A newer commit: ' || w.why "
        "END, finished_at = CASE WHEN t.state = 'running' THEN NULL ELSE now() END, "
        "state = CASE WHEN t.state = 'running' THEN t.state ELSE 'superseded' END "
        "FROM unnest(%s::bigint[], %s::text[]) AS w (id, why) "
        "WHERE t.id = w.id AND t.state IN ('queued', 'running', 'resting')",
        (list(why), list(why.values())),
    )
    return cursor.rowcount


async def get(connection: Connection, thought_id: int) -> Thought | None:
    cursor = connection.cursor(row_factory=class_row(Thought))
    await cursor.execute(f"SELECT {COLUMNS} FROM thoughts WHERE id = %s", (thought_id,))
    return await cursor.fetchone()


async def of_repository(
    connection: Connection, repository_id: int, *, states: list[str], limit: int = 100
) -> list[Thought]:
    """The best first."""
    cursor = connection.cursor(row_factory=class_row(Thought))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM thoughts WHERE repository_id = %s AND state = ANY(%s) "
        "ORDER BY priority DESC, id LIMIT %s",
        (repository_id, states, limit),
    )
    return await cursor.fetchall()


async def counts(connection: Connection, repository_id: int) -> dict[str, int]:
    """How many are in each state."""
    cursor = await connection.execute(
        "SELECT state, count(*) FROM thoughts WHERE repository_id = %s GROUP BY state",
        (repository_id,),
    )
    return dict(await cursor.fetchall())


async def claim_of(
    connection: Connection, repository_id: int, kinds: list[str] | None = None
) -> Thought | None:
    """Take the best Thought of one repository that is due; None where there is none."""
    cursor = connection.cursor(row_factory=class_row(Thought))
    await cursor.execute(
        "UPDATE thoughts SET state = 'running', attempts = attempts + 1, "
        "lease_until = now() + %s * interval '1 second' WHERE id = (SELECT id FROM thoughts "
        "WHERE repository_id = %s AND run_at <= now() AND (%s::text[] IS NULL OR kind = ANY(%s)) "
        "AND (state = 'queued' OR (state = 'running' AND lease_until < now())) "
        f"ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING {COLUMNS}",
        (LEASE_SECONDS, repository_id, kinds, kinds),
    )
    return await cursor.fetchone()


async def finish(connection: Connection, thought_id: int, attempt: int) -> bool:
    """Settle a run; False where another attempt has it by now, so that nothing is settled twice."""
    cursor = await connection.execute(
        "UPDATE thoughts SET state = 'done', lease_until = NULL, problem = '', failures = 0, "
        "finished_at = now() WHERE id = %s AND attempts = %s AND state = 'running'",
        (thought_id, attempt),
    )
    return cursor.rowcount == 1
