"""The engine's loop: claims as long as there is room, runs what it claimed, and lets go of it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from core import log
from core.db.leases import Held, Leases, Ours
from core.db.workers import TELL_SECONDS
from core.errors import TryLater, UserError
from workers.engine.claim import AHEAD_SECONDS, MOST, TURNS, Claimed, claim
from workers.engine.ended import PUT_BACK, UNTOUCHED, Ended, Settling
from workers.engine.meter import Threads
from workers.engine.places import SHORT_SECONDS, Places
from workers.engine.presence import Presence
from workers.engine.records import Records
from workers.engine.settler import Settler
from workers.engine.think import Engine
from workers.engine.upkeep import Upkeep

LOOK_SECONDS = 0.5
SOON_SECONDS = 0.01
"""After something was found, the next look is soon; each that finds nothing doubles the time."""
UPKEEP_SECONDS = 2.0
STUCK_SECONDS = 1.0
"""What was claimed ahead and waits for so long is put back: another worker may have time."""
_BEHIND = 4 * MOST
"""Runs that ended and are not settled: more are not begun before these are."""

Event = tuple[int, dict[str, object]]
"""What happens, with the id of the repository; whoever watches that is told."""

_log = log.get(__name__)


@dataclass(slots=True)
class _Run:
    """One that goes on. `ended_by` says why it is to end."""

    claimed: Claimed
    task: asyncio.Task[Ended]
    began: float = field(default_factory=time.monotonic)
    ended_by: str = ""

    @property
    def expected(self) -> float:
        """Seconds that it is likely to take; of one that takes long, nothing is expected soon."""
        return float("inf") if self._taken > STUCK_SECONDS else self.claimed.expected

    @property
    def long(self) -> bool:
        return self.claimed.long or self._taken > SHORT_SECONDS

    @property
    def _taken(self) -> float:
        return time.monotonic() - self.began


@dataclass(slots=True)
class Loop:
    """`is_killed` says whether nothing may run now."""

    engine: Engine
    is_killed: Callable[[], Awaitable[bool]]
    tell: Callable[[Sequence[Event]], Awaitable[None]]
    places: Places = field(default_factory=Places.here)
    records: Records = field(default_factory=Records)
    _waiting: deque[Claimed] = field(default_factory=deque)
    _running: dict[int, _Run] = field(default_factory=dict)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)
    _turns: int = 2
    _events: asyncio.Queue[Event] = field(default_factory=partial(asyncio.Queue, MOST))
    _settler: Settler = field(init=False)
    _leases: Leases = field(init=False)

    def __post_init__(self) -> None:
        self._settler = Settler(self.engine.database, self.engine.artifacts, self._over)
        self._leases = Leases(self.engine.database.url, self._hear)

    async def serve(self) -> None:
        """For ever. When it is cancelled, what runs is put back at once."""
        asyncio.get_running_loop().set_default_executor(Threads(thread_name_prefix="thinking"))
        upkeep, presence = Upkeep(self.engine), Presence(self.engine.database, self.engine.lacks)
        beside = [
            asyncio.create_task(self._settler.serve()),
            asyncio.create_task(self._repeat(self._tell, 0.0)),
            asyncio.create_task(self._repeat(presence.tell, TELL_SECONDS)),
            asyncio.create_task(self._repeat(self._look_around, UPKEEP_SECONDS)),
            asyncio.create_task(self._repeat(upkeep.take_up, UPKEEP_SECONDS)),
            asyncio.create_task(self._repeat(upkeep.look, UPKEEP_SECONDS)),
        ]
        with self._leases.kept():
            try:
                await self._claim_for_ever()
            finally:
                self._put_back()
                await _over([*(run.task for run in self._running.values()), *beside])
                await self._settler.finish()
                await presence.leave()

    async def _repeat(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        while True:
            try:
                await work()
            except (TryLater, UserError) as error:
                _log.warning("engine.later", reason=str(error))
            except Exception:  # noqa: BLE001 - one repository's oddity must not end the engine
                _log.exception("engine.bug")
            await asyncio.sleep(seconds)

    async def _claim_for_ever(self) -> None:
        wait = SOON_SECONDS
        while True:
            self._freed.clear()
            looked = self._has_room()
            if looked and await self._claimed():
                wait = SOON_SECONDS
                continue
            # A run that ends makes room at once.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._freed.wait(), wait if looked else LOOK_SECONDS)
            wait = min(2 * wait, LOOK_SECONDS)

    def _has_room(self) -> bool:
        """Also ahead of what will be over in a moment."""
        if self._settler.waiting > _BEHIND:
            return False
        return bool(self._room.free) or self._busy < AHEAD_SECONDS / 2

    @property
    def _room(self) -> Places:
        """Places that something may be claimed for. Where a wide one will be free in a moment, the
        next is claimed ahead for that: nothing has to pass by."""
        room = self._left.left(each.long for each in self._waiting)
        return room if room.wide or self._busy >= AHEAD_SECONDS else Places(0, 0)

    @property
    def _busy(self) -> float:
        """Seconds until what was claimed ahead is begun, as is likely."""
        ahead = sum(each.expected for each in self._waiting)
        return ahead + min((run.expected for run in self._running.values()), default=0.0)

    @property
    def _left(self) -> Places:
        """Places beside what runs."""
        return self.places.left(run.long for run in self._running.values())

    async def _claimed(self) -> bool:
        """Whether something was claimed."""
        try:
            found = [] if await self.is_killed() else await self._found()
        except (TryLater, UserError) as error:
            _log.warning("engine.later", reason=str(error))
            return False
        except Exception:  # noqa: BLE001 - one repository's oddity must not end the engine
            _log.exception("engine.bug")
            return False
        # As many turns as there was something to do for, and some more.
        used = len({each.repository.id for each in found})
        self._turns = max(2, min(TURNS, 2 * used))
        self._leases.hold({each.thought.id: each.thought.attempts for each in found})
        self._waiting.extend(found)
        self._begin()
        return bool(found)

    async def _found(self) -> list[Claimed]:
        room = self._room
        # Whose turn it is may have nothing that is short.
        turns = TURNS if room.free and not room.wide else self._turns
        async with self.engine.database.system() as connection:
            now = datetime.now(UTC)
            found = await claim(
                *(connection, self.records),
                room=room,
                now=now,
                turns=turns,
                has_model=self.engine.has_model,
            )
        return found or []

    def _begin(self) -> None:
        """Those that have a place, in turn: what is short passes by what waits for a wide one."""
        left = self._left
        for claimed in [*self._waiting] if left.free else ():
            if not left.takes(long=claimed.long):
                continue
            left = left.left([claimed.long])
            self._waiting.remove(claimed)
            task = asyncio.create_task(self._run(claimed))
            self._running[claimed.thought.id] = _Run(claimed, task)
            task.add_done_callback(partial(self._ended, claimed))

    async def _run(self, claimed: Claimed) -> Ended:
        running = self.engine.started(claimed, partial(self._told, claimed, "running"))
        try:
            return await running.carried_out()
        except asyncio.CancelledError:
            because = self._running[claimed.thought.id].ended_by
            status = "cancelled" if because else PUT_BACK
            return running.ended(status, problem=because or "Its worker stopped.")

    def _ended(self, claimed: Claimed, task: asyncio.Task[Ended]) -> None:
        """However it ended: one that was cancelled before its first step did not begin."""
        self._running.pop(claimed.thought.id)
        ended = Ended(UNTOUCHED) if task.cancelled() else task.result()
        if ended.status != UNTOUCHED:
            self.records.lasted(claimed.thought, ended.spent.seconds)
        self._settle(claimed, ended)
        self._begin()
        if not self._waiting or self._has_room():
            self._freed.set()

    def _settle(self, claimed: Claimed, ended: Ended) -> None:
        self._settler.add(
            Settling(claimed.thought, claimed.run, ended, claimed.expected, self.records)
        )

    async def _over(self, settled: Settling) -> None:
        self._leases.release(settled.thought.id)
        status = settled.ended.status
        if status not in ("nothing", "known", UNTOUCHED):
            await self._told(settled, status)

    async def _told(self, about: Claimed | Settling, status: str) -> None:
        """Whoever watches does not make the others wait."""
        event: dict[str, object] = {"type": "run", "status": status, "thought": about.thought.kind}
        if self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(
            (about.thought.repository_id, event | {"run_id": str(about.run.id)})
        )

    async def _tell(self) -> None:
        """What happened meanwhile, together."""
        first = await self._events.get()
        await self.tell([first, *(self._events.get_nowait() for _ in range(self._events.qsize()))])

    async def _look_around(self) -> None:
        """What hangs is put back: what somebody claimed ahead, and all where nothing may run."""
        self._leases.alive()
        if await self.is_killed():
            self._put_back()
            for run in self._running.values():
                _end(run.task)
        elif self._waiting and all(run.expected > STUCK_SECONDS for run in self._running.values()):
            self._put_back()

    def _put_back(self) -> None:
        while self._waiting:
            self._settle(self._waiting.popleft(), Ended(UNTOUCHED))

    def _hear(self, held: Held, ours: Ours) -> None:
        """In the event loop: end what somebody wants to end, or what another has by now."""
        for number, run in list(self._running.items()):
            by = ours.get(number)
            if held.get(number) == run.claimed.thought.attempts and by != "":
                run.ended_by = _because(by)
                _end(run.task)
        waiting = [*self._waiting]
        self._waiting.clear()
        for each in waiting:
            by = ours.get(each.thought.id)
            if held.get(each.thought.id) != each.thought.attempts or by == "":
                self._waiting.append(each)
            else:
                self._settle(each, Ended("cancelled", problem=_because(by)))


def _because(by: str | None) -> str:
    return f"{by} cancelled it." if by else "Another worker has it."


def _end(task: asyncio.Task[Ended]) -> None:
    """Once: a second time would cut off the settling that follows from the first."""
    if not task.cancelling():
        task.cancel()


async def _over(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
