"""Repositories: what Ponder knows of each, and which snapshot answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection

LOCAL = 0
"""The installation of repositories that did not come through GitHub."""


@dataclass(frozen=True, slots=True)
class Repository:
    id: int
    installation_id: int
    github_id: int | None
    name: str
    source: str
    default_branch: str
    private: bool
    snapshot_id: int | None
    progress: dict[str, Any]
    error: str | None
    removed_at: datetime | None
    archived: bool = False
    """On GitHub it is read, and no more: nothing can be written to it."""
    paused_by: str = ""
    """Who said that nothing is to be done here unasked; '': nobody."""


COLUMNS = tuple(Repository.__dataclass_fields__)
_COLUMNS = ", ".join(COLUMNS)


async def get(connection: Connection, repository_id: int) -> Repository | None:
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM repositories WHERE id = %s AND removed_at IS NULL",
        (repository_id,),
    )
    return await cursor.fetchone()


async def several(connection: Connection, repository_ids: Sequence[int]) -> dict[int, Repository]:
    """By id; those that are gone are not among them."""
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM repositories WHERE id = ANY(%s) AND removed_at IS NULL",
        (list(repository_ids),),
    )
    return {row.id: row for row in await cursor.fetchall()}


async def by_source(connection: Connection, installation_id: int, source: str) -> Repository | None:
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM repositories "
        "WHERE installation_id = %s AND source = %s AND removed_at IS NULL",
        (installation_id, source),
    )
    return await cursor.fetchone()


async def by_github_id(connection: Connection, github_id: int) -> Repository | None:
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM repositories WHERE github_id = %s AND removed_at IS NULL",
        (github_id,),
    )
    return await cursor.fetchone()


async def known(connection: Connection, github_id: int) -> Repository | None:
    """Like `by_github_id`, and finds one that was removed and not purged yet, too."""
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(f"SELECT {_COLUMNS} FROM repositories WHERE github_id = %s", (github_id,))
    return await cursor.fetchone()


async def of_installation(connection: Connection, installation_id: int) -> list[Repository]:
    """Those that were not removed."""
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM repositories "
        "WHERE installation_id = %s AND removed_at IS NULL ORDER BY id",
        (installation_id,),
    )
    return await cursor.fetchall()


async def listed(connection: Connection) -> list[Repository]:
    """Every repository that the transaction may see, by name."""
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM repositories WHERE removed_at IS NULL ORDER BY name, id"
    )
    return await cursor.fetchall()


async def outdated(connection: Connection, rules: str) -> list[Repository]:
    """Those whose index is missing, or was made by other rules than those that begin so. One that
    could not be indexed is not among them: its error says what to do."""
    columns = ", ".join(f"r.{column}" for column in Repository.__dataclass_fields__)
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        f"SELECT {columns} FROM repositories r LEFT JOIN snapshots s ON s.id = r.snapshot_id "
        "WHERE r.removed_at IS NULL "
        "AND (s.id IS NULL AND r.error IS NULL OR NOT starts_with(s.rules, %s)) ORDER BY r.id",
        (rules,),
    )
    return await cursor.fetchall()


async def connect_local(connection: Connection, *, name: str, source: str) -> Repository:
    """Insert a repository of the installation `local`, or return the one that is there."""
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        "INSERT INTO repositories (installation_id, name, source) VALUES (%s, %s, %s) "
        "ON CONFLICT (installation_id, source) WHERE github_id IS NULL "
        f"DO UPDATE SET name = excluded.name, removed_at = NULL RETURNING {_COLUMNS}",
        (LOCAL, name, source),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def connect_github(
    connection: Connection,
    *,
    installation_id: int,
    github_id: int,
    name: str,
    source: str,
    private: bool,
) -> Repository:
    """Insert or rename: the numeric id is the repository, the name may change. It does not count as
    removed any more; what another installation had of it stays behind there, to be purged."""
    await _release(connection, installation_id, github_id)
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        "INSERT INTO repositories (installation_id, github_id, name, source, private) "
        "VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (github_id) WHERE github_id IS NOT NULL DO UPDATE SET "
        "installation_id = excluded.installation_id, name = excluded.name, "
        "source = excluded.source, private = excluded.private, removed_at = NULL "
        f"RETURNING {_COLUMNS}",
        (installation_id, github_id, name, source, private),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def _release(connection: Connection, installation_id: int, github_id: int) -> None:
    await connection.execute(
        "WITH moved AS (UPDATE repositories SET github_id = NULL, removed_at = now(), "
        "source = 'removed:' || id WHERE github_id = %s AND installation_id <> %s "
        "RETURNING installation_id) "
        "INSERT INTO removed_repositories (installation_id, github_id) "
        "SELECT installation_id, %s FROM moved "
        "ON CONFLICT (installation_id, github_id) DO UPDATE SET removed_at = now()",
        (github_id, installation_id, github_id),
    )
    await connection.execute(
        "DELETE FROM removed_repositories WHERE installation_id = %s AND github_id = %s",
        (installation_id, github_id),
    )


async def set_default_branch(connection: Connection, repository_id: int, branch: str) -> None:
    await connection.execute(
        "UPDATE repositories SET default_branch = %s WHERE id = %s", (branch, repository_id)
    )


async def set_snapshot(connection: Connection, repository_id: int, snapshot_id: int) -> None:
    """Make a snapshot the one that questions are answered from."""
    await connection.execute(
        "UPDATE repositories SET snapshot_id = %s, error = NULL WHERE id = %s",
        (snapshot_id, repository_id),
    )


async def set_progress(
    connection: Connection, repository_id: int, progress: dict[str, Any]
) -> None:
    """`progress` is {"stage", "done", "total"}, or empty when nothing is under way."""
    await connection.execute(
        "UPDATE repositories SET progress = %s WHERE id = %s", (Jsonb(progress), repository_id)
    )


async def set_error(connection: Connection, repository_id: int, error: str | None) -> None:
    await connection.execute(
        "UPDATE repositories SET error = %s, progress = '{}' WHERE id = %s",
        (error, repository_id),
    )


async def set_archived(connection: Connection, repository_id: int, *, archived: bool) -> None:
    await connection.execute(
        "UPDATE repositories SET archived = %s WHERE id = %s AND archived <> %s",
        (archived, repository_id, archived),
    )


async def mark_removed(connection: Connection, *repository_ids: int) -> None:
    """Out of sight, and remembered by number: what comes late does not bring them back."""
    await connection.execute(
        "WITH gone AS (UPDATE repositories SET removed_at = now() WHERE id = ANY(%s) "
        "RETURNING installation_id, github_id) "
        "INSERT INTO removed_repositories (installation_id, github_id) "
        "SELECT installation_id, github_id FROM gone WHERE github_id IS NOT NULL "
        "ON CONFLICT (installation_id, github_id) DO UPDATE SET removed_at = now()",
        (list(repository_ids),),
    )


async def removed(connection: Connection) -> list[Repository]:
    """Those that are to be purged."""
    cursor = connection.cursor(row_factory=class_row(Repository))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM repositories WHERE removed_at IS NOT NULL ORDER BY id"
    )
    return await cursor.fetchall()


async def gone(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of them that nothing is known of any more."""
    cursor = await connection.execute(
        "SELECT i FROM unnest(%s::bigint[]) i "
        "WHERE NOT EXISTS (SELECT FROM repositories r WHERE r.id = i)",
        (list(ids),),
    )
    return {row[0] for row in await cursor.fetchall()}


async def delete_removed(connection: Connection, repository_id: int) -> None:
    """Purge a repository that is marked as removed and, by cascade, all that was derived from it.

    One that came back meanwhile stays.
    """
    await connection.execute(
        "DELETE FROM repositories WHERE id = %s AND removed_at IS NOT NULL", (repository_id,)
    )


async def pause(connection: Connection, repository_id: int, by: str) -> bool:
    """Stop what is done unasked, or with '' go on with it. Whether that changed anything."""
    cursor = await connection.execute(
        "UPDATE repositories SET paused_by = %s WHERE id = %s AND (paused_by = '') <> (%s = '')",
        (by, repository_id, by),
    )
    return cursor.rowcount == 1
