"""A way to a store that can be shut, or made slow, or blocked without anybody being told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit


class Door:
    """`shut`: who comes is turned away, and counted. `seconds`: each answer of the store comes so
    much later. `blocked`: nothing comes through, and no connection ends."""

    def __init__(self, url: str) -> None:
        self.to, self.url = urlsplit(url), ""
        self.shut, self.turned_away, self.seconds = False, 0, 0.0
        self._passable = asyncio.Event()
        self._passable.set()
        self._open: list[asyncio.StreamWriter] = []

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.shut:
            self.turned_away += 1
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(self.to.hostname, self.to.port)
        self._open += [writer, back]
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer, slow=True))

    def close(self) -> None:
        self.shut = True
        self._passable.set()
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    def block(self) -> None:
        self._passable.clear()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool = False
    ) -> None:
        try:
            while content := await reader.read(65536):
                await asyncio.sleep(self.seconds if slow else 0)
                await self._passable.wait()
                writer.write(content)
                await writer.drain()
        except ConnectionError:
            pass
        writer.transport.abort()


@asynccontextmanager
async def door_to(url: str) -> AsyncIterator[Door]:
    door = Door(url)
    async with await asyncio.start_server(door.enter, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        who, at, _ = door.to.netloc.rpartition("@")
        door.url = urlunsplit(door.to._replace(netloc=f"{who}{at}127.0.0.1:{port}"))
        yield door
        door.close()
