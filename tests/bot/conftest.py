"""A bot's door, and a GitHub that knocks on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from bot.app import PATH, add_routes
from core.db import deliveries, intents, work
from core.db.connect import Database
from core.db.deliveries import Delivery
from core.db.intents import Intent
from core.db.work import Work
from core.github import GitHub
from core.queue import Queue
from core.settings import Settings
from tests.github_stand_in import world
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.server import StandIn

__all__ = ["github", "github_settings", "stand_in"]

Client = TestClient[Request, Application]


@dataclass
class Bot:
    """The door, and what came of the knocks."""

    client: Client
    database: Database
    stand_in: StandIn

    async def queued(self) -> list[Work]:
        async with self.database.system() as connection:
            return await work.due(connection)

    async def kinds(self) -> list[str]:
        return sorted(row.kind for row in await self.queued())

    async def stored(self, guid: str) -> Delivery | None:
        async with self.database.system() as connection:
            return await deliveries.get(connection, UUID(guid))

    async def intents(self) -> list[Intent]:
        async with self.database.system() as connection:
            return await intents.listed(connection)


@pytest.fixture
async def bot(
    github_settings: Settings,
    database: Database,
    queue: Queue,
    github: GitHub,
    stand_in: StandIn,
) -> AsyncIterator[Bot]:
    app = Application()
    add_routes(app, settings=github_settings, database=database, queue=queue, github=github)
    async with TestClient(TestServer(app)) as client:
        stand_in.webhooks.target = str(client.make_url(PATH))
        yield Bot(client, database, stand_in)
        await stand_in.webhooks.settled()


@pytest.fixture
def installation(stand_in: StandIn) -> world.Installation:
    return stand_in.world.installation()


@pytest.fixture
def repository(stand_in: StandIn, installation: world.Installation) -> world.Repository:
    return stand_in.world.repository(installation)
