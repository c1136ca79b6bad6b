"""Settles runs as they end: those that ended meanwhile together, again and again until it works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from core import log
from core.artifacts import Artifacts
from core.db.connect import Database
from core.errors import TryLater, UserError
from workers.engine.ended import Settling
from workers.engine.settle import settle

MOST = 200
"""In one transaction."""
_AGAIN_SECONDS = 0.5
_LATEST_SECONDS = 10.0

_log = log.get(__name__)


@dataclass(slots=True)
class Settler:
    """`over` is told of each that is settled, or cannot be."""

    database: Database
    artifacts: Artifacts
    over: Callable[[Settling], Awaitable[None]]
    _ended: asyncio.Queue[Settling] = field(default_factory=asyncio.Queue)

    def add(self, each: Settling) -> None:
        self._ended.put_nowait(each)

    @property
    def waiting(self) -> int:
        return self._ended.qsize()

    async def serve(self) -> None:
        """For ever. What it is cut off at is left for `finish`."""
        while True:
            group = [await self._ended.get(), *self._more()]
            try:
                await self._settle(group)
            except asyncio.CancelledError:
                # Where it was settled already, settling it again does nothing.
                for each in group:
                    self.add(each)
                raise

    async def finish(self) -> None:
        """Settle what is left, once: what cannot be settled now is taken up by another worker."""
        while left := self._more():
            await self._tried(left)

    def _more(self) -> list[Settling]:
        return [self._ended.get_nowait() for _ in range(min(MOST, self._ended.qsize()))]

    async def _settle(self, group: list[Settling]) -> None:
        """What came of hours of work is not lost because a store is away for a minute."""
        wait = _AGAIN_SECONDS
        while not await self._tried(group):
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LATEST_SECONDS)

    async def _tried(self, group: list[Settling]) -> bool:
        try:
            await settle(self.database, self.artifacts, group)
        except (TryLater, UserError) as error:
            _log.warning("engine.later", reason=str(error))
            return False
        except Exception:  # noqa: BLE001 - its lease runs out, and somebody else takes it up
            _log.exception("settle.bug")
        for each in group:
            await self.over(each)
        return True
