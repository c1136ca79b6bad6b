"""What GitHub has to tell our name for, while it is away."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import pytest

from bot import later
from core.db import deliveries
from tests.bot.conftest import Bot
from tests.github_stand_in import world


async def test_a_mention_while_github_is_away_is_answered_once_it_is_back(
    bot: Bot, repository: world.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has to be delivered again: the door needs GitHub for nothing but its own name."""
    monkeypatch.setattr(later, "LOOK_SECONDS", 0.02)
    guid = str(uuid.uuid4())
    bot.stand_in.fail("GET", "^/app$", status=502, times=1000)
    _, sent = await bot.stand_in.webhooks.comment(
        repository, 1, "@ponder-test where is it?", guid=guid
    )
    assert sent.status == 202
    assert json.loads(sent.answer)["state"] == "received"
    row = await bot.stored(guid)
    assert row is not None
    assert row.payload["comment"]["body"] == "@ponder-test where is it?"
    assert await bot.kinds() == []

    bot.stand_in.faults.clear()

    async with asyncio.timeout(30):
        while await bot.kinds() != ["answer", "index", "post"]:
            await asyncio.sleep(0.02)
    row = await bot.stored(guid)
    assert row is not None
    assert (row.state, row.payload) == ("done", {})
    again = await bot.stand_in.webhooks.send("issue_comment", sent.payload, guid)
    assert json.loads(again.answer)["state"] == "duplicate"


async def test_a_github_that_hangs_does_not_hold_up_the_door(
    bot: Bot, repository: world.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "PATIENCE_SECONDS", 0.0)
    _, sent = await bot.stand_in.webhooks.comment(repository, 1, "@ponder-test where is it?")
    assert (sent.status, json.loads(sent.answer)["state"]) == (202, "received")


async def test_a_bug_in_one_look_does_not_end_the_looking(
    bot: Bot, repository: world.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "LOOK_SECONDS", 0.02)
    looks = iter([RuntimeError("a bug")])
    waiting = deliveries.waiting

    async def at_first_broken(*arguments: Any, **named: Any) -> Any:
        for error in looks:
            raise error
        return await waiting(*arguments, **named)

    monkeypatch.setattr(deliveries, "waiting", at_first_broken)
    bot.stand_in.fail("GET", "^/app$", status=502)
    await bot.stand_in.webhooks.comment(repository, 1, "@ponder-test where is it?")
    async with asyncio.timeout(30):
        while await bot.kinds() != ["answer", "index", "post"]:
            await asyncio.sleep(0.02)
