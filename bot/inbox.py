"""Store what arrives, many deliveries in one transaction: a commit costs as much for fifty.

Nobody waits for company: whoever comes while nothing is being stored is stored at once, and those
who come meanwhile are stored together, next. The more there are, the less each costs.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.intake import Refusal
from bot.storing import Arrival, Outcome, store
from core import log
from core.db.connect import Database
from core.db.work import Work
from core.errors import TryLater, UserError

BUG = "Stored, but not processed, because of a bug of Ponder's; its log has the details."
MOST = 100
"""Deliveries in one transaction. Locks are held until its end, and others may wait for them."""

AWAKE_SECONDS = 5.0
"""For so long, or twice, nobody is woken for the same work again."""

_log = log.get(__name__)


_Waiting = tuple[Arrival, "asyncio.Future[Outcome]"]
_Taken = tuple[list[Outcome | Exception], list[Work]]
"""What became of each, and the work to wake."""

Woken = Callable[[Sequence[Work]], Awaitable[None]]
"""Told of the work of a batch, after its commit."""


@dataclass(slots=True)
class Inbox:
    """One transaction after the other."""

    database: Database
    public_url: str
    woken: Woken
    _waiting: list[_Waiting] = field(default_factory=list)
    _storing: asyncio.Task[None] | None = None
    _waking: set[asyncio.Task[None]] = field(default_factory=set)
    _lately: set[int] = field(default_factory=set)
    _before: set[int] = field(default_factory=set)
    _turned: float = field(default_factory=time.monotonic)

    async def put(self, arrival: Arrival) -> Outcome:
        """Return once it is stored, with all that follows from it. Raise TryLater or UserError
        where the database does not take it: then nothing of it is stored."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, future))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store())
        outcome: Outcome = await future
        return outcome

    async def close(self) -> None:
        """What was promised is done."""
        while tasks := [*([self._storing] if self._storing else []), *self._waking]:
            await asyncio.wait(tasks)

    async def _store(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = _next(self._waiting)
                outcomes, queued = await self._taken([arrival for arrival, _ in batch])
                self._tell(batch, outcomes)
                self._wake(queued)
        finally:
            self._storing = None

    def _tell(self, batch: Sequence[_Waiting], outcomes: Sequence[Outcome | Exception]) -> None:
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.done():
                continue  # who asked has gone
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
        stored = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
        _log.info("webhook.stored", **_summary([arrival for arrival, _ in batch], stored))

    def _wake(self, queued: Iterable[Work]) -> None:
        if rows := self._asleep(queued):
            task = asyncio.ensure_future(self.woken(rows))
            self._waking.add(task)
            task.add_done_callback(self._waking.discard)

    def _asleep(self, rows: Iterable[Work]) -> list[Work]:
        """Those that nobody was woken for lately: a burst of pushes is one index. A row that is
        met again was not begun yet; were its wake-up lost, the sweeper finds it as soon."""
        now = time.monotonic()
        if now > self._turned + AWAKE_SECONDS:
            self._before, self._lately, self._turned = self._lately, set(), now
        asleep = {
            row.id: row for row in rows if row.id not in self._lately and row.id not in self._before
        }
        self._lately |= asleep.keys()
        return list(asleep.values())

    async def _taken(self, arrivals: Sequence[Arrival]) -> _Taken:
        """Where a whole batch fails, each is tried alone: others' trouble is not its own."""
        try:
            stored = await store(self.database, self.public_url, arrivals)
        except (TryLater, UserError) as error:
            if len(arrivals) == 1:
                return [error], []
        except Exception as error:  # noqa: BLE001 - the door answers for it, and takes the next
            if len(arrivals) == 1:
                _log.exception("webhook.bug")
                return await self._as_failed(arrivals[0], error)
        else:
            return [*stored.outcomes], stored.queued
        taken: _Taken = [], []
        for arrival in arrivals:
            outcomes, queued = await self._taken([arrival])
            taken[0].extend(outcomes)
            taken[1].extend(queued)
        return taken

    async def _as_failed(self, arrival: Arrival, error: Exception) -> _Taken:
        """Stored, so that it is known to have come; the error itself where not even that works."""
        if isinstance(arrival.decision, Refusal):
            return [error], []
        return await self._taken([replace(arrival, decision=Refusal(500, BUG))])


def _summary(arrivals: Sequence[Arrival], outcomes: Sequence[Outcome]) -> Mapping[str, str | int]:
    """One delivery is told of in full, and of many how many came to what."""
    if len(arrivals) > 1 or not outcomes:
        return dict(Counter(outcome.state for outcome in outcomes))
    (arrival,), (outcome,) = arrivals, outcomes
    told = {"event_name": arrival.received.event, "delivery": str(arrival.id)}
    return told | {"state": outcome.state, "reason": outcome.reason}


def _next(waiting: list[_Waiting]) -> tuple[list[_Waiting], list[_Waiting]]:
    """The next batch, and who waits for another: of one delivery that came twice, the second."""
    batch: dict[object, _Waiting] = {}
    later = []
    for each in waiting:
        if len(batch) < MOST and each[0].id not in batch:
            batch[each[0].id] = each
        else:
            later.append(each)
    return list(batch.values()), later
