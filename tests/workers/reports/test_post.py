"""The writer's queue: one at a time, in order, not too fast, and never for nothing."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace

import pytest

from core.db import installations, intents, repositories, switches, writers
from core.db.work import Work
from tests.github_stand_in.server import StandIn
from tests.workers.reports.conftest import Place
from workers.reports.writing.turn import Over, Turn

NOBODY = uuid.UUID(int=0)
COMMENTS = r"/(issues|pulls)/\d+/comments$"


def said(place: Place, stand_in: StandIn, number: int = 5) -> list[str]:
    """What the App said on a page, as a reader sees it."""
    ours = [c.body for c in place.there.thread(number).comments if c.author is stand_in.world.bot]
    return [body.partition("\n\n<!--")[0] for body in ours]


async def comment(place: Place, text: str, number: int = 5, *, urgent: bool = False) -> None:
    key = f"help:{number}:{text}"
    await place.intend("comment", text, key=key, target={"number": number}, urgent=urgent)


async def test_what_is_equal_is_meant_once_and_written_once(
    place: Place, stand_in: StandIn
) -> None:
    assert len(await place.intend("comment", "hello")) == 1
    assert await place.intend("comment", "hello") == []
    assert await place.post() is False
    assert await place.intend("comment", "hello") == []
    await place.post()
    assert said(place, stand_in) == ["hello"]
    assert len([r for r in stand_in.requests if r.method in {"POST", "PATCH"}]) == 2  # one: a token


async def test_a_key_of_another_repository_changes_nothing_there(place: Place) -> None:
    """Not even in a transaction that sees every tenant."""
    await place.intend("comment", "hello")
    async with place.database.system() as connection:
        other = replace(place.here, id=place.here.id + 1, installation_id=0)
        await connection.execute(
            "INSERT INTO repositories (id, installation_id, name, source) "
            "OVERRIDING SYSTEM VALUE VALUES (%s, 0, 'other', '/other')",
            (other.id,),
        )
        assert not await intents.intend(
            connection,
            other,
            key="help:issues:1",
            kind="comment",
            target={"number": 1},
            content={"body": "mine"},
        )
    assert (await place.intent()).content == {"body": "hello"}


async def test_several_changes_before_it_is_written_are_one_write(
    place: Place, stand_in: StandIn
) -> None:
    for text in ("one", "two", "three"):
        assert await place.intend("comment", text)
    await place.post()
    assert said(place, stand_in) == ["three"]
    assert stand_in.asked("PATCH", "") == []
    after = await place.intent()
    assert (after.revision, after.written, after.state) == (3, 3, "done")


async def test_people_come_first_and_each_thread_in_its_order(
    place: Place, stand_in: StandIn
) -> None:
    place.there.thread(6)
    await comment(place, "summary", 5)
    await comment(place, "report", 6)
    await comment(place, "answer", 6, urgent=True)
    await place.post()
    written = [r.body["body"].partition("\n")[0] for r in stand_in.asked("POST", COMMENTS)]
    assert written == ["report", "answer", "summary"]


async def test_nothing_overtakes_what_waits_in_the_same_thread(
    place: Place, stand_in: StandIn
) -> None:
    place.there.thread(6)
    stand_in.fail("POST", r"/issues/5/comments$", status=502)
    await comment(place, "first", 5)
    await comment(place, "second", 5)
    await comment(place, "elsewhere", 6)
    await place.post()
    assert (said(place, stand_in, 5), said(place, stand_in, 6)) == ([], ["elsewhere"])
    await place.wait()
    await place.post()
    assert said(place, stand_in, 5) == ["first", "second"]


async def test_one_writer_of_many_writes_and_the_others_leave(
    place: Place, stand_in: StandIn
) -> None:
    for number in range(5):
        await comment(place, str(number))
    await asyncio.gather(*(place.post() for _ in range(6)))
    assert said(place, stand_in) == ["0", "1", "2", "3", "4"]


async def test_what_is_meant_while_another_writes_is_written(
    place: Place, stand_in: StandIn
) -> None:
    """Whoever finds the lease taken leaves at once, and nothing stays behind."""

    async def speaks(number: int) -> None:
        await comment(place, str(number))
        await place.post()

    await asyncio.gather(*(speaks(number) for number in range(12)))
    assert sorted(said(place, stand_in), key=int) == [str(number) for number in range(12)]


async def test_there_is_a_pause_between_two_writes(
    place: Place, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
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


async def due(place: Place) -> list[Work]:
    async with place.database.system() as connection:
        return await intents.neglected(connection)


async def test_what_was_put_off_is_found_when_it_is_due(place: Place, stand_in: StandIn) -> None:
    stand_in.fail("POST", COMMENTS, status=502)
    await comment(place, "one")
    async with place.database.system() as connection:
        await connection.execute("UPDATE work SET state = 'done'")
    await place.post()
    assert await due(place) == []
    await place.wait()
    assert [row.kind for row in await due(place)] == ["post"]
    assert await due(place) == [], "the work is there already"


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


async def test_what_fails_for_a_day_is_given_up(place: Place, stand_in: StandIn) -> None:
    stand_in.fail("POST", COMMENTS, status=502)
    await place.intend("comment", "hello")
    await place.post()
    async with place.database.system() as connection:
        await connection.execute(
            "UPDATE intents SET opened_at = now() - interval '25 hours', attempts = 10"
        )
    await place.wait()
    await place.post()
    after = await place.intent()
    assert after.state == "failed"
    assert "Given up after a day" in str(after.error)


@pytest.mark.parametrize("key", ["a b", "a--b", "a>b", "", "x" * 201, "a\nb"])
async def test_a_key_that_could_leave_its_comment_is_refused(place: Place, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        await place.intend("comment", "hello", key=key)


async def test_what_nobody_began_to_write_is_taken_back(place: Place, stand_in: StandIn) -> None:
    async def withdrawn(key: str) -> bool:
        async with place.database.tenant(place.here.installation_id) as connection:
            return await intents.withdraw(connection, key)

    await comment(place, "one")
    await comment(place, "two")
    assert await withdrawn("help:5:one")
    await place.post()
    assert said(place, stand_in) == ["two"]
    assert not await withdrawn("help:5:two")
    await comment(place, "one")
    await place.post()
    assert said(place, stand_in) == ["two", "one"]


async def test_a_writer_whose_lease_is_over_writes_nothing_more(
    place: Place, stand_in: StandIn
) -> None:
    """It was held up for too long, and another took its place."""
    turn, other = (Turn(place.database, place.here.installation_id, 0.0) for _ in range(2))
    assert await turn.take()
    assert not await other.take()
    await place.wait()
    assert await other.take()
    with pytest.raises(Over, match="another writer"):
        await turn.ready()
    await turn.release()
    await other.ready()
    await other.release()
    assert await turn.take()
    await turn.release()


async def test_a_thing_that_ends_each_try_is_in_nobodys_way(
    place: Place, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug of ours: what comes after it is written, and it is not tried for ever."""
    place.there.thread(6)
    await place.intend("comment", {"no body": ""}, key="broken", target={"number": 6})
    await comment(place, "fine")
    with pytest.raises(KeyError):
        await place.post()
    await place.post()
    assert said(place, stand_in) == ["fine"]
    assert (await place.intent("broken")).state == "open"
