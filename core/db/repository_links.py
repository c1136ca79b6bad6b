"""Repository links: what GitHub lets a user see, as it said not long ago.

Readable in system transactions only: the links decide which tenants a person may look at.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.db.connect import Connection


async def of_user(connection: Connection, user_id: int) -> dict[int, str]:
    """The permission (admin, write or read) by the repository's id."""
    cursor = await connection.execute(
        "SELECT repository_id, permission FROM repository_links WHERE user_id = %s", (user_id,)
    )
    return dict(await cursor.fetchall())


async def replace(
    connection: Connection, user_id: int, permissions_by_github_id: Mapping[int, str]
) -> None:
    """Links to what GitHub just listed, where Ponder knows the repository; the others go."""
    await connection.execute("DELETE FROM repository_links WHERE user_id = %s", (user_id,))
    await connection.execute(
        "INSERT INTO repository_links (user_id, repository_id, permission) "
        "SELECT %s, repositories.id, seen.permission "
        "FROM unnest(%s::bigint[], %s::text[]) AS seen (github_id, permission) "
        "JOIN repositories USING (github_id) WHERE removed_at IS NULL",
        (user_id, list(permissions_by_github_id), list(permissions_by_github_id.values())),
    )
    await connection.execute("UPDATE users SET links_checked_at = now() WHERE id = %s", (user_id,))
