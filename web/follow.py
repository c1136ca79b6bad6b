"""Following an answer: the worker's events over Redis, and the row where Redis is silent."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from core import stream
from core.db import answers
from core.db.answers import Answer
from core.db.connect import Database
from core.queue import Queue
from core.stream import Event

LONGEST_SECONDS = 600.0
_POLL_SECONDS = 0.5
IDLE: Event = {"type": "idle"}


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows answers of one installation. `closing` ends every stream when the server stops."""

    database: Database
    queue: Queue
    closing: asyncio.Event
    installation_id: int

    async def row(self, answer_id: UUID) -> Answer | None:
        async with self.database.tenant(self.installation_id) as connection:
            return await answers.get(connection, answer_id)

    async def settled(self, answer_id: UUID) -> Answer | None:
        """The row once it is no longer pending; None if the server closes or it takes too long."""
        async for _, event in self.events(answer_id, pulse_seconds=1.0):
            if event["type"] in stream.LAST:
                break
        row = await self.row(answer_id)
        return row if row and row.state != "pending" else None

    async def events(
        self, answer_id: UUID, *, after: str = "0", pulse_seconds: float = 5.0
    ) -> AsyncIterator[tuple[str, Event]]:
        """(id, event) up to the last, with an `idle` at least every `pulse_seconds`.

        Stops without a last event when the server closes or the answer takes too long.
        """
        deadline = time.monotonic() + LONGEST_SECONDS
        async with contextlib.aclosing(self._from_either(answer_id, after)) as source:
            async for item in self._pulsed(source, pulse_seconds):
                if item is None and time.monotonic() > deadline:
                    return
                yield item or ("", IDLE)

    async def _from_either(
        self, answer_id: UUID, after: str
    ) -> AsyncGenerator[tuple[str, Event], None]:
        """The row decides when it is over: a stream may be lost, or may have run out."""
        if last := self._last(await self.row(answer_id)):
            yield "", last
            return
        heard = stream.subscribe(self.queue.redis, str(answer_id), after=after, idle_seconds=2.0)
        async for event_id, event in heard:
            if event["type"] in stream.LAST:
                break
            if event["type"] != "idle":
                yield event_id, event
            elif last := self._last(await self.row(answer_id)):
                yield "", last
                return
        # The last event may be heard before the row is committed; and where Redis is away,
        # the row is all there is.
        while True:
            if last := self._last(await self.row(answer_id)):
                yield "", last
                return
            await asyncio.sleep(_POLL_SECONDS)

    @staticmethod
    def _last(row: Answer | None) -> Event | None:
        if row is None:
            return {"type": "error", "message": "The answer was deleted."}
        if row.state == "failed":
            return {"type": "error", "message": row.notice or "The question was not answered."}
        return {"type": "done", "answer_id": str(row.id)} if row.state == "done" else None

    async def _pulsed(
        self, source: AsyncGenerator[tuple[str, Event], None], seconds: float
    ) -> AsyncIterator[tuple[str, Event] | None]:
        """Items of `source`, and None after each `seconds` without; ends when the server closes."""
        closing = asyncio.ensure_future(self.closing.wait())
        coming = asyncio.ensure_future(anext(source, None))
        try:
            while not self.closing.is_set():
                await asyncio.wait(
                    {coming, closing}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
                )
                if not coming.done():
                    yield None
                elif (item := coming.result()) is None:
                    return
                else:
                    yield item
                    coming = asyncio.ensure_future(anext(source, None))
        finally:
            for task in (coming, closing):
                task.cancel()
            await asyncio.gather(coming, closing, return_exceptions=True)
