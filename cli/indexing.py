"""Index a repository in this process: for the commands that need it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import TryLater, UserError

if TYPE_CHECKING:
    from core.db.repositories import Repository
    from core.db.snapshots import Snapshot
    from workers.context import Context
    from workers.index.build import Report
    from workers.progress import Progress


async def build(context: Context, repository: Repository, ref: str, progress: Progress) -> Report:
    """Bring a ref's snapshot up to date; '' is the default branch."""
    from workers.index import build
    from workers.installation import git_credentials

    return await build.index(
        settings=context.settings,
        database=context.database,
        repository=repository,
        ref=ref,
        credentials=await git_credentials(context.github, repository),
        progress=progress,
    )


async def link(
    context: Context, repository: Repository, snapshot_id: int, progress: Progress
) -> None:
    """Make what links a snapshot lacks: who uses what."""
    from workers.index.link import link as make

    await make(
        database=context.database,
        repository=repository,
        snapshot_id=snapshot_id,
        progress=progress,
    )


async def embed(context: Context, repository: Repository, progress: Progress) -> str:
    """Bring the vectors of the default snapshot up to date; return what stood in the way, or ''.

    Search works without them, so a failure is told and no more.
    """
    from workers.index.embed import embed as bring

    try:
        done = await bring(
            database=context.database,
            endpoint=context.endpoint,
            local=context.local,
            repository=repository,
            progress=progress,
        )
    except UserError as error:
        return f"Search by meaning is not up to date: {error}"
    except TryLater as error:
        return (
            f"Search by meaning is not up to date: {error}; "
            "'ponder doctor' says what is wrong, and the next index tries again."
        )
    return done.problem


async def current(
    context: Context, repository: Repository, ref: str, progress: Progress
) -> Snapshot:
    """The snapshot to answer from, made where there is none.

    A folder of this machine is looked at each time: that is cheap where nothing was committed. A
    repository elsewhere is fetched only when it was never indexed, or for a ref.
    """
    from core.db import snapshots

    snapshot_id = repository.snapshot_id
    if ref or snapshot_id is None or repository.source.startswith("/"):
        report = await build(context, repository, ref, progress)
        snapshot_id = report.snapshot_id
        if report.blobs_new:
            await link(context, repository, snapshot_id, progress)
        # An endpoint may take long for all of a repository; the question does not wait for that.
        wanted = not ref and not context.settings.model.embedding
        if wanted and (report.blobs_new or not await _has_vectors(context, repository)):
            await embed(context, repository, progress)
    async with context.database.tenant(repository.installation_id) as connection:
        snapshot = await snapshots.get(connection, snapshot_id)
    assert snapshot is not None
    return snapshot


async def _has_vectors(context: Context, repository: Repository) -> bool:
    """Not where a command was stopped before it made them."""
    from core.db import embedding_models

    async with context.database.tenant(repository.installation_id) as connection:
        return await embedding_models.in_state(connection, repository.id, "serving") is not None
