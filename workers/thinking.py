"""The process that thinks: the engine and its loop, opened with what every job is given."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from core import log, stream
from core.artifacts import open_artifacts
from core.db import switches
from core.db.repositories import Repository
from workers import dependencies
from workers.context import Context
from workers.engine.loop import Loop
from workers.engine.presence import lacking
from workers.engine.think import Engine
from workers.index import build
from workers.installation import git_credentials
from workers.progress import progress_row
from workers.sandbox import Sandbox, Trouble, examine
from workers.thoughts.tools import Tools

_log = log.get(__name__)


async def open_engine(context: Context) -> Engine:
    """Raise UserError where artifacts cannot be stored. Without a sandbox nothing is executed."""
    folder = context.settings.data_dir
    sandbox = await examine(folder / "scratch")
    if isinstance(sandbox, Trouble):
        _log.warning("sandbox.off", found=sandbox.found, mend=sandbox.mend)
    return Engine(
        context.database,
        context.searcher,
        context.endpoint,
        open_artifacts(context.settings.artifacts_url),
        None if isinstance(sandbox, Trouble) else sandbox,
        context.mirrors,
        context.checkouts,
        fetch=partial(fetched, context),
        depend=partial(_depend, context),
        lacks=lacking(sandbox),
    )


async def think(context: Context) -> None:
    """For ever."""
    engine = await open_engine(context)
    await Loop(engine, partial(_is_killed, context), partial(_tell, context)).serve()


async def fetched(context: Context, repository: Repository, ref: str) -> None:
    """Bring a mirror up to date: the index may have been built on another host."""
    async with progress_row(context.database, repository) as progress:
        await build.index(
            settings=context.settings,
            database=context.database,
            repository=repository,
            ref=ref,
            credentials=await git_credentials(context.github, repository),
            progress=progress,
        )


async def _depend(context: Context, sandbox: Sandbox, tools: Tools, allowed: bool) -> None:
    """What the code imports, where a person allowed to fetch it."""
    settings = context.settings
    prepared = await dependencies.prepare(
        sandbox,
        tools.code,
        settings.data_dir / "dependencies",
        settings.registries,
        allowed=allowed,
    )
    tools.given = prepared.given
    for note in prepared.notes:
        tools.log(note)


async def _is_killed(context: Context) -> bool:
    if context.settings.kill_switch:
        return True
    async with context.database.system() as connection:
        return await switches.is_on(connection, switches.KILL)


async def _tell(context: Context, events: Sequence[tuple[int, dict[str, object]]]) -> None:
    named = [(f"learning:{repository_id}", event) for repository_id, event in events]
    await stream.publish_all(context.queue.redis, named)


def thinking(context: Context) -> asyncio.Task[None]:
    """The loop, beside whatever else its process serves."""
    return asyncio.create_task(think(context))
