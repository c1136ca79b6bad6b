"""The engine's loop: claims as long as there is room, keeps its claims alive, and ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core import log
from core.db import claims
from core.db.thoughts import Thought
from core.errors import TryLater
from workers.engine.claim import Claimed, claim
from workers.engine.records import Records
from workers.engine.settle import Settling, settle
from workers.engine.think import Engine
from workers.engine.upkeep import Upkeep

AT_ONCE = 1
"""Thoughts that one process runs at a time: most of them keep a processor busy by themselves."""
LOOK_SECONDS = 0.5
BEAT_SECONDS = 2.0

Tell = Callable[[int, dict[str, object]], Awaitable[None]]
"""Tells whoever watches a repository, by its id, what happens."""

_log = log.get(__name__)


@dataclass(slots=True)
class Loop:
    """`is_killed` says whether nothing may run now."""

    engine: Engine
    is_killed: Callable[[], Awaitable[bool]]
    tell: Tell
    at_once: int = AT_ONCE
    records: Records = field(default_factory=Records)
    _held: dict[int, tuple[Thought, asyncio.Task[None]]] = field(default_factory=dict)
    _ended_by: dict[int, str] = field(default_factory=dict)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self) -> None:
        """For ever. When it is cancelled, what runs is put back at once."""
        upkeep = Upkeep(self.engine)
        beside = [
            asyncio.create_task(self._repeat(BEAT_SECONDS, self._beat)),
            asyncio.create_task(self._repeat(BEAT_SECONDS, upkeep.look)),
        ]
        try:
            while True:
                self._freed.clear()
                if not await self._claimed():
                    # A run that ends makes room at once.
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._freed.wait(), LOOK_SECONDS)
        finally:
            for task in (*beside, *(task for _, task in self._held.values())):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _repeat(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except TryLater as error:
                _log.warning("engine.later", reason=str(error))
            except Exception:  # noqa: BLE001 - one repository's oddity must not end the engine
                _log.exception("engine.bug")
            await asyncio.sleep(seconds)

    async def _claimed(self) -> bool:
        """Whether something was claimed; where there is no room, nothing is looked for."""
        room = self.at_once - len(self._held)
        if room <= 0 or await self.is_killed():
            return False
        try:
            async with self.engine.database.system() as connection:
                found = await claim(connection, self.records, room=room, now=datetime.now(UTC))
        except TryLater as error:
            _log.warning("engine.later", reason=str(error))
            return False
        for each in found or []:
            task = asyncio.create_task(self._run(each))
            self._held[each.thought.id] = (each.thought, task)
        return bool(found)

    async def _run(self, claimed: Claimed) -> None:
        thought = claimed.thought
        about = {"thought": thought.kind, "run_id": str(claimed.run.id)}
        await self.tell(thought.repository_id, {"type": "run", "status": "running", **about})
        running = self.engine.started(thought, claimed.repository, claimed.snapshot)
        try:
            ended = await running.carried_out()
        except asyncio.CancelledError:
            because = self._ended_by.pop(thought.id, "")
            status = "cancelled" if because else "put_back"
            ended = running.ended(status, problem=because or "Its worker stopped.")
        try:
            settling = Settling(thought, claimed.run, ended, claimed.expected, self.records)
            await settle(self.engine.database, self.engine.artifacts, [settling])
        finally:
            self._held.pop(thought.id, None)
            self._freed.set()
        await self.tell(thought.repository_id, {"type": "run", "status": ended.status, **about})

    async def _beat(self) -> None:
        """Keep the leases, and end what somebody wants to end, or what another has by now."""
        if not self._held:
            return
        if await self.is_killed():
            for _, task in list(self._held.values()):
                _end(task)
            return
        attempts = {number: thought.attempts for number, (thought, _) in self._held.items()}
        async with self.engine.database.system() as connection:
            ours = await claims.extend(connection, attempts)
        for number, (_, task) in list(self._held.items()):
            by = ours.get(number)
            if number in attempts and by != "":
                self._ended_by[number] = f"{by} cancelled it." if by else "Another worker has it."
                _end(task)


def _end(task: asyncio.Task[None]) -> None:
    """Once: a second time would cut off the settling that follows from the first."""
    if not task.cancelling():
        task.cancel()
