"""How risky the files of a change are, known also where nobody thinks about the repository."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from core import log
from core.db import risks, snapshots
from core.db.repositories import Repository
from core.db.risks import Risk
from core.db.snapshots import Snapshot
from core.db.thoughts import Subject
from core.errors import UserError
from workers import git
from workers.engine.checkouts import Checkouts
from workers.review.bench import Bench
from workers.thoughts import prioritize
from workers.thoughts.base import Limits
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

LIMITS = Limits(wall_seconds=60, cpu_seconds=60)
_FRESH = 50
"""Commits, since what was weighed, that change little of it."""

_log = log.get(__name__)


async def weigh(bench: Bench, repository: Repository) -> None:
    """Weigh the default branch as the Thought does, unless somebody did within its last commits:
    a review orders files by it, and says it."""
    mirror = git.mirror_path(bench.mirrors, repository.id)
    async with bench.tenant(repository) as connection:
        snapshot = await snapshots.current(connection, repository.id)
        known = await risks.of_repository(connection, repository.id, symbols=False, limit=1)
    if snapshot is None:
        return
    newest = await asyncio.to_thread(git.newest_first, mirror, snapshot.commit_sha, _FRESH)
    if known and known[0].commit_sha in {snapshot.commit_sha, *newest}:
        return
    try:
        async with asyncio.timeout(LIMITS.wall_seconds):
            found = await _weighed(await _reader(bench, repository, snapshot))
    except (git.GitFailed, UserError, TimeoutError) as error:
        # A review without risk is worth more than none.
        _log.warning("review.not_weighed", repository=repository.id, error=str(error))
        return
    async with bench.tenant(repository) as connection:
        await risks.replace(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            thought=prioritize.NAME,
            risks=found,
        )


async def _weighed(reader: Reader) -> Sequence[Risk]:
    brief = await prioritize.prepare(reader, Subject())
    if not isinstance(brief, prioritize.Known):
        return []
    outcome = await prioritize.run(Tools(reader.code, LIMITS, None), brief)
    return outcome.rows["risks"]


async def _reader(bench: Bench, repository: Repository, snapshot: Snapshot) -> Reader:
    mirror = git.mirror_path(bench.mirrors, repository.id)
    checkouts = Checkouts(bench.checkouts)
    code = await checkouts.code(mirror, repository.id, snapshot.commit_sha)
    return Reader(bench.database, bench.searcher, repository, snapshot, mirror, code)
