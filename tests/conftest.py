"""Real stores for the tests: embedded ones, or those which DATABASE_URL and REDIS_URL name."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import psycopg
import pytest

from cli.stores import stop_unused, stores
from core.db.connect import Database, open_database
from core.db.migrate import migrate
from core.queue import Queue, open_queue
from core.settings import Secret, Settings

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

_PREFIX = "ponder-test-"
_OLD_SECONDS = 600


def _environment(data_dir: Path) -> dict[str, str]:
    """What the tests need of the real environment, and nothing else of it."""
    stores_named = {n: os.environ[n] for n in ("DATABASE_URL", "REDIS_URL") if os.environ.get(n)}
    if "REDIS_URL" in stores_named:
        stores_named["REDIS_URL"] = _own_redis(stores_named["REDIS_URL"])
    return {
        "PONDER_DATA_DIR": str(data_dir),
        "PONDER_SECRET_KEY": "a key that only the tests have",
        **stores_named,
    }


def _own_redis(url: str) -> str:
    """One of its databases for each process of the tests, which empty it."""
    parts = urlsplit(url)
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + process}"))


def _sweep(top: Path) -> None:
    """Stop and remove what test runs that were killed left behind, once it is old enough that no
    other run is just about to use it."""
    for left in top.glob(f"{_PREFIX}*/stores"):
        try:
            status = left.parent.stat()
            old = time.time() - status.st_mtime > _OLD_SECONDS
            if old and status.st_uid == os.geteuid() and stop_unused(left.parent):
                shutil.rmtree(left.parent)
        except OSError:
            continue  # another run was faster


@contextmanager
def _data_dir() -> Iterator[Path]:
    """A short path which the account of the servers may enter."""
    top = Path(tempfile.gettempdir())
    _sweep(top)
    data_dir = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=top))
    data_dir.chmod(0o711)
    try:
        yield data_dir
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


@contextmanager
def _fresh_database(settings: Settings) -> Iterator[Settings]:
    """A database of our own in the server, so that a real one is never emptied."""
    name = f"ponder_test_{secrets.token_hex(6)}"
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            parts = urlsplit(settings.database_url)
            yield replace(
                settings, database_url=Secret(urlunsplit(parts._replace(path=f"/{name}")))
            )
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
async def settings() -> AsyncIterator[Settings]:
    """Settings of migrated stores, as if nothing else were set in the environment."""
    with (
        _data_dir() as data_dir,
        stores(Settings.from_environment(_environment(data_dir)), durable=False) as running,
        _fresh_database(running) as fresh,
    ):
        await migrate(fresh.database_url)
        yield fresh


@pytest.fixture(scope="session")
async def _pool(settings: Settings) -> AsyncIterator[Database]:
    async with open_database(settings.database_url) as opened:
        yield opened


@pytest.fixture(scope="session")
async def _owner(settings: Settings) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection that owns the tables, and so may truncate them."""
    async with await psycopg.AsyncConnection.connect(
        settings.database_url, autocommit=True
    ) as connection:
        yield connection


@pytest.fixture
async def database(_pool: Database, _owner: psycopg.AsyncConnection) -> Database:
    """The database with nothing in it but the installation `local`."""
    await emptied(_owner)
    return _pool


async def emptied(owner: psycopg.AsyncConnection) -> None:
    """Leave nothing in it but the installation `local`. Numbers go on counting: what is named after
    one, such as a mirror, is never another test's."""
    cursor = await owner.execute(
        "SELECT string_agg(format('(SELECT %L AS name FROM %I LIMIT 1)', relname, relname), "
        "' UNION ALL ') FROM pg_class WHERE relkind IN ('r', 'p') "
        "AND relnamespace = 'public'::regnamespace AND relname <> 'migrations'"
    )
    (filled,) = await cursor.fetchone() or ("",)
    tables = [name for (name,) in await (await owner.execute(filled)).fetchall()]
    if "installations" in tables and len(tables) == 1:
        await owner.execute("DELETE FROM installations WHERE id <> 0")
    elif tables:
        await owner.execute(f"TRUNCATE {', '.join(tables)} CASCADE".encode())
        await owner.execute("INSERT INTO installations (id, account) VALUES (0, 'local')")


@pytest.fixture
async def queue(settings: Settings) -> AsyncIterator[Queue]:
    """The queue without jobs, results or streams."""
    async with open_queue(settings.redis_url) as opened:
        # Only Ponder's keys: a server which REDIS_URL names may have others.
        for pattern in ("ponder:*", "arq:*"):
            async for key in opened.redis.scan_iter(pattern, count=1000):
                await opened.redis.delete(key)
        yield opened
