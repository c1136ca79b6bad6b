"""What several kinds of work begin with."""

from __future__ import annotations

from core.db import repositories
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip
from core.github import GitHub
from workers.context import Context
from workers.index import build
from workers.index.link import link_overlay
from workers.installation import git_credentials
from workers.progress import progress_row


async def repository_of(context: Context, claimed: Work, repository_id: int) -> Repository:
    async with context.database.tenant(claimed.installation_id) as connection:
        repository = await repositories.get(connection, repository_id)
    if repository is None:
        raise Skip("the repository was removed meanwhile")
    return repository


def app_of(context: Context) -> GitHub:
    if context.github is None:
        raise Skip("no GitHub App is configured")
    return context.github


async def built(context: Context, repository: Repository, ref: str) -> build.Report:
    """Of a ref with its links: nothing comes after it that would make them."""
    async with progress_row(context.database, repository) as progress:
        report = await build.index(
            settings=context.settings,
            database=context.database,
            repository=repository,
            ref=ref,
            credentials=await git_credentials(context.github, repository),
            progress=progress,
        )
        if ref:
            await link_overlay(
                database=context.database,
                repository=repository,
                snapshot_id=report.snapshot_id,
                progress=progress,
            )
    return report
