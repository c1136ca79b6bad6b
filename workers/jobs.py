"""The arq functions, and the one boundary at which errors are settled."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from core import log, stream
from core.db import (
    answers,
    audit_log,
    check_results,
    deliveries,
    intents,
    removed_repositories,
    repositories,
    shown,
    switches,
    work,
)
from core.db.work import Work
from core.errors import Skip, TryLater, UserError
from core.tasks import Stopped, ended, unless
from workers.catch_up import catch_up, kept
from workers.context import Context
from workers.index.parse import RULES
from workers.kinds import KINDS
from workers.kinds.asking import reply
from workers.purge import outstanding, tidy
from workers.review import end as reviewing

BUG = "Ponder failed at this because of a bug of its own; the log of the worker has the details."
_DAY_SECONDS = 24 * 3600
_LONGEST_DELAY_SECONDS = 600.0
_KILLED_SECONDS = 30.0
_DAYS = 30

_log = log.get(__name__)


async def run_work(ctx: dict[str, Any], work_id: int) -> None:
    """Claim a row of work, run it, settle it. Whatever happens, the row says so."""
    context: Context = ctx["context"]
    killed = await _is_killed(context)
    async with context.database.system() as connection:
        claimed = await work.claim(connection, work_id)
        if claimed and killed:
            await work.postpone(connection, claimed.id, _KILLED_SECONDS)
    if claimed is None or killed:
        return
    with structlog.contextvars.bound_contextvars(work_id=claimed.id, kind=claimed.kind):
        heart = asyncio.create_task(_beat(context, claimed))
        try:
            await _settled(context, claimed)
        finally:
            await ended(heart)


async def _beat(context: Context, claimed: Work) -> None:
    """Keep the lease while the job runs; one missed beat does not lose it."""
    while True:
        await asyncio.sleep(work.LEASE_SECONDS / 3)
        with suppress(TryLater):  # a database that is away is asked again
            async with context.database.system() as connection:
                await work.extend(connection, claimed.id)


async def _settled(context: Context, claimed: Work) -> None:
    try:
        job = KINDS[claimed.kind](context, claimed)
        follow_ups = await unless(job, partial(_is_killed, context))
    except asyncio.CancelledError:
        # The worker is shutting down: another takes the row up at once.
        async with context.database.system() as connection:
            await work.postpone(connection, claimed.id, 0)
        raise
    except Stopped:
        _log.info("work.killed")
        async with context.database.system() as connection:
            return await work.postpone(connection, claimed.id, _KILLED_SECONDS)
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


async def _is_killed(context: Context) -> bool:
    if context.settings.kill_switch:
        return True
    async with context.database.system() as connection:
        return await switches.is_on(connection, switches.KILL)


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
        return await reply(context, claimed)
    if claimed.kind == "review":
        return await reviewing.told(context.database, claimed, message)
    if "topic" in claimed.subject:
        event = {"type": "error", "message": message}
        await stream.publish(context.queue.redis, claimed.subject["topic"], event)
    if claimed.kind == "index":
        async with context.database.tenant(claimed.installation_id) as connection:
            await repositories.set_error(connection, claimed.subject["repository_id"], message)
    return []


async def refresh(context: Context) -> None:
    """Bring every repository up to date: while no worker ran, Ponder may have learned to read files
    otherwise, or another embedding model may have been configured. Where nothing changed, such a
    job ends at once."""
    async with context.database.system() as connection:
        outdated = await repositories.outdated(connection, RULES)
        known = {repository.id for repository in outdated}
        indexed = [r for r in await repositories.listed(connection) if r.snapshot_id is not None]
        rows = [
            *[await work.for_repository(connection, "index", each) for each in outdated],
            *[
                await work.for_repository(connection, "embed", each)
                for each in indexed
                if each.id not in known
            ],
        ]
    for row in rows:
        await context.queue.wake(row)


async def sweep(ctx: dict[str, Any]) -> None:
    """Wake what should be running and is not: a lost Redis forgot it, or a worker died of it."""
    context: Context = ctx["context"]
    async with context.database.system() as connection:
        rows = [*await work.due(connection), *await intents.neglected(connection)]
    rows += await reviewing.sweep(context.database)
    for row in rows:
        await context.queue.wake(row)


async def ask_again(ctx: dict[str, Any]) -> None:
    """Have GitHub deliver what it could not hand over."""
    context: Context = ctx["context"]
    if context.github is not None and not await _is_killed(context):
        back = kept(context.settings.github_api_url)
        await catch_up(context.github, context.database, back=back)


async def listen(ctx: dict[str, Any]) -> None:
    """Look at the reactions to what was said on GitHub, wherever a look is due."""
    context: Context = ctx["context"]
    if context.github is None:
        return
    async with context.database.system() as connection:
        rows = await shown.lookers(connection)
    for row in rows:
        await context.queue.wake(row)


async def forget(ctx: dict[str, Any]) -> None:
    """Delete webhook deliveries that are older than any that GitHub would deliver again, and
    whatever is left of repositories that were removed."""
    context: Context = ctx["context"]
    async with context.database.system() as connection:
        await deliveries.forget(connection, days=_DAYS)
        await deliveries.empty(connection)
        await shown.prune(connection)
        await removed_repositories.forget(connection, days=_DAYS)
        await check_results.forget(connection)
        await audit_log.forget(connection)
        rows = await outstanding(connection)
    for row in rows:
        await context.queue.wake(row)
    await tidy(context)
