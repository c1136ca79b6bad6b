"""Leases: what keeps a claim alive while its worker works, beaten by a thread of its own.

The thread has a connection of its own too, so that neither a busy event loop nor a busy pool costs
a worker what it holds.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg
from psycopg.rows import TupleRow

from core.db.thoughts import LEASE_SECONDS

_Connection = psycopg.Connection[TupleRow]

BEAT_SECONDS = 2.0
PATIENCE_SECONDS = 600.0
"""A worker that gave no sign for so long hangs, and what it holds is anybody's."""

_SESSION = "SET ROLE ponder_app; SET ponder.installation = 'system'; SET statement_timeout = '10s'"
# A row that is being settled is locked, and needs no lease any more.
_BEAT = (
    "WITH held AS (SELECT * FROM unnest(%(ids)s::bigint[], %(attempts)s::int[]) AS h (id, attempt)"
    "), free AS (SELECT t.id FROM thoughts t JOIN held ON t.id = held.id "
    "AND t.attempts = held.attempt AND t.state = 'running' ORDER BY t.id "
    "FOR UPDATE OF t SKIP LOCKED), beat AS (UPDATE thoughts t "
    "SET lease_until = now() + %(seconds)s * interval '1 second' FROM free WHERE t.id = free.id) "
    "SELECT t.id, t.cancelled_by FROM thoughts t JOIN held ON t.id = held.id "
    "AND t.attempts = held.attempt AND t.state = 'running'"
)

Held = Mapping[int, int]
"""Attempts by the Thought's id."""
Ours = Mapping[int, str]
"""Who wants each of the claims that are still ours to end, '' for nobody, by the Thought's id."""


@dataclass(slots=True)
class Leases:
    """`told` is called in the event loop with what was held, and what of that is still ours. The
    owner calls `alive` now and then: whose event loop hangs for ever loses what it holds."""

    url: str
    told: Callable[[Held, Ours], None]
    _held: dict[int, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _sign: float = field(default_factory=time.monotonic)

    def hold(self, held: Held) -> None:
        self._held.update(held)

    def release(self, thought_id: int) -> None:
        self._held.pop(thought_id, None)

    def alive(self) -> None:
        self._sign = time.monotonic()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While this lasts, in an event loop, what is held stays ours."""
        loop = asyncio.get_running_loop()
        self.alive()
        thread = threading.Thread(target=self._beat, args=(loop,), name="leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            # A server that is away comes back, or the leases run out: both are nothing to say here.
            with suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(_SESSION)
                self._beat_on(connection, loop)

    def _beat_on(self, connection: _Connection, loop: asyncio.AbstractEventLoop) -> None:
        """Until it is over, or the connection breaks."""
        while not self._stop.is_set():
            held = self._held.copy()
            if held and time.monotonic() - self._sign < PATIENCE_SECONDS:
                loop.call_soon_threadsafe(self.told, held, beat(connection, held))
            self._stop.wait(BEAT_SECONDS)


def beat(connection: _Connection, held: Held) -> Ours:
    """One heartbeat."""
    cursor = connection.execute(
        _BEAT,
        {"ids": list(held), "attempts": list(held.values()), "seconds": LEASE_SECONDS},
    )
    return dict(cursor.fetchall())
