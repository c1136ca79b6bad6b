"""One aiohttp server: the browser's pages and API, GitHub's webhook, or both on one port."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cli import opened
from core import log
from core.errors import UserError
from core.settings import Settings

if TYPE_CHECKING:
    from aiohttp import web

    from core.db.connect import Database
    from core.github import GitHub
    from core.queue import Queue

_SHUTDOWN_SECONDS = 3.0

Build = Callable[[Settings, "Database", "Queue", "GitHub | None"], "web.Application"]


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is started. Raises UserError that says what to do."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return _bound(family, kind, address)
    except socket.gaierror as error:
        raise UserError(f"'{host}' is no address of this machine; give another --host.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(
                f"Port {port} is in use by another program; stop it, or give another with --port."
            ) from error
        raise UserError(
            f"Port {port} of {host} cannot be used ({error.strerror}); "
            "give another --host or --port."
        ) from error


def _bound(family: int, kind: int, address: tuple[object, ...]) -> socket.socket:
    sock = socket.socket(family, kind)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(128)
    except OSError:
        sock.close()
        raise
    return sock


def url_of(sock: socket.socket, host: str) -> str:
    """Where people on this machine reach it: every address is theirs too."""
    port = sock.getsockname()[1]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def serving(
    settings: Settings, sock: socket.socket, build: Build
) -> AsyncIterator[tuple[Database, Queue]]:
    """Serve until the block ends; then open streams end in seconds."""
    from aiohttp import web

    from core.db.connect import open_database
    from core.github import open_github
    from core.queue import open_queue

    settings = await opened.with_app(settings)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.database_url))
        queue = await stack.enter_async_context(open_queue(settings.redis_url))
        github = await stack.enter_async_context(open_github(settings))
        runner = web.AppRunner(
            build(settings, database, queue, github),
            access_log=None,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, sock).start()
        yield database, queue


def both(
    settings: Settings, database: Database, queue: Queue, github: GitHub | None
) -> web.Application:
    app = pages(settings, database, queue, github)
    _add_webhook(app, settings, database, queue, github)
    return app


def pages(
    settings: Settings, database: Database, queue: Queue, github: GitHub | None
) -> web.Application:
    from web.app import build

    return build(settings=settings, database=database, queue=queue, github=github)


def webhook(
    settings: Settings, database: Database, queue: Queue, github: GitHub | None
) -> web.Application:
    from aiohttp import web

    app = web.Application()
    _add_webhook(app, settings, database, queue, github)
    return app


def _add_webhook(
    app: web.Application,
    settings: Settings,
    database: Database,
    queue: Queue,
    github: GitHub | None,
) -> None:
    from bot.app import add_routes

    add_routes(app, settings=settings, database=database, queue=queue, github=github)


@asynccontextmanager
async def stopping() -> AsyncIterator[asyncio.Event]:
    """An event that Ctrl-C, SIGTERM and a closed terminal set, once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def run(settings: Settings, host: str, port: int, build: Build, name: str) -> None:
    """Serve until told to stop."""
    from cli.stores import stores

    with listen(host, port) as sock, stores(settings) as running:
        url = url_of(sock, host)
        print(f"Ponder's {name} is at {url}", flush=True)
        asyncio.run(_serve(settings, addressed(running, url), sock, build))


async def _serve(settings: Settings, running: Settings, sock: socket.socket, build: Build) -> None:
    from cli.stores import keep

    log.configure()
    await opened.prepare(running)
    async with stopping() as stop, serving(running, sock, build):
        await until(stop, keep(settings, running))


def addressed(settings: Settings, url: str) -> Settings:
    """Links lead to where we serve, unless the environment names where readers come from."""
    if os.environ.get("PONDER_PUBLIC_URL"):
        return settings
    return replace(settings, public_url=url)


async def until(stop: asyncio.Event, *running: Coroutine[Any, Any, None]) -> None:
    """Wait for the event, or for the end of something that should not end: that is an error."""
    tasks = [asyncio.create_task(each) for each in running]
    stopped = asyncio.create_task(stop.wait())
    try:
        ended, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        if stopped not in ended:
            await ended.pop()
            raise UserError("The embedded stores had to move to another port; start Ponder again.")
    finally:
        for task in (stopped, *tasks):
            task.cancel()
        await asyncio.gather(stopped, *tasks, return_exceptions=True)
