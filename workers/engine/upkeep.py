"""What the engine looks after between runs: dead workers' claims, new commits, what comes round."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core import cron
from core.db import claims, learning, repositories, runs, thoughts
from core.db.connect import Connection
from core.db.learning import Learning, Moved
from core.db.repositories import Repository
from core.db.thoughts import Subject
from core.errors import UserError
from core.words import many
from workers import git
from workers.engine.checkouts import Checkouts
from workers.engine.configure import configured
from workers.engine.outdated import outdated
from workers.engine.priority import Worth
from workers.engine.reprice import reprice
from workers.engine.seed import sow
from workers.engine.think import Engine
from workers.engine.wish import wish

CADENCE: dict[str, tuple[float, str]] = {
    "prioritize": (3_600.0, "risk is weighed anew each hour"),
    "smell_hunt": (86_400.0, "analysers and rules are looked at again each day"),
    "verify": (86_400.0, "the tests are run each day"),
}
"""Seconds after which a Thought about a whole repository comes round by itself, and why."""

REPRICE_SECONDS = 60.0
_PUSHED = ("map_repo", "prioritize", "verify", "smell_hunt", "hypothesize_bug")
_DIFF_WORTH = Worth(1.0, 1.0, 0.85, 1.0)
_ROUND_WORTH = Worth(0.5, 0.5, 0.3, 10.0)


@dataclass(slots=True)
class Upkeep:
    """Any number of processes may do it side by side."""

    engine: Engine
    _priced: dict[int, float] = field(default_factory=dict)

    async def look(self) -> None:
        async with self.engine.database.system() as connection:
            moved = await learning.moved(connection)
            on = await learning.on_repositories(connection)
        for each in moved:
            await self._follow(each)
        for row in on:
            await self._come_round(row)
            await self._reprice(row)
        await Checkouts(self.engine.checkouts).trim()

    async def take_up(self) -> None:
        """Claims whose worker died are anybody's again; what was reserved for them is spent."""
        async with self.engine.database.system() as connection:
            for thought in await claims.abandoned(connection):
                await runs.lose(connection, thought.id, runs.WORKER_DIED)
                died = runs.WORKER_DIED
                await claims.fail(connection, thought, died, seconds=0, tries=claims.DEATHS)

    async def _follow(self, moved: Moved) -> None:
        """A new commit: what it says of Learning counts, queued Thoughts on old code go, and what
        changed is looked at."""
        database = self.engine.database
        async with database.tenant(moved.installation_id) as connection:
            repository = await repositories.get(connection, moved.repository_id)
        if repository is None:
            return
        mirror = git.mirror_path(self.engine.mirrors, repository.id)
        if not await asyncio.to_thread(git.holds, mirror, moved.after):
            return  # another host has it
        said, problem = await asyncio.to_thread(configured, mirror, moved.after)
        paths = await asyncio.to_thread(_changed, self.engine, repository, moved)
        why = await self._outdated(repository, moved, paths or [])
        async with database.tenant(moved.installation_id) as connection:
            row = await learning.configure(connection, repository, said, problem)
            if not await learning.caught_up(connection, repository.id, moved.before, moved.after):
                return
            # In one transaction with what follows: whoever dies here did not catch up.
            if row.on:
                await thoughts.outdate(connection, why)
                await _queue(connection, repository, moved, paths)
                # Else what runs already would be queued once more as the turn of the day.
                await learning.came_round(connection, repository.id, CADENCE.keys())

    async def _outdated(
        self, repository: Repository, moved: Moved, paths: list[str]
    ) -> dict[int, str]:
        """Why, by the id of each Thought whose subject is gone or is another one by now."""
        async with self.engine.database.tenant(repository.installation_id) as connection:
            places = await thoughts.places(connection, repository.id, paths)
        mirror = git.mirror_path(self.engine.mirrors, repository.id)
        found = await asyncio.to_thread(
            outdated, mirror, moved.before, moved.after, set(paths), list(places.values())
        )
        return {number: found[place] for number, place in places.items() if place in found}

    async def _reprice(self, row: Learning) -> None:
        """Votes and what runs found change what the rest is worth."""
        if time.monotonic() - self._priced.get(row.repository_id, 0.0) < REPRICE_SECONDS:
            return
        self._priced[row.repository_id] = time.monotonic()
        async with self.engine.database.tenant(row.installation_id) as connection:
            await reprice(connection, row.repository_id)

    async def _come_round(self, row: Learning) -> None:
        """Most of the time it is nobody's turn, which the row says without another question."""
        if not row.commit_sha:
            return  # all of it is thought about first, and soon
        now = datetime.now(UTC)
        turns = _turns(row, now)
        if all(_is_fresh(row, kind, seconds, now) for kind, (seconds, _) in turns.items()):
            return
        async with self.engine.database.tenant(row.installation_id) as connection:
            for kind, (seconds, because) in turns.items():
                if await _has_come(connection, row, kind, seconds):
                    whose = row.installation_id, row.repository_id
                    await wish(connection, whose, kind, _ROUND_WORTH, because)


async def _has_come(connection: Connection, row: Learning, kind: str, seconds: float) -> bool:
    """Whether it is a kind's turn, for the one who asks first. Where a time by cron was set just
    now, what it names is still to come."""
    came = await learning.come_round(connection, row.repository_id, kind, seconds=seconds)
    return came and (kind in row.cadence or kind not in row.effective.cadence)


async def _queue(
    connection: Connection, repository: Repository, moved: Moved, paths: list[str] | None
) -> None:
    """What a new commit sets off; `paths` changed, None where there is nothing to compare with."""
    if paths is None:
        await sow(connection, repository)
        return
    whose = repository.installation_id, repository.id
    subject = Subject("diff", before=moved.before, after=moved.after)
    changed = f"{many(len(paths), 'file')} changed"
    await wish(connection, whose, "scan_diff", _DIFF_WORTH, changed, subject=subject)
    await sow(connection, repository, _PUSHED)


def _turns(row: Learning, now: datetime) -> dict[str, tuple[float, str]]:
    """CADENCE, but for what somebody set: seconds since its turn came, and why it did."""
    turns, settings = dict(CADENCE), row.effective
    for kind, text in settings.cadence.items():
        turns.pop(kind, None)
        set_to = cron.parsed(text)
        came = cron.latest(set_to, settings.zone, now) if set_to else None
        if came is not None:
            turns[kind] = ((now - came).total_seconds(), f"its turn came, which is '{text}'")
    return turns


def _is_fresh(row: Learning, kind: str, seconds: float, now: datetime) -> bool:
    at = row.cadence.get(kind)
    return at is not None and (now - datetime.fromisoformat(at)).total_seconds() < seconds


def _changed(engine: Engine, repository: Repository, moved: Moved) -> list[str] | None:
    """Paths that differ; None where there is nothing to compare with."""
    if not moved.before:
        return None
    mirror = git.mirror_path(engine.mirrors, repository.id)
    try:
        found = git.changed(mirror, moved.before, moved.after)
    except (git.CorruptMirror, UserError):
        return None  # its history was rewritten, and git let it go
    return [git.text_path(change.path) for change in found]
