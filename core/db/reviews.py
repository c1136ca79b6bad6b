"""Reviews: each head of a pull request that was to be looked at, and how that ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db import intents, work
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work

CHECK = "Ponder"
"""The name of the check run, which rules of a branch may ask for."""

State = Literal["done", "skipped", "superseded", "failed"]

_BEGUN = {
    "name": CHECK,
    "status": "in_progress",
    "title": "Reviewing",
    "summary": "What this changes is being looked at. Nothing is said before it was checked.",
}


@dataclass(frozen=True, slots=True)
class Review:
    """Of one head. `covered` has the blob of each path that was looked at whole; `reason` says why
    it was not done, or not all of it."""

    id: int
    installation_id: int
    repository_id: int
    number: int
    head: str
    state: str
    manual: bool
    covered: dict[str, str]
    reason: str
    asked_at: datetime
    ended_at: datetime | None


_COLUMNS = ", ".join(Review.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A pull request is to be reviewed. Where `head` is known its check run begins at once, if it
    is `announced`. `manual` is what a person asked for: it is never skipped."""

    repository: Repository
    number: int
    head: str = ""
    manual: bool = False
    announced: bool = True
    delay_seconds: float = 0.0

    @property
    def identity(self) -> tuple[int, int, int, str]:
        return self.repository.installation_id, self.repository.id, self.number, self.head

    @property
    def work(self) -> work.New:
        return work.New(
            self.repository.installation_id,
            "review",
            "background",
            {"repository_id": self.repository.id, "number": self.number},
            f"review:{self.repository.id}:{self.number}",
            self.delay_seconds,
        )


async def request(connection: Connection, asked: Asked) -> list[Work]:
    """Have a pull request reviewed; return the work to wake once this is committed. Of many
    requests one runs and one waits, and that one takes the newest head."""
    return await work.add_all(connection, await request_all(connection, [asked]))


async def request_all(connection: Connection, asked: Sequence[Asked]) -> list[work.New]:
    """Like `request`, of many; the work is still to be queued."""
    if not asked:
        return []
    manual: dict[tuple[int, int, int, str], bool] = {}
    for each in asked:
        manual[each.identity] = each.manual or manual.get(each.identity, False)
    await connection.execute(
        "INSERT INTO reviews (installation_id, repository_id, number, head, manual) SELECT * FROM "
        "unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::bool[]) "
        "r (i, r, n, h, m) ORDER BY r, n, h ON CONFLICT (repository_id, number, head) "
        "DO UPDATE SET state = 'waiting', manual = excluded.manual OR (reviews.manual "
        "AND reviews.state = 'waiting'), asked_at = now(), ended_at = NULL, reason = ''",
        [*map(list, zip(*manual, strict=True)), list(manual.values())],
    )
    announced = [
        _check(each.repository, each.head, _BEGUN)
        for each in asked
        # In a repository that is paused nobody is told of what is not going to be done.
        if each.head and each.announced and (each.manual or not each.repository.paused_by)
    ]
    queued = await intents.intend_all(connection, announced)
    return [*queued, *(each.work for each in asked)]


async def next_run(
    connection: Connection,
    repository: Repository,
    number: int,
    *,
    delay_seconds: float = 0,
    more: str = "",
    later: bool = False,
) -> Work:
    """The work that waits. `more` is the head of which a part was looked at, and the rest is to be;
    `later` is work that does nothing but ask for the next run when its time has come, so that it
    holds up nobody who asks sooner."""
    subject: dict[str, Any] = {"repository_id": repository.id, "number": number}
    subject |= ({"more": more} if more else {}) | ({"later": True} if later else {})
    return await work.add(
        connection,
        installation_id=repository.installation_id,
        kind="review",
        queue="background",
        subject=subject,
        key=f"review{'-later' if later else ''}:{repository.id}:{number}",
        delay_seconds=delay_seconds,
    )


async def begun(connection: Connection, repository: Repository, head: str) -> list[Work]:
    """A reader sees that it is being looked at."""
    return await check(connection, repository, head, _BEGUN)


def check_key(repository: Repository, head: str) -> str:
    """What the check run of a commit is known by."""
    return f"check:{repository.id}:{head}"


async def check(
    connection: Connection, repository: Repository, head: str, content: Mapping[str, Any]
) -> list[Work]:
    """Say how the check run of a commit should look."""
    checks = await intents.intend_all(connection, [_check(repository, head, content)])
    return await work.add_all(connection, checks)


def _check(repository: Repository, head: str, content: Mapping[str, Any]) -> intents.New:
    key = check_key(repository, head)
    return intents.New(repository, key, "check_run", {"sha": head}, dict(content))


