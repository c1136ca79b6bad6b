"""A turn to write for one installation: the lease, the pause between writes, the kill switch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from core.db import switches, writers
from core.db.connect import Connection, Database
from core.errors import TryLater
from core.tasks import ended

PATIENCE_SECONDS = 5.0
"""A longer wait is left to another job: GitHub asked for it."""
BEAT_SECONDS = 4.0
ALONE_SECONDS = writers.LEASE_SECONDS - 6.0
"""Whoever could not prolong the lease for so long drops its work while the lease still holds."""


class Over(TryLater):
    """The turn ends before the work does; nothing that was begun counts as tried."""


@dataclass(frozen=True, slots=True)
class Turn:
    """`pause` is the seconds between two writes, `killed` what the environment says of the kill
    switch. No connection is held while waiting."""

    database: Database
    installation_id: int
    pause: float = 1.0
    killed: bool = False
    holder: UUID = field(default_factory=uuid4)

    async def take(self) -> bool:
        """False where another writes for this installation: it will see what we would."""
        async with self.database.tenant(self.installation_id) as connection:
            return await writers.take(connection, self.installation_id, self.holder)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep the lease, however long GitHub takes. Raise Over where it could not be kept."""
        try:
            async with asyncio.timeout(ALONE_SECONDS) as alone:
                heart = asyncio.create_task(self._beat(alone))
                try:
                    yield
                finally:
                    await ended(heart)
        except TimeoutError as error:
            raise Over("the lease could not be kept", 0) from error

    async def ready(self) -> None:
        """Wait until something may be written, and hold the lease from now on for long enough to
        do it. Raise Over where that is not soon, or not ours."""
        while wait := await self._wait():
            if wait > PATIENCE_SECONDS:
                raise Over("GitHub asked for a longer pause", wait)
            await asyncio.sleep(wait)

    async def hold(self) -> None:
        """Hold the lease while something is looked for. Raise Over where it is not ours."""
        await self._wait()

    async def rest(self) -> None:
        """Something was sent just now."""
        async with self.database.tenant(self.installation_id) as connection:
            await writers.rest(connection, self.installation_id, self.pause)

    async def release(self) -> None:
        async with self.database.tenant(self.installation_id) as connection:
            await writers.release(connection, self.installation_id, self.holder)

    async def _beat(self, alone: asyncio.Timeout) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(TryLater):  # a database that is away is asked again
                async with self.database.tenant(self.installation_id) as connection:
                    held = await writers.keep(connection, self.installation_id, self.holder)
                if held is not None:
                    alone.reschedule(asyncio.get_running_loop().time() + ALONE_SECONDS)

    async def _wait(self) -> float:
        async with self.database.tenant(self.installation_id) as connection:
            await self._alive(connection)
            wait = await writers.keep(connection, self.installation_id, self.holder)
        if wait is None:
            raise Over("another writer took over", 0)
        return wait

    async def _alive(self, connection: Connection) -> None:
        if self.killed or await switches.is_on(connection, switches.KILL):
            raise Over("the kill switch is on", 30)
