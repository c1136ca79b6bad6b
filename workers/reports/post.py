"""The writer: bring GitHub to what was meant, one installation at a time, each thing exactly once.

That a try begins is committed before GitHub is asked to write: from then on GitHub may have it, and
the next try looks for it first. No connection is held while GitHub is asked.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core import log
from core.db import installations, intents, repositories, writers
from core.db.connect import Connection, Database
from core.db.installations import Installation
from core.db.intents import Intent
from core.db.repositories import Repository
from core.errors import Skip, TryLater
from core.github import GitHub, Limited
from workers.reports.writing import KINDS
from workers.reports.writing.base import Gone, Made, Pen
from workers.reports.writing.turn import Over, Turn

TURN_SECONDS = 10.0
"""After that another job goes on, behind those that wait: questions need places, too."""

_LONGEST_DELAY = 600.0
_GIVEN_UP = timedelta(days=1)
_LEAST_TRIES = 10
"""A limit, a suspension or the kill switch may last longer than a day, and are no tries."""

_log = log.get(__name__)


async def post(
    *,
    github: GitHub,
    database: Database,
    installation_id: int,
    pause: float = 1.0,
    killed: bool = False,
) -> bool:
    """Write what is due; whether there is more for another job. What GitHub does not take now is
    tried later, when the sweep finds it due."""
    turn = Turn(database, installation_id, pause, killed)
    if not await turn.take():
        return False
    try:
        async with turn.kept():
            return await _until_nothing_is_due(Writer(github, turn))
    except Over as reason:
        _log.info("writer.stopped", installation_id=installation_id, reason=str(reason))
        return False
    finally:
        await turn.release()


async def _until_nothing_is_due(writer: Writer) -> bool:
    end = time.monotonic() + TURN_SECONDS
    while time.monotonic() < end:
        if not await writer.one():
            return False
    return True


@dataclass(frozen=True, slots=True)
class Due:
    """`intent` is as it was before this try, which is committed by now."""

    intent: Intent
    repository: Repository | None
    installation: Installation


@dataclass(frozen=True, slots=True)
class Writer:
    github: GitHub
    turn: Turn

    async def one(self) -> bool:
        """Write one thing; False when nothing is due, and the lease is released."""
        await self.turn.ready()
        due = await self._next()
        if due is None:
            return False
        intent = due.intent
        try:
            made = await self._made(due)
        except Over as reason:
            await self._put_back(intent, str(reason))
            raise
        except Limited as limit:
            await self._limited(intent, limit)
        except TryLater as error:
            await self._later(intent, error)
        except Gone as reason:
            await self._ended(intent, str(reason), gone=True)
        except Skip as reason:
            await self._refused(due, str(reason))
        else:
            await self._done(intent, made)
        return True

    async def _next(self) -> Due | None:
        """Whoever intends something while we look finds the lease free, or is found by us."""
        async with self.turn.database.tenant(self.turn.installation_id) as connection:
            await writers.lock(connection, self.turn.installation_id)
            installation = await installations.get(connection, self.turn.installation_id)
            if installation is None or (installation.suspended_at and not installation.removed_at):
                raise Over("the installation is suspended")
            intent = await intents.next_due(connection, self.turn.installation_id)
            if intent is None:
                await writers.release(connection, self.turn.installation_id, self.turn.holder)
                return None
            repository = await repositories.get(connection, intent.repository_id)
            await intents.mark_tried(connection, intent.id)
        return Due(intent, repository, installation)

    async def _made(self, due: Due) -> Made:
        """Find what an earlier try made, or make it; or change what is there."""
        if due.installation.removed_at is not None:
            raise Skip("the installation was removed")
        if due.repository is None:
            raise Skip("the repository was removed")
        if _is_hopeless(due.intent):
            raise Skip(f"Given up after a day: {due.intent.error}.")
        intent, kind = due.intent, KINDS[due.intent.kind]
        pen = await self._pen(due, due.repository, kind.permissions(intent))
        if intent.written:
            return await kind.change(pen, intent)
        found = await kind.find(pen, intent) if intent.tried_at else None
        if found is None:
            return await kind.write(pen, intent)
        if found.current:
            return found.made
        there = found.made
        more = intent.made if there.more is None else dict(there.more)
        return await kind.change(
            pen, replace(intent, github_id=there.github_id, node_id=there.node_id, made=more)
        )

    async def _pen(self, due: Due, repository: Repository, permissions: Mapping[str, str]) -> Pen:
        needed = _granted(permissions, due.installation) or permissions
        acting = self.github.acting(repository, needed)
        try:
            slug = (await self.github.app()).slug
        except Skip as error:
            raise TryLater(str(error), 60) from error
        return Pen(acting, self.turn, f"{slug}[bot]")

    async def _done(self, intent: Intent, made: Made) -> None:
        more = intent.made if made.more is None else dict(made.more)
        async with self._transaction() as connection:
            await intents.remember(
                connection, intent.id, more, github_id=made.github_id, node_id=made.node_id or None
            )
            await intents.finish(connection, intent.id, intent.revision)
            await writers.unlimited(connection, intent.installation_id)

    async def _put_back(self, intent: Intent, reason: str) -> None:
        async with self._transaction() as connection:
            await intents.put_back(connection, intent.id, reason)

    async def _limited(self, intent: Intent, limit: Limited) -> None:
        """The whole installation waits: going on may get an App banned."""
        _log.warning(
            "writer.limited", installation_id=self.turn.installation_id, seconds=limit.seconds
        )
        async with self._transaction() as connection:
            await writers.limit(connection, self.turn.installation_id, limit.seconds, str(limit))
            await intents.put_back(connection, intent.id, str(limit))

    async def _later(self, intent: Intent, error: TryLater) -> None:
        """With exponential delay, and others meanwhile."""
        _log.info("writer.retry", intent_id=intent.id, reason=str(error))
        delay = min(error.seconds * 2 ** min(intent.attempts, 8), _LONGEST_DELAY)
        async with self._transaction() as connection:
            await intents.retry(connection, intent.id, str(error), max(delay, error.seconds))

    async def _refused(self, due: Due, reason: str) -> None:
        """For good, unless it is a suspension that nobody told us of: what waits is not lost."""
        if "suspended" in reason:
            await self._later(due.intent, TryLater(reason, _LONGEST_DELAY))
        else:
            await self._ended(due.intent, _explained(reason, due))

    async def _ended(self, intent: Intent, reason: str, *, gone: bool = False) -> None:
        """Refused for good: a locked thread, a missing permission, something deleted."""
        _log.info("writer.gone" if gone else "writer.failed", intent_id=intent.id, reason=reason)
        async with self._transaction() as connection:
            await (intents.mark_gone if gone else intents.fail)(connection, intent.id, reason)

    def _transaction(self) -> AbstractAsyncContextManager[Connection]:
        return self.turn.database.tenant(self.turn.installation_id)


def _is_hopeless(intent: Intent) -> bool:
    """Whether it is not tried for ever, not even where it is a bug of ours that ends each try."""
    return intent.attempts >= _LEAST_TRIES and datetime.now(UTC) - intent.opened_at > _GIVEN_UP


def _granted(permissions: Mapping[str, str], installation: Installation) -> dict[str, str]:
    """Those of the permissions that the installation has: to ask for others gives no token."""
    granted = installation.permissions
    return {
        name: level
        for name, level in permissions.items()
        if not granted or granted.get(name) in {level, "write", "admin"}
    }


def _explained(reason: str, due: Due) -> str:
    """Why, with the permission that is missing where one is."""
    needed = KINDS[due.intent.kind].permissions(due.intent)
    has = _granted(needed, due.installation)
    missing = [f"`{name}: {level}`" for name, level in needed.items() if name not in has]
    if not missing or due.repository is None:
        return reason
    return f"The permission {' and '.join(missing)} is missing. {reason}"
