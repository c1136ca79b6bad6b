"""The one way out of a preparation: a proxy that leads to listed hosts, and counts what comes in.

It speaks what installers speak to a proxy: CONNECT for https, whole addresses for http.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MOST_BYTES = 2 << 30
_HEAD = 64 * 1024
_SECONDS = 20.0
_OURS = (b"proxy-", b"connection:", b"keep-alive:")

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Refused(Exception):
    """Somewhere else, or too much."""


@dataclass(slots=True)
class Gate:
    """`doors` are hosts and ports; `refused` those that were asked for in vain. `ways` are open
    connections, and who serves them."""

    doors: frozenset[tuple[str, int]]
    left: int = MOST_BYTES
    refused: set[str] = field(default_factory=set)
    ways: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of an installer, to its end."""
        self.ways[writer] = asyncio.current_task()
        try:
            await self._served(reader, writer)
        finally:
            del self.ways[writer]

    async def close(self) -> None:
        """Installers leave connections open when they end: end them too, and see them end."""
        serving = [task for task in self.ways.values() if task is not None]
        for writer in self.ways:
            writer.transport.abort()
        await asyncio.gather(*serving)

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                outer, first = await self._opened(head)
            try:
                writer.write(first)
                await self._both((reader, writer), outer)
            finally:
                outer[1].close()
        except Refused:
            writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
        except (OSError, ValueError, TimeoutError, EOFError, asyncio.LimitOverrunError):
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
        finally:
            with suppress(OSError):
                writer.close()
                await writer.wait_closed()

    async def _opened(self, head: bytes) -> tuple[Streams, bytes]:
        """The way to the host that is asked for, and what the installer is told first."""
        method, target, _ = head.partition(b"\r\n")[0].decode("latin-1").split(" ", 2)
        if method == "CONNECT":
            return await self._connected(f"//{target}", 443), b"HTTP/1.1 200 OK\r\n\r\n"
        outer = await self._connected(target, 80)
        outer[1].write(_rewritten(method, target, head))
        return outer, b""

    async def _connected(self, target: str, port: int) -> Streams:
        parts = urlsplit(target)
        door = (parts.hostname or "").lower(), parts.port or port
        if door not in self.doors:
            self.refused.add(f"{door[0]}:{door[1]}")
            raise Refused
        return await asyncio.open_connection(*door)

    async def _both(self, inner: Streams, outer: Streams) -> None:
        """Until one side is at its end."""
        pumps = [self._pump(inner[0], outer[1]), self._pump(outer[0], inner[1])]
        tasks = [asyncio.create_task(pump) for pump in pumps]
        done, open_ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in open_:
            task.cancel()
        await asyncio.wait(tasks)
        for task in done:
            task.result()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while part := await source.read(65536):
            self.left -= len(part)
            if self.left < 0:
                raise Refused
            target.write(part)
            await target.drain()


@asynccontextmanager
async def opened(path: Path, doors: frozenset[tuple[str, int]]) -> AsyncIterator[Gate]:
    """A gate at a socket that every account may use which sees it."""
    gate = Gate(doors)
    server = await asyncio.start_unix_server(gate.serve, path, limit=_HEAD)
    os.chmod(path, 0o666)  # noqa: S103 - its folder is the worker's alone
    try:
        yield gate
    finally:
        server.close()
        await gate.close()


def _rewritten(method: str, target: str, head: bytes) -> bytes:
    """As a server wants it; one request a connection, so that the next one is looked at too."""
    parts = urlsplit(target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")[1:]
    kept = [line for line in lines if not line.lower().startswith(_OURS)]
    first = f"{method} {path} HTTP/1.1".encode("latin-1")
    return b"\r\n".join([first, *kept, b"connection: close", b"", b""])
