"""Work on what is indexed: it is built, embedded, forgotten, purged."""

from __future__ import annotations

from core import log
from core.db import drafts, findings, snapshots, thoughts, work
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip, TryLater
from workers import git
from workers.answer.stale import mark_stale
from workers.configuration import keep_config
from workers.context import Context
from workers.engine import heads
from workers.index import garbage
from workers.index.compact import compact
from workers.index.embed import embed
from workers.index.link import link
from workers.kinds.base import built, repository_of
from workers.progress import progress_row
from workers.purge import purge
from workers.reports.onboarding import introduce

_log = log.get(__name__)


async def index_work(context: Context, claimed: Work) -> list[Work]:
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    ref = claimed.subject.get("ref", "")
    report = await built(context, repository, ref)
    if ref:
        return []
    mirror = git.mirror_path(context.mirrors, repository.id)
    await keep_config(context.database, mirror, repository, report.commit)
    edits = await mark_stale(context.settings, context.database, repository, report.snapshot_id)
    async with context.database.tenant(claimed.installation_id) as connection:
        waiting = await work.hasten_answers(connection, repository.id)
        vectors = await work.for_repository(connection, "embed", repository)
        tending = await drafts.tend(connection, repository)
        board = await drafts.refresh_dashboard(connection, repository)
        greeting = await introduce(connection, context.settings, repository)
    return [*edits, *waiting, vectors, *tending, board, *greeting]


async def embed_work(context: Context, claimed: Work) -> list[Work]:
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    await compact(context.database, repository)
    await _warm(context, repository)
    async with progress_row(context.database, repository) as progress:
        await link(database=context.database, repository=repository, progress=progress)
        done = await embed(
            database=context.database,
            endpoint=context.endpoint,
            local=context.local,
            repository=repository,
            progress=progress,
        )
    if done.problem:
        _log.warning("embed.without_model", reason=done.problem)
    await _warm(context, repository)
    return []


async def _warm(context: Context, repository: Repository) -> None:
    """A question that comes later finds the index mapped."""
    async with context.database.tenant(repository.installation_id) as connection:
        current = await snapshots.current(connection, repository.id)
    if current is not None:
        await context.searcher.warm(current)


async def forget_work(context: Context, claimed: Work) -> list[Work]:
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    # A person may have named a branch by its short name, or by the whole one.
    ref = claimed.subject["ref"]
    short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    await garbage.forget(context.database, repository, [ref, short])
    async with context.database.tenant(claimed.installation_id) as connection:
        await thoughts.supersede(connection, repository.id, ref=ref)
        await findings.forget_ref(connection, repository.id, ref)
        # The pull request that was closed may be one of ours.
        return await drafts.tend(connection, repository)


async def head_work(context: Context, claimed: Work) -> list[Work]:
    repository = await repository_of(context, claimed, claimed.subject["repository_id"])
    if repository.snapshot_id is None:
        raise TryLater("the repository is not indexed yet", seconds=30)
    if not await heads.is_wanted(context.database, repository):
        raise Skip("Continual Learning was switched off meanwhile")
    ref = claimed.subject["ref"]
    report = await built(context, repository, ref)
    mirror = git.mirror_path(context.mirrors, repository.id)
    await heads.consider(
        context.database,
        repository,
        mirror,
        ref=ref,
        base=claimed.subject["base"],
        head=report.commit,
    )
    return []


async def purge_work(context: Context, claimed: Work) -> list[Work]:
    await purge(context, claimed)
    return []
