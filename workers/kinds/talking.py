"""Work that reads and writes GitHub: what was said there, and what is said there."""

from __future__ import annotations

from core.db import answers, intents
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip
from workers import git
from workers.answer.stale import mark_stale
from workers.commands import obey
from workers.config_check import check_config
from workers.context import Context
from workers.feedback.merged import Closed, fixed_before_merge
from workers.feedback.reactions import look
from workers.feedback.verdicts import Judging
from workers.installation import connect_repositories
from workers.kinds.base import app_of, built, repository_of
from workers.reports.post import post


async def post_work(context: Context, claimed: Work) -> list[Work]:
    more = await post(
        github=app_of(context),
        database=context.database,
        installation_id=claimed.installation_id,
        pause=context.settings.github_pause,
        killed=context.settings.kill_switch,
    )
    if not more:
        return []
    async with context.database.system() as connection:
        return [await intents.wake(connection, claimed.installation_id)]


async def reactions_work(context: Context, claimed: Work) -> list[Work]:
    await look(app_of(context), context.database, claimed.installation_id)
    return []


async def verdict_work(context: Context, claimed: Work) -> list[Work]:
    github = app_of(context)
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    place = github, context.database, context.mirrors, repository
    return await Judging(*place, claimed.subject, context.endpoint).judge()


async def merged_work(context: Context, claimed: Work) -> list[Work]:
    github = app_of(context)
    subject = claimed.subject
    repository = await repository_of(context, claimed, subject["repository_id"])
    place = github, context.database, context.mirrors, repository
    await fixed_before_merge(*place, Closed(subject["number"], subject["head"]))
    return []


async def command_work(context: Context, claimed: Work) -> list[Work]:
    return await obey(app_of(context), context.database, claimed)


async def configuration_work(context: Context, claimed: Work) -> list[Work]:
    """What a new head of a pull request means, reviewed or not: to answers that cite it, and to the
    configuration."""
    github = app_of(context)
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    edits = await _followed(context, repository, f"refs/pull/{claimed.subject['number']}/head")
    mirror = git.mirror_path(context.mirrors, repository.id)
    try:
        checked = await check_config(github, context.database, mirror, repository, claimed.subject)
    except Skip:
        if not edits:
            raise
        return edits
    return [*edits, *checked]


async def _followed(context: Context, repository: Repository, ref: str) -> list[Work]:
    """Only where somebody asked there is anything to follow, and the head to be indexed for it."""
    async with context.database.tenant(repository.installation_id) as connection:
        if not await answers.are_followed(connection, repository.id, ref):
            return []
    report = await built(context, repository, ref)
    place = context.settings, context.database, repository
    return await mark_stale(*place, report.snapshot_id, ref)


async def installation_work(context: Context, claimed: Work) -> list[Work]:
    installation_id = claimed.subject["installation_id"]
    return await connect_repositories(app_of(context), context.database, installation_id)
