"""Many deliveries in one transaction: each is stored once, and none suffers for another."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from bot import storing
from bot.decision import Effect
from core.db import deliveries
from core.db.connect import Connection
from core.db.work import Work
from tests.bot.conftest import Bot
from tests.github_stand_in import world


async def states(bot: Bot) -> dict[str, int]:
    async with bot.database.system() as connection:
        cursor = await connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state")
        return {state: number for state, number in await cursor.fetchall()}


async def test_a_burst_is_stored_together_and_each_is_answered(
    bot: Bot, repository: world.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = []
    receive = deliveries.receive

    async def counted(connection: Connection, rows: list[deliveries.New]) -> set[uuid.UUID]:
        batches.append(len(rows))
        return await receive(connection, rows)

    monkeypatch.setattr(deliveries, "receive", counted)
    webhooks = bot.stand_in.webhooks
    pushed = webhooks.pushed(repository)
    starred = webhooks.of(repository, "star", "created")
    sending = [webhooks.send("push", pushed) for _ in range(20)]
    sending += [webhooks.send("star", starred) for _ in range(20)]
    sent = await asyncio.gather(*sending)

    assert {delivery.status for delivery in sent} == {202}
    assert await states(bot) == {"done": 20, "ignored": 20}
    assert await bot.kinds() == ["index"]
    assert len(batches) < 40
    assert sum(batches) == 40


async def test_one_delivery_many_times_at_once_is_processed_once(
    bot: Bot, repository: world.Repository
) -> None:
    guid = str(uuid.uuid4())
    webhooks = bot.stand_in.webhooks
    payload = webhooks.commented(
        repository,
        repository.thread(1),
        "issues",
        world.Comment(1, "/ponder why?", bot.stand_in.world.account("alice")),
    )
    sent = await asyncio.gather(*(webhooks.send("issue_comment", payload, guid) for _ in range(8)))
    assert {delivery.status for delivery in sent} == {202}
    assert sum('"duplicate"' in delivery.answer for delivery in sent) == 7
    assert len(await bot.kinds()) == 3


async def test_a_bug_in_one_is_its_own_and_it_can_be_delivered_again(
    bot: Bot, repository: world.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform = storing.perform

    async def broken(connection: Connection, effect: Effect, **more: Any) -> list[Work]:
        await perform(connection, effect, **more)
        if getattr(effect, "number", 0) == 7:
            raise RuntimeError("a bug")
        return []

    monkeypatch.setattr(storing, "perform", broken)
    webhooks = bot.stand_in.webhooks
    guid = str(uuid.uuid4())
    alice = bot.stand_in.world.account("alice")
    bad = webhooks.commented(
        repository, repository.thread(7), "issues", world.Comment(1, "/ponder why?", alice)
    )
    sent = await asyncio.gather(
        webhooks.send("push", webhooks.pushed(repository)),
        webhooks.send("issue_comment", bad, guid),
        *(webhooks.send("push", webhooks.pushed(repository)) for _ in range(4)),
    )
    assert sorted(delivery.status for delivery in sent) == [202] * 5 + [500]
    assert await states(bot) == {"done": 5, "failed": 1}
    assert await bot.kinds() == ["index"]

    monkeypatch.setattr(storing, "perform", perform)
    assert (await webhooks.send("issue_comment", bad, guid)).status == 202
    assert len(await bot.kinds()) == 3


async def test_what_the_database_refuses_is_refused_alone(
    bot: Bot, repository: world.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = deliveries.receive
    guid = uuid.uuid4()

    async def refusing(connection: Connection, rows: list[deliveries.New]) -> set[uuid.UUID]:
        if guid in {row.id for row in rows}:
            raise ValueError("the database takes no such value")
        return await receive(connection, rows)

    monkeypatch.setattr(deliveries, "receive", refusing)
    webhooks = bot.stand_in.webhooks
    payload = webhooks.pushed(repository)
    sent = await asyncio.gather(
        webhooks.send("push", payload, str(guid)),
        *(webhooks.send("push", payload) for _ in range(5)),
    )
    assert sorted(delivery.status for delivery in sent) == [202] * 5 + [500]
    assert await states(bot) == {"done": 5}
