"""Everything on this machine: stores, tables, web, bot and workers; and an index of REPOs."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cli import address, opened
from core.settings import Settings

if TYPE_CHECKING:
    from core.db.connect import Database
    from core.db.repositories import Repository
    from core.db.work import Work
    from core.db.workers import Off
    from core.queue import Queue

HELP = "run everything on this machine, and index REPOs"
_LOG_BYTES = 20_000_000
_PATIENCE_SECONDS = 15.0
# Questions are answered while an index takes all the time it needs.
_WORKERS = (
    ("worker", "--queue", "interactive"),
    ("worker", "--queue", "indexing", "--queue", "background"),
    ("worker", "--queue", "thinking"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repos", metavar="REPO", nargs="*", help="a path, a git URL or owner/name")
    address.arguments(parser, port=8000)


def run(arguments: argparse.Namespace) -> int:
    from cli import serve
    from cli.stores import stores

    settings = opened.settings()
    with (
        serve.listen(arguments.host, arguments.port) as sock,
        stores(settings) as running,
        _log(settings.data_dir) as log_file,
    ):
        here = serve.addressed(running, serve.url_of(sock, arguments.host))
        asyncio.run(_up(settings, here, sock, arguments.repos, log_file))
    return 0


def _log(data_dir: Path) -> TextIO:
    """The terminal is for people: what the processes log is in a file."""
    path = data_dir / "ponder.log"
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return open(path, "a", opener=lambda name, flags: os.open(name, flags, 0o600))


async def _up(
    settings: Settings,
    running: Settings,
    sock: socket.socket,
    repos: Sequence[str],
    log_file: TextIO,
) -> None:
    from cli.serve import both, serving, stopping, until
    from cli.stores import keep
    from core import log

    print("Starting …", file=sys.stderr, flush=True)
    log.configure(stream=log_file)
    await opened.prepare(running)
    async with (
        stopping() as stop,
        serving(running, sock, both) as (database, queue),
        _workers(running, log_file),
    ):
        jobs = await _enqueue(running, database, queue, repos)
        greeting = _greet(running, database, sock, jobs, log_file.name)
        await until(stop, keep(settings, running), forever(greeting))
        print("Stopping …", file=sys.stderr, flush=True)


@asynccontextmanager
async def _workers(running: Settings, log_file: TextIO) -> AsyncIterator[None]:
    from cli.children import supervised

    environment = os.environ | {"PONDER_PUBLIC_URL": running.public_url}
    async with supervised(_WORKERS, environment, log_file):
        yield


async def _enqueue(
    running: Settings, database: Database, queue: Queue, repos: Sequence[str]
) -> list[tuple[Repository, Work]]:
    from core.db import learning, work

    jobs = []
    for repo in repos:
        repository = await opened.connect_in(database, running, repo)
        async with database.tenant(repository.installation_id) as connection:
            job = await work.for_repository(connection, "index", repository)
            # Whoever gives Ponder a repository of this machine wants to hear what is in it.
            await learning.begin(connection, repository)
        await queue.wake(job)
        jobs.append((repository, job))
    return jobs


async def _greet(
    running: Settings,
    database: Database,
    sock: socket.socket,
    jobs: Sequence[tuple[Repository, Work]],
    log_name: str,
) -> None:
    from cli import typed
    from cli.following import follow

    await _ready(sock, log_name)
    print(f"Ponder is at {running.public_url} (Ctrl-C stops it; its log is {log_name})", flush=True)
    if running.kill_switch:
        print("Nothing is indexed or answered until PONDER_KILL_SWITCH is unset.", flush=True)
    if running.github is None:
        print(f"To serve GitHub, make an App at {running.public_url}/setup/github", flush=True)
    if jobs:
        await follow(database, jobs)
    else:
        print(f"Point it at a repository there, or with: {typed.ponder()} index REPO", flush=True)
    await warn(database)


async def warn(database: Database) -> None:
    """Where no code can be executed, whoever waits for findings should know it at once."""
    from core.db import workers

    for each in await _off(database):
        if each.name == workers.SANDBOX:
            print(f"{each.what}: {each.found}. {each.mend}", flush=True)


async def _off(database: Database) -> Sequence[Off]:
    """What workers lack, as soon as one has said so."""
    from core.db import workers
    from core.errors import TryLater, UserError

    while True:
        # A store that is away for a moment is no reason to end.
        with suppress(TryLater, UserError):
            async with database.system() as connection:
                if await workers.is_any(connection):
                    return await workers.off(connection)
        await asyncio.sleep(1)


async def _ready(sock: socket.socket, log_name: str) -> None:
    """Until the stores are migrated and workers run; say so once where that takes long."""
    import aiohttp

    from cli.serve import url_of

    patience = time.monotonic() + _PATIENCE_SECONDS
    url = url_of(sock, sock.getsockname()[0]) + "/readyz"
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(url) as response:
                if response.status == 200:
                    return
                waiting_for = (await response.json(content_type=None)).get("detail", "")
            if time.monotonic() > patience:
                patience = math.inf
                print(f"{waiting_for} Still trying; see {log_name}", file=sys.stderr, flush=True)
            await asyncio.sleep(0.1)


async def forever(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run it, and then wait: its end is no end of ours."""
    await coroutine
    await asyncio.Event().wait()
