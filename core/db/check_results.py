"""What continuous integration made of commits, as GitHub tells it: one row a check of a commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db.connect import Connection

KEPT_DAYS = 180
"""What was said of older commits says little of the code that is there now."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a check, named `name`, says of a commit."""

    repository_id: int
    commit: str
    name: str
    failed: bool


async def say(connection: Connection, said: Sequence[Said]) -> None:
    """What a check says last counts: a run that is repeated takes the place of the first."""
    last = {(each.repository_id, each.commit, each.name): each for each in said}
    if not last:
        return
    await connection.execute(
        "INSERT INTO check_results (installation_id, repository_id, commit_sha, name, failed) "
        "SELECT r.installation_id, r.id, c, n, f "
        "FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::bool[]) s (i, c, n, f) "
        "JOIN repositories r ON r.id = i AND r.removed_at IS NULL ORDER BY i, c, n "
        "ON CONFLICT (repository_id, commit_sha, name) "
        "DO UPDATE SET failed = excluded.failed, said_at = now()",
        [*map(list, zip(*last, strict=True)), [each.failed for each in last.values()]],
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
