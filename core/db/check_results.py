"""What continuous integration made of commits, as GitHub tells it: one row a check of a commit."""

from __future__ import annotations

from core.db.connect import Connection

KEPT_DAYS = 180
"""What was said of older commits says little of the code that is there now."""


async def say(
    connection: Connection,
    installation_id: int,
    github_id: int,
    *,
    commit: str,
    name: str,
    failed: bool,
) -> bool:
    """What a check says last counts: a run that is repeated takes the place of the first. False:
    nothing is known of this repository."""
    cursor = await connection.execute(
        "INSERT INTO check_results (installation_id, repository_id, commit_sha, name, failed) "
        "SELECT installation_id, id, %s, %s, %s FROM repositories "
        "WHERE github_id = %s AND installation_id = %s AND removed_at IS NULL "
        "ON CONFLICT (repository_id, commit_sha, name) "
        "DO UPDATE SET failed = excluded.failed, said_at = now() RETURNING repository_id",
        (commit, name, failed, github_id, installation_id),
    )
    return await cursor.fetchone() is not None


async def forget(connection: Connection) -> None:
    """Delete what was said too long ago, of every repository that the transaction may see."""
    await connection.execute(
        "DELETE FROM check_results WHERE said_at < now() - %s * interval '1 day'", (KEPT_DAYS,)
    )


async def of_repository(connection: Connection, repository_id: int) -> dict[str, bool]:
    """Whether anything failed, by commit."""
    cursor = await connection.execute(
        "SELECT commit_sha, bool_or(failed) FROM check_results WHERE repository_id = %s "
        "GROUP BY commit_sha",
        (repository_id,),
    )
    return dict(await cursor.fetchall())
