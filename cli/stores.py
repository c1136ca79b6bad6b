"""The embedded stores: started by whoever comes first, stopped by whoever leaves last."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cli import locks, place, server
from cli.account import of_servers
from cli.place import Place
from cli.postgres import Postgres
from cli.valkey import Valkey
from core.errors import UserError
from core.settings import Settings

_KEEP_SECONDS = 2.0


@contextmanager
def stores(settings: Settings, *, durable: bool = True) -> Iterator[Settings]:
    """The settings with the URLs of servers that answer; those that are set stay as they are.

    Raises UserError where the embedded servers cannot run here. `durable` False is for tests: what
    was written may be lost with the machine.
    """
    if settings.database_url and settings.redis_url:
        yield settings
        return
    records = _records(settings.data_dir)
    with _using(records):
        yield ensure(settings, durable=durable)


def ensure(settings: Settings, *, durable: bool = True) -> Settings:
    """Start what is not running. For those who use the stores already: a server may be killed."""
    with locks.exclusive(_records(settings.data_dir) / "start.lock"):
        here = place.find(settings.data_dir)
        if not settings.database_url:
            url = server.ensure(here, Postgres(here, durable))
            settings = replace(settings, database_url=url)
        if not settings.redis_url:
            url = server.ensure(here, Valkey(here, durable))
            settings = replace(settings, redis_url=url)
    return settings


def stop_unused(data_dir: Path) -> bool:
    """Stop the servers of a data directory, unless a process uses them; whether that is so."""
    records = place.records_of(data_dir)
    with locks.exclusive(records / "start.lock"):
        if not locks.is_free(records / "users.lock"):
            return False
        _stop(place.find(data_dir))
        return True


@contextmanager
def _using(records: Path) -> Iterator[None]:
    """Hold a share of the stores, and stop them if it was the last."""
    try:
        with locks.shared(records / "users.lock"):
            yield
    finally:
        stop_unused(records.parent)


def _stop(here: Place) -> None:
    for each in (Postgres(here), Valkey(here)):
        if server.is_alive(here, each):
            server.stop(here, each)


def _records(data_dir: Path) -> Path:
    """Raise UserError where nothing can be written there."""
    records = place.records_of(data_dir)
    try:
        records.mkdir(mode=0o700, parents=True, exist_ok=True)
        (records / "start.lock").touch(mode=0o600)
    except OSError as error:
        raise UserError(
            f"The data directory {data_dir} cannot be written ({error.strerror}); make room or "
            "set PONDER_DATA_DIR to another."
        ) from error
    return records


async def keep(settings: Settings, running: Settings) -> None:
    """Start a server again that was killed, at its old address; return when it had to move.

    `settings` are those of the environment. Never returns where both stores are elsewhere.
    """
    while True:
        await asyncio.sleep(_KEEP_SECONDS)
        if not _seem_alive(settings):
            now = await asyncio.to_thread(ensure, settings)
            if (now.database_url, now.redis_url) != (running.database_url, running.redis_url):
                return


def _seem_alive(settings: Settings) -> bool:
    here = Place(of_servers(), place.records_of(settings.data_dir), settings.data_dir)
    embedded: list[server.Server] = []
    if not settings.database_url:
        embedded.append(Postgres(here))
    if not settings.redis_url:
        embedded.append(Valkey(here))
    return all(server.seems_alive(here, each) for each in embedded)
