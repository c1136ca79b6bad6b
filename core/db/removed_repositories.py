"""Repositories that were taken from an installation, by their numbers on GitHub.

Deliveries come in any order, and days late: one about such a repository must not make it known
again. repositories.py writes and deletes these rows, too: what is there was not removed.
"""

from __future__ import annotations

from collections.abc import Collection

from core.db.connect import Connection


async def remember(
    connection: Connection, installation_id: int, github_ids: Collection[int]
) -> None:
    """Also of some that were never met: their removal overtook what happened before."""
    await connection.execute(
        "INSERT INTO removed_repositories (installation_id, github_id) "
        "SELECT DISTINCT %s::bigint, g FROM unnest(%s::bigint[]) g ORDER BY g "
        "ON CONFLICT (installation_id, github_id) DO UPDATE SET removed_at = now()",
        (installation_id, list(github_ids)),
    )


async def has(connection: Connection, installation_id: int, github_id: int) -> bool:
    cursor = await connection.execute(
        "SELECT EXISTS (SELECT FROM removed_repositories "
        "WHERE installation_id = %s AND github_id = %s)",
        (installation_id, github_id),
    )
    (found,) = await cursor.fetchone() or (False,)
    return bool(found)


async def forget(connection: Connection, *, days: int) -> int:
    """Delete those about which nothing can come any more; how many there were."""
    cursor = await connection.execute(
        "DELETE FROM removed_repositories WHERE removed_at < now() - %s * interval '1 day'", (days,)
    )
    return cursor.rowcount
