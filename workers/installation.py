"""Installations: which repositories they cover, how git reads them, and how one is forgotten."""

from __future__ import annotations

from pathlib import Path

from core.db import installations, repositories, work
from core.db.connect import Database
from core.db.repositories import LOCAL, Repository
from core.db.work import Work
from core.github import GitHub
from workers import git


async def git_credentials(github: GitHub | None, repository: Repository) -> git.Credentials | None:
    """A login that reads this one repository; None where none is needed or none can be had."""
    if github is None or repository.github_id is None or repository.installation_id == LOCAL:
        return None
    username, password = await github.git_credentials(
        repository.installation_id, repository.github_id
    )
    return git.Credentials(username, password)


async def connect_repositories(
    github: GitHub, database: Database, installation_id: int
) -> list[Work]:
    """Make our rows say what GitHub says now; return the work of indexing and of forgetting."""
    remote = await github.installation(installation_id)
    covered = await github.installation_repositories(installation_id)
    async with database.system() as connection:
        await installations.save(
            connection,
            installation_id=installation_id,
            account=remote.account,
            account_type=remote.account_type,
            permissions=remote.permissions,
            suspended=remote.suspended,
        )
        rows = [
            await repositories.connect_github(
                connection,
                installation_id=installation_id,
                github_id=found.github_id,
                name=found.name,
                source=found.source,
                private=found.private,
            )
            for found in covered
        ]
        kept = {row.id for row in rows}
        gone = [
            row
            for row in await repositories.of_installation(connection, installation_id)
            if row.id not in kept
        ]
        for row in gone:
            await repositories.mark_removed(connection, row.id)
        return [
            *[await work.for_repository(connection, "index", row) for row in rows],
            *[await work.for_repository(connection, "purge", row) for row in gone],
        ]


async def purge(
    database: Database, mirrors: Path, installation_id: int, repository_id: int
) -> None:
    """Delete what a removed repository left: its mirror, then its row and all that hangs on it.

    The row goes last: a purge that was cut off is found again by it.
    """
    await git.discard(git.mirror_path(mirrors, repository_id))
    async with database.tenant(installation_id) as connection:
        await repositories.delete_removed(connection, repository_id)
