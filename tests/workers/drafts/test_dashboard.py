"""One issue, where it is wanted: edited in place, and a tick in it is a command."""

from __future__ import annotations

from typing import Any

import pytest

from bot.decision import Ignore, Tick
from bot.events import issues
from bot.payload import Payload
from bot.ticks import tick
from core.db import drafts, intents, learning, repo_configs
from core.errors import Skip
from tests.github_stand_in.threads import Thread
from tests.workers.drafts.conftest import FINGERPRINT, Shop
from workers.drafts.dashboard import refresh


@pytest.fixture(autouse=True)
def _heard(shop: Shop) -> None:
    """What is sent is kept, and nobody answers."""
    shop.stand_in.webhooks.target, shop.stand_in.webhooks.down = "http://127.0.0.1:9/hook", True


async def wanted(shop: Shop, yml: str = "dashboard: true\n") -> None:
    async with shop.context.database.tenant(shop.here.installation_id) as connection:
        await repo_configs.keep(connection, shop.here, commit=shop.tip, content=yml.encode())
    await refresh(shop.context.database, shop.here, "https://ponder.example")
    await shop.post()


def boards(shop: Shop) -> list[Thread]:
    return [each for each in shop.there.threads.values() if not each.pull]


async def decided(shop: Shop) -> Any:
    """What the webhook of the last edit leads to."""
    await shop.stand_in.webhooks.settled()
    sent = [each for each in shop.stand_in.webhooks.deliveries if each.event == "issues"]
    slug = shop.stand_in.world.bot.login.removesuffix("[bot]")
    return issues.decide(Payload(sent[-1].payload), slug)


async def ticked(shop: Shop, person: Any) -> Tick:
    (board,) = boards(shop)
    person.edits(shop.there, board.number, board.body.replace("- [ ]", "- [x]"))
    effect = await decided(shop)
    assert isinstance(effect, Tick), effect
    return effect


async def test_there_is_none_where_nobody_asked_for_it(shop: Shop) -> None:
    await shop.find()
    await refresh(shop.context.database, shop.here, "https://ponder.example")
    await shop.post()
    assert boards(shop) == []


async def test_it_is_edited_and_not_repeated_and_closed_when_it_is_unwanted(shop: Shop) -> None:
    await wanted(shop)
    assert "Nothing." in boards(shop)[0].body
    await shop.find()
    await wanted(shop)
    (board,) = boards(shop)
    assert "`cart.py:1`" in board.body
    edits = len(shop.stand_in.asked("PATCH", "/issues/"))
    await wanted(shop)
    assert len(shop.stand_in.asked("PATCH", "/issues/")) == edits
    await wanted(shop, "dashboard: false\n")
    assert boards(shop)[0].state == "closed"
    await wanted(shop)
    assert boards(shop)[0].state == "open", "what we closed, we open again"


async def test_one_that_a_person_closed_stays_closed_and_is_kept_up_to_date(shop: Shop) -> None:
    await wanted(shop)
    (board,) = boards(shop)
    shop.alice.closes(shop.there, board.number)
    await shop.find()
    await wanted(shop)
    assert "`cart.py:1`" in board.body
    await shop.ask()
    await wanted(shop)
    assert "#" in board.body.partition("cart.py")[0]
    assert board.state == "closed"


async def test_what_it_says_is_worth_saying(shop: Shop) -> None:
    await wanted(shop)
    (board,) = boards(shop)
    assert "Thinking in the background is off." in board.body
    assert "Nothing this month." in board.body
    assert " 0 " not in board.body


async def test_each_edit_is_paid_and_waits_where_the_budget_is_used_up(shop: Shop) -> None:
    async with shop.context.database.tenant(shop.here.installation_id) as connection:
        said = {"budgets": {"github_writes": {"burst": 1, "per_hour": 0}}}
        await learning.say(connection, shop.here, said, by="alice")
    await wanted(shop)
    await shop.find()
    await wanted(shop)
    assert "cart.py" not in boards(shop)[0].body
    async with shop.context.database.system() as connection:
        cursor = await connection.execute(
            "SELECT run_at > now() + interval '20 minutes' FROM work "
            "WHERE kind = 'dashboard' AND state = 'queued'"
        )
        assert await cursor.fetchall() == [(True,)]


async def test_a_tick_opens_a_draft_and_the_box_shows_what_came_of_it(shop: Shop) -> None:
    await shop.find()
    await wanted(shop)
    effect = await ticked(shop, shop.alice)
    async with shop.context.database.system() as connection:
        (queued,) = await tick(connection, effect)
    draft = await shop.follow(queued)
    assert (draft.state, draft.fingerprint, draft.asked_by) == ("open", FINGERPRINT, "alice")
    await wanted(shop)
    assert f"#{draft.number} is open" in boards(shop)[0].body


async def test_a_tick_by_who_may_not_write_is_taken_out_again_and_says_why(shop: Shop) -> None:
    await shop.find()
    await wanted(shop)
    effect = await ticked(shop, shop.mallory)
    async with shop.context.database.system() as connection:
        (queued,) = await tick(connection, effect)
    assert (await shop.follow(queued)).state == "refused"
    await wanted(shop)
    (board,) = boards(shop)
    assert "[x]" not in board.body
    assert "`mallory` asked: Only people with write access" in board.body


async def test_a_box_that_was_not_offered_is_no_command(shop: Shop) -> None:
    await shop.find()
    await wanted(shop)
    (board,) = boards(shop)
    forged = board.body.replace(FINGERPRINT, "e" * 32).replace("- [ ]", "- [x]")
    shop.alice.edits(shop.there, board.number, forged)
    effect = await decided(shop)
    async with shop.context.database.system() as connection:
        with pytest.raises(Skip):
            await tick(connection, effect)
        assert await drafts.of_repository(connection, shop.here.id, states=["asked"]) == []


async def test_a_person_s_own_issue_commands_nothing(shop: Shop) -> None:
    thread = shop.alice.opens_issue(shop.there, "Mine", "- [ ] <!-- tick:fix:a -->")
    shop.alice.edits(shop.there, thread.number, "- [x] <!-- tick:fix:a -->")
    assert await decided(shop) == Ignore("the issue does not speak to Ponder")


async def test_what_we_edit_ourselves_commands_nothing(shop: Shop) -> None:
    await shop.find()
    await wanted(shop)
    async with shop.context.database.tenant(shop.here.installation_id) as connection:
        board = await intents.by_key(connection, drafts.dashboard_key(shop.here))
        assert board
        await intents.intend(
            connection,
            shop.here,
            key=board.key,
            kind="issue",
            target={},
            content=board.content | {"body": board.content["body"].replace("[ ]", "[x]")},
        )
    await shop.post()
    assert isinstance(await decided(shop), Ignore)
