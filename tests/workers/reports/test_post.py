"""The writer's queue: one at a time, in order, not too fast, and never for nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.db import intents, work, writers
from tests.github_stand_in.server import StandIn
from tests.workers.reports.conftest import COMMENTS, Place, comment, due, said
from workers.reports.writing import turn as writing_turn
from workers.reports.writing.turn import Over, Turn


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


async def test_the_lease_is_kept_while_github_takes_its_time(
    place: Place, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "LEASE_SECONDS", 2.0)
    monkeypatch.setattr(writing_turn, "BEAT_SECONDS", 0.05)
    turn, other = (Turn(place.database, place.here.installation_id, 0.0) for _ in range(2))
    assert await turn.take()
    async with place.database.system() as connection:
        row = await connection.execute("SELECT lease_until FROM writers")
        ((first,),) = await row.fetchall()
    async with turn.kept(), asyncio.timeout(30):
        while datetime.now(UTC) <= first:
            await asyncio.sleep(0.05)
        assert not await other.take()
    await turn.release()


async def test_a_writer_that_cannot_keep_its_lease_drops_what_it_does(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before another may take it: both would write."""
    assert writing_turn.ALONE_SECONDS < writers.LEASE_SECONDS
    monkeypatch.setattr(writing_turn, "ALONE_SECONDS", 0.2)
    monkeypatch.setattr(writing_turn, "BEAT_SECONDS", 0.02)
    turn = Turn(place.database, place.here.installation_id, 0.0)
    assert await turn.take()
    await turn.release()  # as if another had taken it since
    with pytest.raises(Over, match="could not be kept"):
        async with turn.kept():
            await asyncio.Event().wait()


async def test_half_a_minute_after_a_writer_was_killed_another_goes_on(place: Place) -> None:
    """Its row says for longer that it runs."""
    await place.intend("comment", "hello")
    async with place.database.system() as connection:
        (row,) = await work.due(connection)
        assert await work.claim(connection, row.id)
    assert await Turn(place.database, place.here.installation_id).take()
    assert await due(place) == []
    assert writers.LEASE_SECONDS <= 20, "the sweep comes every ten seconds"
    await place.wait()
    assert [found.kind for found in await due(place)] == ["post"]
