"""The application in local mode, served to a client that speaks HTTP with it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from core.db.connect import Database
from core.db.repositories import Repository
from core.queue import Queue
from core.settings import Settings
from tests.web import stage
from tests.web.finder import Finder
from tests.web.stage import Worker
from web.app import build


@pytest.fixture
async def client(settings: Settings, database: Database, queue: Queue) -> AsyncIterator[TestClient]:
    app = build(settings=settings, database=database, queue=queue, github=None)
    async with TestClient(TestServer(app)) as opened:
        yield opened


@pytest.fixture
async def repository(database: Database) -> Repository:
    return await stage.indexed(database, await stage.connect(database))


@pytest.fixture
async def worker(database: Database, queue: Queue) -> AsyncIterator[Worker]:
    async with Worker(database, queue) as running:
        yield running


@pytest.fixture
async def finder(database: Database, queue: Queue) -> AsyncIterator[Finder]:
    async with Finder(database, queue) as running:
        yield running
