"""What cannot be decided yet: GitHub has to tell our name first, and may be away. Such deliveries
are stored and answered like all others, and followed as soon as it is back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from bot.intake import Received
from core import log
from core.db import deliveries
from core.db.connect import Database
from core.errors import Skip, TryLater, UserError
from core.github import GitHub
from core.tasks import ended

PATIENCE_SECONDS = 2.0
"""GitHub waits ten for our answer."""
LOOK_SECONDS = 2.0
"""Between two looks at what waits; another door may have left it."""
_LONGEST_SECONDS = 30.0
"""Between two where GitHub stays away."""
_MOST = 50

_KEPT_SECONDS = 60.0
"""Of our name; who knows GitHub keeps it longer."""

_log = log.get(__name__)


@dataclass(slots=True)
class Name:
    """Ours on GitHub, by which people mention us. It is asked for once at a time, and kept for a
    while: an App may be renamed."""

    github: GitHub
    _asking: asyncio.Task[str] | None = None
    _asked_at: float = 0.0

    async def get(self) -> str:
        """Raise TryLater where GitHub does not tell it soon."""
        if self._asking is None or (self._asking.done() and not self._is_known(self._asking)):
            self._asking, self._asked_at = asyncio.create_task(self._ask()), time.monotonic()
        told, _ = await asyncio.wait({self._asking}, timeout=PATIENCE_SECONDS)
        if not told:
            raise TryLater("GitHub takes long to answer")
        return self._asking.result()

    def _is_known(self, task: asyncio.Task[str]) -> bool:
        is_fresh = time.monotonic() - self._asked_at < _KEPT_SECONDS
        return is_fresh and not task.cancelled() and task.exception() is None

    async def _ask(self) -> str:
        try:
            return (await self.github.app()).slug
        except (Skip, UserError) as error:
            raise TryLater(str(error)) from error

    async def close(self) -> None:
        if self._asking is not None:
            await ended(self._asking)


@dataclass(slots=True)
class Later:
    """`take` does with a delivery what is done when it arrives."""

    database: Database
    name: Name
    take: Callable[[Received], Awaitable[object]]

    async def running(self, _: object) -> AsyncIterator[None]:
        """As long as the server does."""
        looking = asyncio.create_task(self._look())
        yield
        await ended(looking)
        await self.name.close()

    async def _look(self) -> None:
        pause = LOOK_SECONDS
        while True:
            try:
                while await self.follow():
                    pass
                pause = LOOK_SECONDS
            except (TryLater, UserError):  # the database may be away, too
                pause = min(2 * pause, _LONGEST_SECONDS)
            except Exception:  # noqa: BLE001 - a bug in one look is no reason to stop looking
                _log.exception("webhook.bug")
                pause = min(2 * pause, _LONGEST_SECONDS)
            await asyncio.sleep(pause)

    async def follow(self) -> bool:
        """Take some of what waits; whether there may be more."""
        async with self.database.system() as connection:
            waiting = await deliveries.waiting(connection, limit=_MOST)
        if not waiting:
            return False
        await self.name.get()
        _log.info("webhook.later", deliveries=len(waiting))
        for each in waiting:
            await self.take(Received(each.id, each.event, each.payload))
        return len(waiting) == _MOST
