"""Signed deliveries over kept connections, as many as are answered or so many a second.

Requests are made beforehand but for their GUID, and of an answer only what must be is read: what a
client costs is taken from the server that it shares a machine with.

python -m benchmarks.intake.load PORT PAYLOADS SECONDS CONNECTIONS RATE (0: as many as are answered)
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

_GUID = b"00000000-0000-4000-8000-%012x"


@dataclass
class Load:
    """`requests` have a slot for the GUID. `took` are seconds from when each was due (or sent, as
    many as are answered) until its answer."""

    port: int
    requests: list[bytes]
    ends: float
    guids: itertools.count[int]
    took: list[float] = field(default_factory=list)
    wrong: int = 0
    idle: list[Connection] = field(default_factory=list)
    due: list[float] = field(default_factory=list)
    """Moments of those that wait for a connection."""

    def next(self) -> bytes:
        number = next(self.guids)
        return self.requests[number % len(self.requests)] % (_GUID % number)


class Connection(asyncio.BufferedProtocol):
    def __init__(self, load: Load, *, closed: bool) -> None:
        self._load, self._closed = load, closed
        self._began, self._left, self._room = 0.0, b"", bytearray(4096)
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._closed:
            self.send(time.perf_counter())
        else:
            self._load.idle.append(self)

    def send(self, due: float) -> None:
        self._began = due
        self._transport.write(self._load.next())

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        self._left += self._room[:nbytes]
        head, found, body = self._left.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length: ")[2].split()[0]):
            return
        now = time.perf_counter()
        self._left = b""
        self._load.took.append(now - self._began)
        self._load.wrong += not head.startswith(b"HTTP/1.1 202")
        if self._closed and now < self._load.ends:
            self.send(now)
        elif self._closed:
            self.over.set_result(None)
            self._transport.close()
        elif self._load.due:
            self.send(self._load.due.pop(0))
        else:
            self._load.idle.append(self)


async def _run(load: Load, connections: int, rate: float) -> None:
    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(lambda: Connection(load, closed=not rate), port=load.port,
                                      host="127.0.0.1"))[1]
        for _ in range(connections)
    ]  # fmt: skip
    if rate:
        await _at(load, rate)
    else:
        await asyncio.gather(*(each.over for each in made))


async def _at(load: Load, rate: float) -> None:
    """They come at random, whether or not those before were answered."""
    chance, moment = random.Random(1), time.perf_counter()
    while moment < load.ends:
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        if load.idle:
            load.idle.pop().send(moment)
        else:
            load.due.append(moment)
        moment += chance.expovariate(rate)
    while load.due:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.5)


def main() -> None:
    port, payloads, seconds, connections, rate = sys.argv[1:]
    requests = [bytes.fromhex(row) for row in json.loads(Path(payloads).read_text())]
    first = time.time_ns() // 1000 % (1 << 46)  # other runs have other GUIDs
    load = Load(int(port), requests, time.perf_counter() + float(seconds), itertools.count(first))
    began = time.perf_counter()
    asyncio.run(_run(load, int(connections), float(rate)))
    took = sorted(load.took)
    print(
        json.dumps(
            {
                "answered": len(took),
                "wrong": load.wrong,
                "rate": len(took) / (min(time.perf_counter(), load.ends) - began),
                "p50": 1000 * took[len(took) // 2],
                "p99": 1000 * took[int(len(took) * 0.99)],
                "cpu": time.process_time(),
            }
        )
    )


if __name__ == "__main__":
    main()
