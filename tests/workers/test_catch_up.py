"""What GitHub could not hand over is asked for again, once it can be taken."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from bot.app import PATH, add_routes
from bot.decision import Decision
from bot.events import EVENTS
from bot.payload import Payload
from core.db import switches
from core.db.connect import Database
from core.github import Attempt, GitHub
from core.queue import Queue
from core.settings import Settings
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.webhooks import Delivery, Webhooks
from workers.catch_up import KEPT, KEPT_BY_SERVERS, MOST_BUGS, catch_up, kept, missed
from workers.context import Context
from workers.jobs import ask_again
from workers.retrieve.search import Searcher

__all__ = ["github", "github_settings", "stand_in"]


@pytest.fixture
async def webhooks(
    github_settings: Settings,
    database: Database,
    queue: Queue,
    github: GitHub,
    stand_in: StandIn,
) -> AsyncIterator[Webhooks]:
    """Of a GitHub that delivers to our door."""
    app = Application()
    add_routes(app, settings=github_settings, database=database, queue=queue, github=github)
    async with TestClient(TestServer(app)) as client:
        stand_in.webhooks.target = str(client.make_url(PATH))
        yield stand_in.webhooks
        await stand_in.webhooks.settled()


async def count(database: Database) -> int:
    async with database.system() as connection:
        cursor = await connection.execute("SELECT count(*) FROM deliveries WHERE state <> 'failed'")
        ((found,),) = await cursor.fetchall()
    return int(found)


async def lost(stand_in: StandIn, number: int) -> list[Delivery]:
    """Pushes that nobody was there for."""
    webhooks = stand_in.webhooks
    repository = stand_in.world.repository(stand_in.world.installation())
    webhooks.down = True
    sent = [await webhooks.send("push", webhooks.pushed(repository)) for _ in range(number)]
    webhooks.down = False
    return sent


async def test_what_was_missed_while_nobody_was_there_comes_in(
    webhooks: Webhooks, stand_in: StandIn, github: GitHub, database: Database
) -> None:
    await lost(stand_in, 150)  # more than a page
    repository = stand_in.world.repository(stand_in.world.installation())
    await webhooks.send("push", webhooks.pushed(repository))
    assert await catch_up(github, database) == 150
    await webhooks.settled()
    assert await count(database) == 151
    # GitHub still lists the attempts that failed; what came in since is not asked for again.
    assert await catch_up(github, database) == 0


async def test_what_could_not_be_processed_is_asked_for_again(
    webhooks: Webhooks,
    stand_in: StandIn,
    github: GitHub,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(payload: Payload, slug: str) -> Decision:
        raise RuntimeError("a bug")

    repository = stand_in.world.repository(stand_in.world.installation())
    with monkeypatch.context() as patch:
        patch.setitem(EVENTS, "issue_comment", broken)
        _, sent = await webhooks.comment(repository, 1, "/ponder why?")
    assert (sent.status, await count(database)) == (500, 0)
    assert await catch_up(github, database) == 1
    await webhooks.settled()
    assert await count(database) == 1


async def test_what_github_refuses_to_deliver_again_does_not_stand_in_the_way(
    webhooks: Webhooks, stand_in: StandIn, github: GitHub, database: Database
) -> None:
    await lost(stand_in, 3)
    stand_in.fail("POST", "/attempts$", status=422, message="too old")
    assert await catch_up(github, database) == 2
    await webhooks.settled()
    assert await count(database) == 2


async def test_neither_do_those_that_it_refuses_each_time_or_stumbles_over(
    webhooks: Webhooks,
    stand_in: StandIn,
    github: GitHub,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workers.catch_up.MOST_AT_ONCE", 2)
    sent = await lost(stand_in, 6)
    for old, status in zip(sent[:3], (404, 422, 500), strict=True):
        stand_in.fail("POST", f"/{old.id}/attempts$", status=status)
    assert await catch_up(github, database) == 2
    await webhooks.settled()
    assert await count(database) == 2


async def test_a_limit_ends_the_asking_until_the_next_time(
    webhooks: Webhooks, stand_in: StandIn, github: GitHub, database: Database
) -> None:
    await lost(stand_in, 3)
    stand_in.limit("POST", "/attempts$", "secondary")
    assert await catch_up(github, database) == 0
    assert len(stand_in.asked("POST", "/attempts$")) == 1


async def test_a_github_that_does_not_answer_is_asked_another_time(
    webhooks: Webhooks, stand_in: StandIn, github: GitHub, database: Database
) -> None:
    stand_in.fail("GET", "/app/hook/deliveries", status=502)
    assert await catch_up(github, database) == 0


NOW = datetime(2026, 1, 1, tzinfo=UTC)


def attempt(guid: uuid.UUID, status: int = 503, minutes: float = 0) -> Attempt:
    return Attempt(int(1000 - minutes), guid, status, NOW - timedelta(minutes=minutes))


def test_the_oldest_is_asked_for_first_and_by_its_newest_attempt() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    rows = [attempt(one, minutes=1), attempt(other, minutes=2), attempt(one, minutes=3)]
    assert missed(rows, set(), NOW) == [rows[1], rows[0]]
    assert missed(rows, {other}, NOW) == [rows[0]]


@pytest.mark.parametrize("status", [400, 413, 415])
def test_what_was_not_understood_is_not_asked_for_again(status: int) -> None:
    assert missed([attempt(uuid.uuid4(), status)], set(), NOW) == []


def test_what_meets_a_bug_is_asked_for_a_few_times() -> None:
    guid = uuid.uuid4()
    rows = [attempt(guid, 500, minutes=20 + n) for n in range(MOST_BUGS)]
    assert missed(rows, set(), NOW) == []
    assert missed(rows[1:], set(), NOW) == [rows[1]]


@pytest.mark.parametrize(
    ("times", "minutes", "due"),
    [(1, 0, True), (2, 0.5, False), (2, 1, True), (4, 3, False), (4, 4, True), (99, 15, True)],
)
def test_while_nobody_is_there_it_is_asked_for_less_and_less_often(
    times: int, minutes: float, due: bool
) -> None:
    guid = uuid.uuid4()
    rows = [attempt(guid, 0, minutes=minutes + n) for n in range(times)]
    assert bool(missed(rows, set(), NOW)) is due


async def test_a_worker_asks_unless_everything_is_switched_off(
    webhooks: Webhooks,
    stand_in: StandIn,
    github: GitHub,
    github_settings: Settings,
    database: Database,
    queue: Queue,
) -> None:
    await lost(stand_in, 1)
    searcher = Searcher(database, None)
    context = Context(github_settings, database, queue, searcher, endpoint=None, github=github)
    async with database.system() as connection:
        await switches.turn(connection, switches.KILL, on=True, by="alice")
    await ask_again({"context": context})
    assert stand_in.asked("GET", "/app/hook/deliveries") == []
    async with database.system() as connection:
        await switches.turn(connection, switches.KILL, on=False, by="alice")
    await ask_again({"context": context})
    await webhooks.settled()
    assert await count(database) == 1


@pytest.mark.parametrize(
    ("url", "back"),
    [
        ("https://api.github.com", KEPT),
        ("https://api.octocorp.ghe.com", KEPT),
        ("https://github.octocorp.example/api/v3", KEPT_BY_SERVERS),
    ],
)
def test_an_enterprise_server_is_asked_for_what_is_older(url: str, back: timedelta) -> None:
    assert kept(url) == back


async def test_what_is_older_than_github_keeps_is_not_looked_for(
    webhooks: Webhooks, stand_in: StandIn, github: GitHub, database: Database
) -> None:
    webhooks.down = True
    repository = stand_in.world.repository(stand_in.world.installation())
    await webhooks.send("push", webhooks.pushed(repository))
    webhooks.down = False
    later = datetime.now(UTC) + timedelta(days=5)
    assert await catch_up(github, database, now=later) == 0
    assert await catch_up(github, database, back=KEPT_BY_SERVERS, now=later) == 1
    await webhooks.settled()
    assert await count(database) == 1
