"""Nothing stays of a repository that was removed: rows, artifacts, mirror, arrays, checkouts.

What hosts keep on their disks is found by the numbers of repositories, and each host looks for
itself: the one that purges may be another.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from core import log
from core.artifacts import open_artifacts
from core.db import budgets, deliveries, installations, repositories, runs, work, writers
from core.db.connect import Connection
from core.db.work import Work
from workers import git
from workers.context import Context
from workers.engine.checkouts import Checkouts

_log = log.get(__name__)


async def purge(context: Context, claimed: Work) -> None:
    """Delete what a repository left. The row goes last: a purge that was cut off is found again by
    it. One that came back meanwhile stays. Raise TryLater where the object store is away."""
    repository_id = claimed.subject["repository_id"]
    async with context.database.tenant(claimed.installation_id) as connection:
        wanted = await repositories.get(connection, repository_id)
        ids = [] if wanted else await runs.ids(connection, repository_id)
    if wanted:
        return
    await open_artifacts(context.settings.artifacts_url).forget(ids)
    await asyncio.to_thread(context.searcher.forget, repository_id)
    await Checkouts(context.checkouts).forget(repository_id)
    await git.discard(git.mirror_path(context.mirrors, repository_id))
    # Deliveries belong to no tenant before they are read.
    async with context.database.system() as connection:
        await _rows(connection, claimed, repository_id)
    await tidy(context)


async def _rows(connection: Connection, claimed: Work, repository_id: int) -> None:
    await work.forget_others(connection, claimed, repository_id)
    await repositories.delete_removed(connection, repository_id)
    await deliveries.empty(connection, claimed.installation_id)
    if await installations.is_left(connection, claimed.installation_id):
        await work.forget_others(connection, claimed)
        await budgets.forget(connection, claimed.installation_id)
        await writers.forget(connection, claimed.installation_id)


async def outstanding(connection: Connection) -> list[Work]:
    """The work of purging whatever was removed and is still there."""
    rows = await repositories.removed(connection)
    return [await work.for_repository(connection, "purge", row) for row in rows]


async def tidy(context: Context) -> None:
    """Delete from this host's disk what belongs to repositories that are gone."""
    folders = {
        path: int(path.name.partition(".")[0])
        for place in (context.mirrors, context.checkouts, context.settings.data_dir / "segments")
        if place.is_dir()
        for path in place.iterdir()
        if path.name.partition(".")[0].isdigit()
    }
    async with context.database.system() as connection:
        gone = await repositories.gone(connection, sorted(set(folders.values())))
    for path, repository_id in folders.items():
        if repository_id in gone:
            _log.info("purge.left_over", path=str(path))
            await asyncio.to_thread(_remove, path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
