"""Store what arrives, many deliveries in one transaction: a commit costs as much for fifty.

Nobody waits for company: whoever comes while nothing is being stored is stored at once, and those
who come meanwhile are stored together, next. There are a few lanes, so that one is read while
another is written; what is about one installation keeps to one of them.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from bot.decision import Decision, Effect, Ignore
from bot.effects import perform
from bot.intake import Received, Refusal
from bot.payload import Payload
from core import log
from core.db import deliveries
from core.db.connect import Connection, Database
from core.db.deliveries import New
from core.db.work import Work
from core.errors import Skip, TryLater, UserError

BUG = "Stored, but not processed, because of a bug of Ponder's; its log has the details."
MOST = 50
"""Deliveries in one transaction. Locks are held until its end, and others may wait for them."""

LANES = 3
_AWAKE_SECONDS = 1.0

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery, and what is to follow of it; a Refusal: it is stored as failed, and told so."""

    received: Received
    decision: Decision | Refusal
    slug: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` is that of the row, or 'duplicate'. `queued` is the work to wake."""

    state: str
    reason: str = ""
    queued: tuple[Work, ...] = ()
    refusal: Refusal | None = None


_Waiting = tuple[Arrival, "asyncio.Future[Outcome]"]


Woken = Callable[[Sequence[Work]], Awaitable[None]]
"""Told of the work of a batch, after its commit."""


@dataclass
class Inbox:
    database: Database
    public_url: str
    woken: Woken
    _lanes: list[Lane] = field(init=False)

    def __post_init__(self) -> None:
        lane = (self.database, self.public_url, self.woken)
        self._lanes = [Lane(*lane) for _ in range(LANES)]

    async def put(self, arrival: Arrival) -> Outcome:
        """Return once it is stored, with all that follows from it. Raise TryLater or UserError
        where the database does not take it: then nothing of it is stored."""
        installation_id, _ = _place(arrival)
        # By its GUID where nothing follows: then it waits for nobody in particular.
        follows = isinstance(arrival.decision, Effect)
        number = installation_id if follows else arrival.received.id.int
        return await self._lanes[number % LANES].put(arrival)

    async def close(self) -> None:
        """What was promised is done."""
        for lane in self._lanes:
            await lane.close()


@dataclass(slots=True)
class Lane:
    """One transaction after the other."""

    database: Database
    public_url: str
    woken: Woken
    _waiting: list[_Waiting] = field(default_factory=list)
    _storing: asyncio.Task[None] | None = None
    _waking: set[asyncio.Task[None]] = field(default_factory=set)
    _woken: dict[int, float] = field(default_factory=dict)

    async def put(self, arrival: Arrival) -> Outcome:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, future))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store())
        outcome: Outcome = await future
        return outcome

    async def close(self) -> None:
        while tasks := [*([self._storing] if self._storing else []), *self._waking]:
            await asyncio.wait(tasks)

    async def _store(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = _next(self._waiting)
                self._tell(batch, await self._taken([arrival for arrival, _ in batch]))
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
        if rows := self._asleep(row for outcome in stored for row in outcome.queued):
            task = asyncio.ensure_future(self.woken(rows))
            self._waking.add(task)
            task.add_done_callback(self._waking.discard)

    def _asleep(self, rows: Iterable[Work]) -> list[Work]:
        """Those that nobody was woken for a moment ago: a burst of pushes is one index."""
        now = time.monotonic()
        self._woken = {row: at for row, at in self._woken.items() if at > now - _AWAKE_SECONDS}
        asleep = {row.id: row for row in rows if row.id not in self._woken}
        self._woken |= dict.fromkeys(asleep, now)
        return list(asleep.values())

    async def _taken(self, arrivals: Sequence[Arrival]) -> list[Outcome | Exception]:
        """Where a whole batch fails, each is tried alone: others' trouble is not its own."""
        try:
            return list(await self._together(arrivals))
        except (TryLater, UserError) as error:
            if len(arrivals) == 1:
                return [error]
        except Exception as error:  # noqa: BLE001 - the door answers for it, and takes the next
            if len(arrivals) == 1:
                _log.exception("webhook.bug")
                return [await self._as_failed(arrivals[0], error)]
        return [one for arrival in arrivals for one in await self._taken([arrival])]

    async def _as_failed(self, arrival: Arrival, error: Exception) -> Outcome | Exception:
        """Stored, so that it is known to have come; the error itself where not even that works."""
        if isinstance(arrival.decision, Refusal):
            return error
        (outcome,) = await self._taken([replace(arrival, decision=Refusal(500, BUG))])
        return outcome

    async def _together(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        async with self.database.system() as connection:
            new = await deliveries.receive(connection, [_row(arrival) for arrival in arrivals])
            follow = [arrival for arrival in arrivals if arrival.received.id in new]
            outcomes = await self._followed(connection, follow)
            skipped = {
                arrival.received.id: outcomes[arrival.received.id].reason
                for arrival in follow
                if isinstance(arrival.decision, Effect)
                and outcomes[arrival.received.id].state == "ignored"
            }
            await deliveries.ignore(connection, skipped)
        duplicate = Outcome("duplicate")
        return [outcomes.get(arrival.received.id, duplicate) for arrival in arrivals]

    async def _followed(
        self, connection: Connection, arrivals: Sequence[Arrival]
    ) -> dict[UUID, Outcome]:
        """What different repositories need is sent to the server together, and not one question
        after the other's answer; what one needs keeps its order."""
        if len(arrivals) < 2:
            return {each.received.id: await self._follow(connection, each) for each in arrivals}
        places: dict[tuple[int, int], list[Arrival]] = {}
        for arrival in arrivals:
            places.setdefault(_place(arrival), []).append(arrival)
        outcomes: dict[UUID, Outcome] = {}

        async def of_place(here: Sequence[Arrival]) -> None:
            for arrival in here:
                outcomes[arrival.received.id] = await self._follow(connection, arrival)

        async with connection.pipeline():
            # In one order by everybody, so that two batches do not wait for each other's rows.
            following = [of_place(places[place]) for place in sorted(places)]
            ended = await asyncio.gather(*following, return_exceptions=True)
        for each in ended:
            if each is not None:
                raise each
        return outcomes

    async def _follow(self, connection: Connection, arrival: Arrival) -> Outcome:
        """Do what was decided. A Skip has written nothing; anything else ends the transaction."""
        decision = arrival.decision
        if isinstance(decision, Refusal):
            return Outcome("failed", str(decision), refusal=decision)
        if isinstance(decision, Ignore):
            return Outcome("ignored", decision.reason)
        try:
            queued = await self._perform(connection, decision, arrival.slug)
        except Skip as reason:
            return Outcome("ignored", str(reason))
        return Outcome("done", queued=tuple(queued))

    async def _perform(self, connection: Connection, effect: Effect, slug: str) -> list[Work]:
        return await perform(connection, effect, slug=slug, public_url=self.public_url)


def _summary(arrivals: Sequence[Arrival], outcomes: Sequence[Outcome]) -> Mapping[str, str | int]:
    """One delivery is told of in full, and of many how many came to what."""
    if len(arrivals) > 1 or not outcomes:
        return dict(Counter(outcome.state for outcome in outcomes))
    (arrival,), (outcome,) = arrivals, outcomes
    told = {"event_name": arrival.received.event, "delivery": str(arrival.received.id)}
    return told | {"state": outcome.state, "reason": outcome.reason}


def _next(waiting: list[_Waiting]) -> tuple[list[_Waiting], list[_Waiting]]:
    """The next batch, and who waits for another: of one delivery that came twice, the second."""
    batch: dict[object, _Waiting] = {}
    later = []
    for each in waiting:
        if len(batch) < MOST and each[0].received.id not in batch:
            batch[each[0].received.id] = each
        else:
            later.append(each)
    return list(batch.values()), later


def _place(arrival: Arrival) -> tuple[int, int]:
    """Which repository of which installation it is about, 0 where it is about none."""
    payload = Payload(arrival.received.payload)
    return _id(payload, "installation.id") or 0, _id(payload, "repository.id") or 0


def _row(arrival: Arrival) -> New:
    received, decision = arrival.received, arrival.decision
    payload = Payload(received.payload)
    action = payload.get("action")
    state: deliveries.State = "done"
    reason = ""
    if isinstance(decision, Refusal):
        state, reason = "failed", str(decision)
    elif isinstance(decision, Ignore):
        state, reason = "ignored", decision.reason
    return New(
        id=received.id,
        event=received.event,
        action=action if isinstance(action, str) else "",
        installation_id=_id(payload, "installation.id"),
        github_id=_id(payload, "repository.id"),
        # Of what nothing follows from, nothing will be read again.
        payload="{}" if state == "ignored" else received.text,
        state=state,
        reason=reason,
    )


def _id(payload: Payload, path: str) -> int | None:
    value = payload.get(path)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value < 2**63 else None
