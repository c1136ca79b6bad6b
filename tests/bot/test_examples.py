"""GitHub's published example payloads of all webhook events: each is taken, soon, and quietly."""

from __future__ import annotations

import time

import pytest
import structlog

from core.db import sessions, users
from tests.bot.conftest import Bot
from tests.github_schemas import descriptions

EXAMPLES = {row["name"]: row["examples"] for row in descriptions()["examples"]}


@pytest.mark.parametrize("event", EXAMPLES)
async def test_an_example_is_taken_in_a_second_without_an_error(bot: Bot, event: str) -> None:
    """A busy machine may let it wait: what counts is what it takes of a processor."""
    webhooks = bot.stand_in.webhooks
    with structlog.testing.capture_logs() as logged:
        for payload in EXAMPLES[event]:
            began = time.process_time()
            sent = await webhooks.send(event, payload)
            assert time.process_time() - began < 1
            assert (sent.status, sent.answer[:9]) == (202, '{"state":')
    # Some examples are older than the description.
    bot.stand_in.violations.clear()
    assert [row for row in logged if row["log_level"] not in {"info", "debug"}] == []


async def test_the_examples_are_of_all_kinds() -> None:
    assert len(EXAMPLES) >= 58
    assert sum(map(len, EXAMPLES.values())) >= 250


async def test_who_withdraws_the_authorisation_is_signed_out_at_once(bot: Bot) -> None:
    payload = EXAMPLES["github_app_authorization"][0]
    user_id = payload["sender"]["id"]
    async with bot.database.system() as connection:
        await users.log_in(
            connection, user_id=user_id, login="ann", name=None, token=b"sealed", expires_at=None
        )
        await sessions.start(connection, id_hash=b"hash", user_id=user_id, seconds=60)
    assert (await bot.stand_in.webhooks.send("github_app_authorization", payload)).status == 202
    async with bot.database.system() as connection:
        assert await sessions.user_of(connection, b"hash") is None
        stored = await users.lock_token(connection, user_id)
    assert stored is not None
    assert stored.token is None
