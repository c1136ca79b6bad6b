"""GitHub's published example payloads of all webhook events: each is taken, soon, and quietly."""

from __future__ import annotations

import time

import pytest
import structlog

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
