"""The arq functions, a few lines each, and the one boundary at which errors are settled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from core import log, stream
from core.db import answers, deliveries, repositories, snapshots, switches, work
from core.db.answers import Answer
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip, TryLater, UserError
from workers import git
from workers.answer.answer import answer
from workers.answer.stale import mark_stale
from workers.context import Context
from workers.index import build, garbage
from workers.index.compact import compact
from workers.index.embed import embed
from workers.installation import connect_repositories, git_credentials, purge
from workers.progress import progress_row
from workers.reports.comment import comment_intent
from workers.reports.post import post
from workers.retrieve.facets import Chosen
from workers.search import Search, snapshots_of

BUG = "Ponder failed at this because of a bug of its own; the log of the worker has the details."
_DAY_SECONDS = 24 * 3600
_LONGEST_DELAY_SECONDS = 600.0
_KILLED_SECONDS = 30.0

_log = log.get(__name__)


async def run_work(ctx: dict[str, Any], work_id: int) -> None:
    """Claim a row of work, run it, settle it. Whatever happens, the row says so."""
    context: Context = ctx["context"]
    async with context.database.system() as connection:
        claimed = await work.claim(connection, work_id)
        killed = context.settings.kill_switch or await switches.is_on(connection, switches.KILL)
        if claimed and killed:
            await work.postpone(connection, claimed.id, _KILLED_SECONDS)
    if claimed is None or killed:
        return
    with structlog.contextvars.bound_contextvars(work_id=claimed.id, kind=claimed.kind):
        heart = asyncio.create_task(_beat(context, claimed))
        try:
            await _settled(context, claimed)
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart


async def _beat(context: Context, claimed: Work) -> None:
    """Keep the lease while the job runs; one missed beat does not lose it."""
    while True:
        await asyncio.sleep(work.LEASE_SECONDS / 3)
        async with context.database.system() as connection:
            await work.extend(connection, claimed.id)


async def _settled(context: Context, claimed: Work) -> None:
    try:
        follow_ups = await JOBS[claimed.kind](context, claimed)
    except asyncio.CancelledError:
        # The worker is shutting down: another takes the row up at once.
        async with context.database.system() as connection:
            await work.postpone(connection, claimed.id, 0)
        raise
    except Skip as reason:
        _log.info("work.skipped", reason=str(reason))
        follow_ups = []
    except TryLater as error:
        return await _retry(context, claimed, error)
    except UserError as error:
        return await _failed(context, claimed, str(error))
    except Exception:  # noqa: BLE001 - the one boundary: a bug ends this job, not the worker
        _log.exception("work.bug")
        return await _failed(context, claimed, BUG)
    async with context.database.system() as connection:
        await work.finish(connection, claimed.id)
    for follow_up in follow_ups:
        await context.queue.wake(follow_up)
    return None


async def _retry(context: Context, claimed: Work, error: TryLater) -> None:
    """Again with exponential delay, for a day: a rate limit can last an hour."""
    _log.info("work.retry", reason=str(error), attempts=claimed.attempts)
    async with context.database.system() as connection:
        age = await work.age_seconds(connection, claimed.id)
        if age < _DAY_SECONDS:
            delay = min(error.seconds * 2 ** min(claimed.attempts - 1, 8), _LONGEST_DELAY_SECONDS)
            await work.retry(connection, claimed.id, str(error), max(delay, error.seconds))
            return
    await _failed(context, claimed, f"Given up after a day: {error}.")


async def _failed(context: Context, claimed: Work, message: str) -> None:
    """Tell whoever waits for it, and keep the reason."""
    _log.warning("work.failed", error=message)
    follow_ups = await _tell(context, claimed, message)
    async with context.database.system() as connection:
        await work.fail(connection, claimed.id, message)
    for follow_up in follow_ups:
        await context.queue.wake(follow_up)


async def _tell(context: Context, claimed: Work, message: str) -> list[Work]:
    if claimed.kind == "answer":
        answer_id = UUID(claimed.subject["answer_id"])
        async with context.database.tenant(claimed.installation_id) as connection:
            await answers.fail(connection, answer_id, message)
        event = {"type": "error", "message": message}
        await stream.publish(context.queue.redis, str(answer_id), event)
        return await _reply(context, claimed)
    if "topic" in claimed.subject:
        event = {"type": "error", "message": message}
        await stream.publish(context.queue.redis, claimed.subject["topic"], event)
    if claimed.kind == "index":
        async with context.database.tenant(claimed.installation_id) as connection:
            await repositories.set_error(connection, claimed.subject["repository_id"], message)
    return []


async def _reply(context: Context, claimed: Work) -> list[Work]:
    """The work of posting an answer, where it was asked for on GitHub."""
    async with context.database.tenant(claimed.installation_id) as connection:
        found = await answers.get(connection, UUID(claimed.subject["answer_id"]))
        if found is None or found.door != "github":
            return []
        intent = await comment_intent(connection, context.settings, found)
        return [
            await work.add(
                connection,
                installation_id=claimed.installation_id,
                kind="post",
                queue="interactive",
                subject={"intent_id": intent.id},
            )
        ]


async def _repository(context: Context, claimed: Work, repository_id: int) -> Repository:
    async with context.database.tenant(claimed.installation_id) as connection:
        repository = await repositories.get(connection, repository_id)
    if repository is None:
        raise Skip("the repository was removed meanwhile")
    return repository


async def _build(context: Context, repository: Repository, ref: str) -> build.Report:
    async with progress_row(context.database, repository) as progress:
        return await build.index(
            settings=context.settings,
            database=context.database,
            repository=repository,
            ref=ref,
            credentials=await git_credentials(context.github, repository),
            progress=progress,
        )


async def _index(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    ref = claimed.subject.get("ref", "")
    report = await _build(context, repository, ref)
    if ref:
        return []
    await mark_stale(context.database, repository, report.snapshot_id)
    async with context.database.tenant(claimed.installation_id) as connection:
        waiting = await work.hasten_answers(connection, repository.id)
        vectors = await work.for_repository(connection, "embed", repository)
    return [*waiting, vectors]


async def refresh_vectors(context: Context) -> None:
    """Bring the vectors of every repository up to date: another model may have been configured
    while no worker ran. Where nothing changed, such a job ends at once."""
    async with context.database.system() as connection:
        indexed = [r for r in await repositories.listed(connection) if r.snapshot_id is not None]
        rows = [
            await work.for_repository(connection, "embed", repository) for repository in indexed
        ]
    for row in rows:
        await context.queue.wake(row)


async def _embed(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    await compact(context.database, repository)
    await _warm(context, repository)
    async with progress_row(context.database, repository) as progress:
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


async def _answer(context: Context, claimed: Work) -> list[Work]:
    answer_id = UUID(claimed.subject["answer_id"])
    async with context.database.tenant(claimed.installation_id) as connection:
        asked = await answers.get(connection, answer_id)
    if asked is None:
        raise Skip("the question was removed meanwhile")
    if asked.state == "pending":
        await _answered(context, asked, await _repository(context, claimed, asked.repository_id))
    # A worker that died between the answer and the reply left an answer without one.
    return await _reply(context, claimed)


async def _answered(context: Context, asked: Answer, repository: Repository) -> None:
    emit = partial(stream.publish, context.queue.redis, str(asked.id))
    if repository.snapshot_id is None:
        if repository.error:
            raise UserError(f"The repository could not be indexed: {repository.error}")
        await emit({"type": "status", "text": "Waiting for the first index of this repository"})
        raise TryLater("the repository is not indexed yet", seconds=5)
    # The index may have been built on another host, whose mirror is not here.
    if asked.ref or not git.mirror_path(context.mirrors, repository.id).exists():
        await _build(context, repository, asked.ref)
    await answer(
        settings=context.settings,
        database=context.database,
        searcher=context.searcher,
        endpoint=context.endpoint,
        mirrors=context.mirrors,
        answer_id=asked.id,
        emit=emit,
    )


async def _search(context: Context, claimed: Work) -> list[Work]:
    """What was found is told and not kept: who searches again, asks again."""
    subject = claimed.subject
    repository = await _repository(context, claimed, subject["repository_id"])
    built = partial(_build, context, repository)
    mirror = git.mirror_path(context.mirrors, repository.id)
    snapshot_of = snapshots_of(context.database, repository, built)
    search = Search(context.database, context.searcher, mirror, snapshot_of)
    limit, chosen = subject["limit"], Chosen.of(subject)
    event = await search.told(subject["query"], limit=limit, chosen=chosen)
    await stream.publish(context.queue.redis, subject["topic"], event)
    async with context.database.system() as connection:
        await work.forget(connection, claimed.id)
    return []


async def _facts(context: Context, claimed: Work) -> list[Work]:
    subject = claimed.subject
    repository = await _repository(context, claimed, subject["repository_id"])
    async with context.database.tenant(repository.installation_id) as connection:
        snapshot = await snapshots.get(connection, subject["snapshot_id"])
    if snapshot is None or snapshot.repository_id != repository.id:
        raise Skip("the snapshot is gone")
    await (await context.searcher.graph(snapshot)).facts(subject["scope"])
    return []


async def _post(context: Context, claimed: Work) -> list[Work]:
    if context.github is None:
        raise Skip("no GitHub App is configured")
    await post(
        github=context.github, database=context.database, intent_id=claimed.subject["intent_id"]
    )
    return []


async def _installation(context: Context, claimed: Work) -> list[Work]:
    if context.github is None:
        raise Skip("no GitHub App is configured")
    return await connect_repositories(
        context.github, context.database, claimed.subject["installation_id"]
    )


async def _purge(context: Context, claimed: Work) -> list[Work]:
    repository_id = claimed.subject["repository_id"]
    await asyncio.to_thread(context.searcher.forget, repository_id)
    await purge(context.database, context.mirrors, claimed.installation_id, repository_id)
    return []


async def _forget(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    # A person may have named a branch by its short name, or by the whole one.
    ref = claimed.subject["ref"]
    short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    await garbage.forget(context.database, repository, [ref, short])
    return []


JOBS: dict[str, Callable[[Context, Work], Awaitable[list[Work]]]] = {
    "index": _index,
    "embed": _embed,
    "answer": _answer,
    "search": _search,
    "facts": _facts,
    "post": _post,
    "installation": _installation,
    "forget": _forget,
    "purge": _purge,
}
"""Each returns the work that follows from it: committed, and woken once this work is settled."""


async def sweep(ctx: dict[str, Any]) -> None:
    """Wake what should be running and is not: a lost Redis forgot it, or a worker died of it."""
    context: Context = ctx["context"]
    async with context.database.system() as connection:
        rows = await work.due(connection)
    for row in rows:
        await context.queue.wake(row)


async def forget(ctx: dict[str, Any]) -> None:
    """Delete webhook deliveries that are older than any that GitHub would deliver again."""
    context: Context = ctx["context"]
    async with context.database.system() as connection:
        await deliveries.forget(connection, days=30)