async def waiting(connection: Connection, repository_id: int, number: int) -> list[Review]:
    """Those of a pull request that have not ended, the newest first."""
    return await _listed(
        connection,
        "repository_id = %s AND number = %s AND state IN ('waiting', 'running') "
        "ORDER BY asked_at DESC, id DESC",
        (repository_id, number),
    )


async def of_pull(connection: Connection, repository_id: int, number: int) -> list[Review]:
    """All of a pull request, the newest first."""
    return await _listed(
        connection,
        "repository_id = %s AND number = %s ORDER BY asked_at DESC, id DESC",
        (repository_id, number),
    )


async def of_commit(connection: Connection, repository_id: int, head: str) -> list[Review]:
    """Of all pull requests with that head, the newest first."""
    return await _listed(
        connection,
        "repository_id = %s AND head = %s ORDER BY asked_at DESC, id DESC",
        (repository_id, head),
    )


async def of_head(
    connection: Connection, repository_id: int, head: str, number: int | None = None
) -> Review | None:
    """The newest of a commit, by whichever pull request, or by one."""
    found = await of_commit(connection, repository_id, head)
    return next((each for each in found if number in (None, each.number)), None)


async def neglected(connection: Connection, *, seconds: float) -> list[Review]:
    """Those that nobody works on and nobody will, asked for longer ago than that; and those that
    did not end in four times that, whoever is at it."""
    return await _listed(
        connection,
        "state IN ('waiting', 'running') AND asked_at < now() - %s * interval '1 second' "
        "AND (asked_at < now() - 4 * %s * interval '1 second' "
        "OR NOT EXISTS (SELECT FROM work WHERE kind = 'review' "
        "AND work.state IN ('queued', 'running') "
        "AND (work.subject->>'repository_id')::bigint = reviews.repository_id "
        "AND (work.subject->>'number')::bigint = reviews.number)) ORDER BY id LIMIT 100",
        (seconds, seconds),
    )


async def start(
    connection: Connection, repository: Repository, number: int, head: str, *, manual: bool
) -> Review:
    """Work on a head begins. What was asked for without naming one was about this. From now on it
    counts how long it takes, however long it waited, and however often a worker dies of it."""
    await connection.execute(
        "DELETE FROM reviews WHERE repository_id = %s AND number = %s AND head = ''",
        (repository.id, number),
    )
    cursor = connection.cursor(row_factory=class_row(Review))
    await cursor.execute(
        "INSERT INTO reviews (installation_id, repository_id, number, head, manual, state) "
        "VALUES (%s, %s, %s, %s, %s, 'running') "
        "ON CONFLICT (repository_id, number, head) DO UPDATE SET "
        "state = 'running', manual = excluded.manual, ended_at = NULL, reason = '', asked_at = "
        "CASE reviews.state WHEN 'running' THEN reviews.asked_at ELSE now() END "
        f"RETURNING {_COLUMNS}",
        (repository.installation_id, repository.id, number, head, manual),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def work_begins(connection: Connection, review_id: int) -> None:
    """Count it; older than an hour is forgotten."""
    await connection.execute(
        "UPDATE reviews SET began = array_append(ARRAY(SELECT b FROM unnest(began) b "
        "WHERE b > now() - interval '1 hour'), now()) WHERE id = %s",
        (review_id,),
    )


async def full_seconds(
    connection: Connection, repository_id: int, number: int, *, most: int
) -> float:
    """How long until fewer than `most` reviews of a pull request began within the hour before; 0
    where it is so already."""
    cursor = await connection.execute(
        "SELECT extract(epoch FROM b + interval '1 hour' - now()) FROM reviews, unnest(began) b "
        "WHERE repository_id = %s AND number = %s AND b > now() - interval '1 hour' "
        "ORDER BY b DESC OFFSET %s LIMIT 1",
        (repository_id, number, most - 1),
    )
    row = await cursor.fetchone()
    return float(row[0]) if row else 0.0


async def put_off(connection: Connection, review_id: int, seconds: float) -> None:
    """It is as if it were asked for then."""
    await connection.execute(
        "UPDATE reviews SET state = 'waiting', asked_at = now() + %s * interval '1 second' "
        "WHERE id = %s",
        (seconds, review_id),
    )


async def end(
    connection: Connection,
    review_id: int,
    state: State,
    *,
    reason: str = "",
    covered: Mapping[str, str] | None = None,
) -> None:
    await connection.execute(
        "UPDATE reviews SET state = %s, reason = %s, covered = coalesce(%s, covered), "
        "ended_at = now() WHERE id = %s",
        (state, reason, None if covered is None else Jsonb(dict(covered)), review_id),
    )


async def _listed(connection: Connection, where: str, values: tuple[Any, ...]) -> list[Review]:
    cursor = connection.cursor(row_factory=class_row(Review))
    await cursor.execute(f"SELECT {_COLUMNS} FROM reviews WHERE {where}", values)
    return await cursor.fetchall()
