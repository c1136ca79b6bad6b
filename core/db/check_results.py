"""What continuous integration made of commits, as GitHub tells it: one row a check of a commit."""

from __future__ import annotations

from core.db.connect import Connection
from core.db.repositories import Repository

KEPT_DAYS = 180
"""What was said of older commits says little of the code that is there now."""


async def say(
    connection: Connection, repository: Repository, *, commit: str, name: str, failed: bool
) -> None:
    """What a check says last counts: a run that is repeated takes the place of the first."""
    await connection.execute(
        "INSERT INTO check_results (installation_id, repository_id, commit_sha, name, failed) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (repository_id, commit_sha, name) "
        "DO UPDATE SET failed = excluded.failed, said_at = now()",
        (repository.installation_id, repository.id, commit, name, failed),
    )


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
