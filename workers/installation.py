"""Installations: which repositories they cover, and how git reads them."""

from __future__ import annotations

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
        rows = []
        for found in covered:
            row = await repositories.connect_github(
                connection,
                installation_id=installation_id,
                github_id=found.github_id,
                name=found.name,
                source=found.source,
                private=found.private,
            )
            await repositories.set_archived(connection, row.id, archived=found.archived)
            rows.append(row)
        kept = {row.id for row in rows}
        gone = [
            row
            for row in await repositories.of_installation(connection, installation_id)
            if row.id not in kept
        ]
        await repositories.mark_removed(connection, *(row.id for row in gone))
        follows = [work.about_repository("index", row) for row in rows]
        follows += [work.about_repository("purge", row) for row in gone]
        return await work.add_all(connection, follows)
