"""Drafts: changes that a person asked for, each with what came of it. Those that became a draft
pull request are kept in step with their base until a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db import work
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work

Kind = Literal["fix", "tests"]
State = Literal[
    "asked", "thinking", "writing", "open", "offered", "refused", "failed", "closed", "merged"
]
WAITING: tuple[State, ...] = ("asked", "thinking", "writing")
"""What is not over, and not on GitHub yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """`fingerprint` is of the finding that it mends, '' until one is chosen. `ref` is of the pull
    request that it is for, '' the default branch. `told` is where the person is told, as the target
    of a comment or of a reply; empty for nowhere. `said` is what came of it."""

    id: int
    installation_id: int
    repository_id: int
    kind: Kind
    fingerprint: str
    ref: str
    text: str
    asked_by: str
    told: dict[str, Any]
    state: State
    said: str
    thought_id: int | None
    patch: str
    base: str
    base_commit: str
    number: int | None
    created_at: datetime
    changed_at: datetime

    @property
    def key(self) -> str:
        """Of the intent that is its pull request."""
        return f"draft:{self.id}"


_COLUMNS = ", ".join(Draft.__dataclass_fields__)


async def request(
    connection: Connection,
    repository: Repository,
    *,
    kind: Kind,
    asked_by: str,
    fingerprint: str = "",
    ref: str = "",
    text: str = "",
    told: Mapping[str, Any] | None = None,
) -> list[Work]:
    """Ask for a change in the name of a person, whose permission is asked of GitHub when the work
    begins. Wake what is returned once this is committed."""
    cursor = await connection.execute(
        "INSERT INTO drafts (installation_id, repository_id, kind, fingerprint, ref, text, "
        "asked_by, told) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            *(repository.installation_id, repository.id, kind, fingerprint, ref),
            *(text.replace("\0", "")[:500], asked_by, Jsonb(dict(told or {}))),
        ),
    )
    row = await cursor.fetchone()
    assert row is not None
    return [await again(connection, repository, row[0])]


async def again(
    connection: Connection, repository: Repository, draft_id: int, *, seconds: float = 0
) -> Work:
    """The work of taking a draft a step further."""
    return await work.add(
        connection,
        installation_id=repository.installation_id,
        kind="draft",
        queue="interactive",
        subject={"repository_id": repository.id, "draft_id": draft_id},
        key=f"draft:{draft_id}",
        delay_seconds=seconds,
    )


async def tend(connection: Connection, repository: Repository, *, seconds: float = 0) -> list[Work]:
    """The work of looking after a repository's open draft pull requests; none where it has none."""
    if not await of_repository(connection, repository.id, states=["open"]):
        return []
    return await work.add_all(connection, [tending(repository, seconds=seconds)])


async def revive(connection: Connection, repository: Repository, number: int) -> list[Work]:
    """Whoever closed this draft pull request opened it again: it is looked after as before. Returns
    the work of that; none where it is no draft that a person had closed."""
    cursor = await connection.execute(
        "UPDATE drafts SET state = 'open', said = '', changed_at = now() "
        "WHERE repository_id = %s AND number = %s AND state = 'closed' RETURNING id",
        (repository.id, number),
    )
    if await cursor.fetchone() is None:
        return []
    return [*await tend(connection, repository), await refresh_dashboard(connection, repository)]


def tending(repository: Repository, *, seconds: float = 0) -> work.New:
    """The work of looking after the open draft pull requests, where there are any."""
    return work.New(
        repository.installation_id,
        "tend",
        "background",
        {"repository_id": repository.id},
        f"tend:{repository.id}",
        seconds,
    )


def dashboard_key(repository: Repository) -> str:
    """Of the intent that is the repository's dashboard."""
    return f"dashboard:{repository.id}"


async def refresh_dashboard(
    connection: Connection, repository: Repository, *, seconds: float = 0
) -> Work:
    """The work of bringing the dashboard up to date; several wishes within a moment are one."""
    return await work.add(
        connection,
        installation_id=repository.installation_id,
        kind="dashboard",
        queue="background",
        subject={"repository_id": repository.id},
        key=f"dashboard:{repository.id}",
        delay_seconds=seconds,
    )


async def get(connection: Connection, draft_id: int) -> Draft | None:
    cursor = connection.cursor(row_factory=class_row(Draft))
    await cursor.execute(f"SELECT {_COLUMNS} FROM drafts WHERE id = %s", (draft_id,))
    return await cursor.fetchone()


async def of_repository(
    connection: Connection, repository_id: int, *, states: Sequence[str], limit: int = 50
) -> list[Draft]:
    """The newest first."""
    cursor = connection.cursor(row_factory=class_row(Draft))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM drafts WHERE repository_id = %s AND state = ANY(%s) "
        "ORDER BY id DESC LIMIT %s",
        (repository_id, list(states), limit),
    )
    return await cursor.fetchall()


async def of_finding(connection: Connection, repository_id: int, fingerprint: str) -> list[Draft]:
    """All that were asked for about a finding, the newest first."""
    cursor = connection.cursor(row_factory=class_row(Draft))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM drafts WHERE repository_id = %s AND fingerprint = %s "
        "ORDER BY id DESC LIMIT 20",
        (repository_id, fingerprint),
    )
    return await cursor.fetchall()


async def take_place(connection: Connection, draft: Draft, *, most: int) -> bool:
    """Whether one more may be open in the repository; then this one counts as one of them. Two that
    ask at once are told one after the other."""
    await connection.execute(
        "SELECT FROM repositories WHERE id = %s FOR NO KEY UPDATE", (draft.repository_id,)
    )
    cursor = await connection.execute(
        "UPDATE drafts SET state = 'writing', changed_at = now() WHERE id = %s AND (SELECT "
        "count(*) FROM drafts WHERE repository_id = %s AND state IN ('writing', 'open') "
        "AND id <> %s) < %s",
        (draft.id, draft.repository_id, draft.id, most),
    )
    return cursor.rowcount == 1


async def think(
    connection: Connection, draft: Draft, thought_id: int, said: str, *, text: str
) -> None:
    """It waits for a Thought; `text` names what that is about."""
    await connection.execute(
        "UPDATE drafts SET state = 'thinking', thought_id = %s, said = %s, text = %s, "
        "changed_at = now() WHERE id = %s",
        (thought_id, said, text, draft.id),
    )


async def try_again(connection: Connection, draft: Draft, thought_id: int) -> None:
    """It stays open while a Thought tries it where its base is now."""
    await connection.execute(
        "UPDATE drafts SET thought_id = %s WHERE id = %s", (thought_id, draft.id)
    )


async def choose(connection: Connection, draft: Draft, fingerprint: str) -> None:
    await connection.execute(
        "UPDATE drafts SET fingerprint = %s WHERE id = %s", (fingerprint, draft.id)
    )


async def stand(
    connection: Connection, draft: Draft, *, patch: str, base: str, base_commit: str
) -> None:
    """What it changes, and what it stands on."""
    await connection.execute(
        "UPDATE drafts SET patch = %s, base = %s, base_commit = %s, changed_at = now() "
        "WHERE id = %s",
        (patch, base, base_commit, draft.id),
    )


async def settle(
    connection: Connection, draft: Draft, state: State, said: str, *, number: int | None = None
) -> None:
    """What came of it."""
    await connection.execute(
        "UPDATE drafts SET state = %s, said = %s, number = coalesce(%s, number), "
        "changed_at = now() WHERE id = %s",
        (state, said, number, draft.id),
    )
