"""When nothing is written: between two writes, under limits, where it is off or refused."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from core.db import installations, intents, repositories, switches, writers
from tests.github_stand_in.server import StandIn
from tests.workers.reports.conftest import COMMENTS, Place, comment, due, said
from workers.reports.writing.turn import BEAT_SECONDS

NOBODY = uuid.UUID(int=0)


async def test_there_is_a_pause_between_two_writes(
    place: Place, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        if seconds == BEAT_SECONDS:
            await asyncio.Event().wait()
        slept.append(seconds)
        async with place.database.system() as connection:
            await connection.execute("UPDATE writers SET next_at = now()")

    monkeypatch.setattr("workers.reports.writing.turn.asyncio.sleep", sleep)
    for text in ("one", "two", "three"):
        await comment(place, text)
    await place.post(pause=1.0)
    assert said(place, stand_in) == ["one", "two", "three"]
    assert len(slept) == 3  # and one before it looks whether there is more
    assert all(0.5 < seconds <= 1 for seconds in slept)


async def test_after_much_in_an_hour_each_write_is_waited_for_longer(
    place: Place, stand_in: StandIn
) -> None:
    for number in range(writers.MANY):
        await comment(place, str(number))
    async with place.database.system() as connection:
        await connection.execute("UPDATE intents SET state = 'done', written_at = now()")
    await comment(place, "more")
    await comment(place, "another")
    await place.post(pause=0.001)
    assert said(place, stand_in) == ["more"]
    async with place.database.system() as connection:
        assert await writers.keep(connection, place.here.installation_id, NOBODY) is None
        row = await connection.execute("SELECT extract(epoch FROM next_at - now()) FROM writers")
        ((seconds,),) = await row.fetchall()
    assert 10 < seconds <= writers.SLOW_SECONDS


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [
        ({"status": 429, "headers": {"retry-after": "40"}}, 35, 40),
        ({"status": 403, "message": "You have exceeded a secondary rate limit"}, 55, 60),
        (
            {"status": 403, "headers": {"retry-after": "90"}, "message": "secondary rate limit"},
            85,
            90,
        ),
    ],
    ids=["429", "secondary", "secondary with Retry-After"],
)
async def test_a_limit_is_obeyed_for_the_whole_installation(
    place: Place, stand_in: StandIn, fault: dict[str, object], least: int, most: int
) -> None:
    place.there.thread(6)
    stand_in.fail("POST", COMMENTS, **fault)
    await comment(place, "one", 5)
    await comment(place, "two", 6)
    await place.post()
    await place.post()
    assert len(stand_in.asked("POST", COMMENTS)) == 1
    async with place.database.system() as connection:
        assert "limits requests" in (await writers.waits(connection, place.here.installation_id))
        row = await connection.execute("SELECT extract(epoch FROM next_at - now()) FROM writers")
        ((seconds,),) = await row.fetchall()
        assert await intents.neglected(connection) == []
    assert least < seconds <= most
    await place.wait()
    await place.post()
    assert (said(place, stand_in, 5), said(place, stand_in, 6)) == (["one"], ["two"])


async def test_each_limit_in_a_row_is_waited_for_longer(place: Place, stand_in: StandIn) -> None:
    stand_in.fail("POST", COMMENTS, status=403, message="secondary rate limit", times=3)
    await comment(place, "one")
    waits = []
    for _ in range(3):
        await place.post()
        async with place.database.system() as connection:
            row = await connection.execute(
                "SELECT extract(epoch FROM next_at - now()) FROM writers"
            )
            waits.append(round(float((await row.fetchall())[0][0]) / 60))
        await place.wait()
    assert waits == [1, 2, 4]
    await place.post()
    assert said(place, stand_in) == ["one"]


@pytest.mark.parametrize("by", ["the environment", "the row"])
async def test_nothing_is_written_while_the_kill_switch_is_on(
    place: Place, stand_in: StandIn, by: str
) -> None:
    await comment(place, "one")
    if by == "the row":
        async with place.database.system() as connection:
            await switches.turn(connection, switches.KILL, on=True, by="alice")
    await place.post(killed=by == "the environment")
    assert stand_in.requests == []
    async with place.database.system() as connection:
        await switches.turn(connection, switches.KILL, on=False, by="alice")
    await place.post()
    assert said(place, stand_in) == ["one"]


async def test_nothing_is_written_for_a_suspended_installation_until_it_is_back(
    place: Place, stand_in: StandIn
) -> None:
    await comment(place, "one")

    async def suspend(suspended: bool) -> None:
        async with place.database.system() as connection:
            await installations.save(
                connection,
                installation_id=place.here.installation_id,
                account="octo",
                account_type="User",
                permissions={},
                suspended=suspended,
            )

    await suspend(True)
    await place.post()
    assert stand_in.requests == []
    await suspend(False)
    await place.post()
    assert said(place, stand_in) == ["one"]


async def test_a_suspension_that_was_not_told_loses_nothing(
    place: Place, stand_in: StandIn
) -> None:
    installation = stand_in.world.installation_of(place.there)
    installation.suspended = True
    await comment(place, "one")
    await place.post()
    assert (await place.intent("help:5:one")).state == "open"
    installation.suspended = False
    await place.wait()
    await place.post()
    assert said(place, stand_in) == ["one"]


async def test_an_app_that_is_not_found_for_a_while_loses_nothing(
    place: Place, stand_in: StandIn
) -> None:
    stand_in.fail("GET", "^/app$", status=404)
    await comment(place, "one")
    await place.post()
    await place.wait()
    await place.post()
    assert said(place, stand_in) == ["one"]


async def test_in_a_paused_repository_only_people_are_answered(
    place: Place, stand_in: StandIn
) -> None:
    async def pause(by: str) -> None:
        async with place.database.system() as connection:
            await connection.execute("UPDATE repositories SET paused_by = %s", (by,))

    await pause("alice")
    await comment(place, "report")
    await comment(place, "answer", urgent=True)
    await place.post()
    assert said(place, stand_in) == ["answer"]
    async with place.database.system() as connection:
        await connection.execute("UPDATE work SET state = 'done'")
    assert await due(place) == []
    await pause("")
    assert [row.kind for row in await due(place)] == ["post"]
    await place.post()
    assert said(place, stand_in) == ["answer", "report"]


@pytest.mark.parametrize("what", ["repository", "installation"])
async def test_nothing_is_written_where_ponder_was_removed(
    place: Place, stand_in: StandIn, what: str
) -> None:
    await place.intend("comment", "hello")
    async with place.database.system() as connection:
        if what == "repository":
            await repositories.mark_removed(connection, place.here.id)
        else:
            await installations.mark_removed(connection, place.here.installation_id)
    await place.post()
    assert (await place.intent()).error == f"the {what} was removed"
    assert [r.path for r in stand_in.requests if r.method == "POST"] == []


async def test_a_thread_that_was_locked_ends_the_intent(place: Place) -> None:
    place.there.thread(5).locked = True
    await place.intend("comment", "hello")
    await place.post()
    after = await place.intent()
    assert after.state == "failed"
    assert after.error is not None
    assert "locked" in after.error
    async with place.database.system() as connection:
        assert await intents.failed(connection, place.here.id) == [after]


async def test_a_missing_permission_is_named(place: Place, stand_in: StandIn) -> None:
    stand_in.world.installation_of(place.there).permissions |= {
        "issues": "read",
        "pull_requests": "read",
    }
    async with place.database.system() as connection:
        await installations.save(
            connection,
            installation_id=place.here.installation_id,
            account="octo",
            account_type="User",
            permissions={"issues": "read", "pull_requests": "read"},
            suspended=False,
        )
    await place.intend("comment", "hello", target={"number": 5, "pull": True})
    await place.post()
    after = await place.intent()
    assert after.state == "failed"
    assert "`pull_requests: write` is missing" in str(after.error)


async def test_a_token_may_do_no_more_than_the_write_needs(place: Place, stand_in: StandIn) -> None:
    await place.intend("comment", "hello", target={"number": 5, "pull": True})
    await place.post()
    (asked,) = stand_in.asked("POST", "/access_tokens$")
    assert asked.body == {
        "repository_ids": [place.there.id],
        "permissions": {"metadata": "read", "pull_requests": "write"},
    }


async def test_a_revoked_token_is_asked_anew_once_and_at_once(
    place: Place, stand_in: StandIn
) -> None:
    await comment(place, "one")
    await place.post()
    stand_in.world.tokens.clear()
    await comment(place, "two")
    await place.post()
    assert said(place, stand_in) == ["one", "two"]
    assert len(stand_in.asked("POST", "/access_tokens$")) == 2
