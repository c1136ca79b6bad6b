"""An open draft is kept in step with its base, and what a person decides stays decided."""

from __future__ import annotations

import pytest

from core.db import drafts, insights
from tests.workers.drafts.conftest import CART, FINGERPRINT, MENDED, Shop


async def test_closed_means_not_again(shop: Shop) -> None:
    await shop.find()
    first = await shop.ask()
    shop.alice.closes(shop.there, first.number)
    await shop.tend()
    assert (await shop.draft(first.id)).state == "closed"
    second = await shop.ask()
    assert second.state == "refused"
    assert f"#{first.number} offered this and was closed" in second.said


async def test_what_a_person_opens_again_is_looked_after_again(shop: Shop) -> None:
    await shop.find()
    draft = await shop.ask()
    shop.alice.closes(shop.there, draft.number)
    await shop.tend()
    shop.alice.reopens(shop.there, draft.number)
    assert draft.number
    async with shop.context.database.tenant(shop.here.installation_id) as connection:
        assert await drafts.revive(connection, shop.here, draft.number + 1) == []
        queued = await drafts.revive(connection, shop.here, draft.number)
    assert [each.kind for each in queued] == ["tend", "dashboard"]
    await shop.tend()
    assert (await shop.draft(draft.id)).state == "open"
    assert (await shop.ask()).said == f"#{draft.number} offers this already."


async def test_merged_makes_room_for_the_next(shop: Shop) -> None:
    await shop.find()
    first = await shop.ask()
    shop.alice.readies(shop.there, first.number)
    shop.alice.merges(shop.there, first.number)
    await shop.tend()
    assert (await shop.draft(first.id)).state == "merged"


async def test_where_its_base_moves_it_is_tried_there_and_then_brought_along(shop: Shop) -> None:
    await shop.find()
    draft = await shop.ask()
    pull = shop.pull(draft).pull
    assert pull
    before = pull.head_sha
    thought = await shop.moves(draft, {"other.py": "y = 2\n"})
    assert (thought.kind, thought.about.finding) == ("verify", FINGERPRINT)
    await shop.tend()
    assert pull.head_sha == before
    await shop.end(thought, "done", holds=True)
    await shop.tend()
    assert shop.there.bare.resolve(f"{pull.head_sha}^") == shop.tip
    assert shop.there.bare.read(f"{pull.head_sha}:cart.py") == MENDED.encode()
    assert (await shop.draft(draft.id)).base_commit == shop.tip
    assert f"is at `{shop.tip[:9]}` now, and the change was tried there" in shop.pull(draft).body
    writes = len(shop.stand_in.asked("POST", "/git/"))
    await shop.tend()
    assert len(shop.stand_in.asked("POST", "/git/")) == writes


@pytest.mark.parametrize(
    ("status", "why"),
    [("done", "It does not hold on"), ("nothing", "It could not be tried again on")],
)
async def test_what_does_not_hold_there_is_closed_with_the_reason(
    shop: Shop, status: str, why: str
) -> None:
    await shop.find()
    draft = await shop.ask()
    thought = await shop.moves(draft, {"other.py": "y = 2\n"})
    await shop.end(thought, status, "1 broken by @octo.")
    await shop.tend()
    pull = shop.pull(draft)
    assert pull.state == "closed"
    assert f"{why} `main` as it is now (`{shop.tip[:9]}`)" in pull.comments[0].body
    assert "1 broken by `@octo.`" in pull.comments[0].body


async def test_where_its_base_moves_on_meanwhile_it_is_tried_once_more(shop: Shop) -> None:
    await shop.find()
    draft = await shop.ask()
    first = await shop.moves(draft, {"other.py": "y = 2\n"})
    await shop.end(first, "done", holds=True)
    second = await shop.moves(draft, {"other.py": "y = 3\n"})
    assert second.id != first.id
    assert second.about.after == shop.tip


async def test_where_it_does_not_apply_any_more_it_is_closed_with_the_reason(shop: Shop) -> None:
    await shop.find()
    draft = await shop.ask()
    shop.alice.pushes(shop.there, "main", {"cart.py": CART.replace("+ 1", "+ 2")}, "other")
    await shop.tend()
    pull = shop.pull(draft)
    assert pull.state == "closed"
    assert "does not apply to `main`" in pull.comments[0].body
    assert shop.there.bare.resolve(pull.pull.head if pull.pull else "") is None


async def test_what_is_mended_by_now_is_closed(shop: Shop) -> None:
    await shop.find()
    draft = await shop.ask()
    async with shop.context.database.tenant(shop.here.installation_id) as connection:
        (found,) = await insights.listed(connection, shop.here.id, insights.Wanted(), limit=1)
        assert found.fingerprint == FINGERPRINT
        await insights.judge(connection, found, state="fixed", by="verify", reason="")
    shop.alice.pushes(shop.there, "main", {"other.py": "y = 2\n"}, "more")
    await shop.tend()
    assert shop.pull(draft).state == "closed"


async def test_who_pushes_to_its_branch_owns_it(shop: Shop) -> None:
    await shop.find()
    draft = await shop.ask()
    pull = shop.pull(draft).pull
    assert pull
    mine = shop.alice.pushes(shop.there, pull.head, {"cart.py": "mine\n"}, "mine")
    shop.alice.pushes(shop.there, "main", {"cart.py": "theirs\n"}, "other")
    await shop.tend()
    assert pull.head_sha == mine
    assert shop.pull(draft).state == "open"


async def test_only_where_drafts_are_open_is_there_something_to_tend(shop: Shop) -> None:
    async with shop.context.database.tenant(shop.here.installation_id) as connection:
        assert await drafts.tend(connection, shop.here) == []
    await shop.find()
    await shop.ask()
    async with shop.context.database.tenant(shop.here.installation_id) as connection:
        (queued,) = await drafts.tend(connection, shop.here)
    assert queued.kind == "tend"
