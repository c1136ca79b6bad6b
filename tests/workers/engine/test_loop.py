"""The loop: claims by turns, ends what people end, puts back what it cannot finish."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from core.artifacts import Artifacts
from core.db import budgets, claims, learning, repositories, runs, snapshots, thoughts
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.thoughts import Subject, Thought
from core.errors import TryLater
from core.settings import Settings
from tests.thinking import Thinking, thinking
from tests.workers.engine.test_think import FILES, counting
from workers.engine.claim import Claimed, claim
from workers.engine.loop import Event, Loop
from workers.engine.places import Places
from workers.engine.records import Records
from workers.sandbox import Limits
from workers.thoughts import THOUGHTS
from workers.thoughts.base import FollowUp, Outcome
from workers.thoughts.base import Limits as Wide
from workers.thoughts.tools import Tools


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await look():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def serving(
    made: Thinking, *, killed: bool = False
) -> AsyncIterator[list[dict[str, object]]]:
    """A loop, and what it tells."""
    told: list[dict[str, object]] = []

    async def is_killed() -> bool:
        return killed

    async def tell(events: Sequence[Event]) -> None:
        told.extend(event for _, event in events)

    loop = Loop(made.engine, is_killed, tell, places=Places(1, 1))
    task = asyncio.create_task(loop.serve())
    try:
        yield told
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def queued(
    database: Database, repository: Repository, kind: str = "counting", note: str = ""
) -> Thought:
    async with database.tenant(repository.installation_id) as connection:
        return await thoughts.add(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            kind=kind,
            subject=Subject(note=note),
            priority=1.0,
            reason="a test wants it",
        )


async def turn_on(database: Database, repository: Repository, **said: Any) -> None:
    """Here only what a test queues is thought about."""
    async with database.tenant(repository.installation_id) as connection:
        await learning.say(connection, repository, {"on": True, **said}, by="me")
        current = await snapshots.current(connection, repository.id)
        assert current is not None
        await learning.caught_up(connection, repository.id, "", current.commit_sha)
        for kind in ("prioritize", "smell_hunt", "verify"):
            await learning.come_round(connection, repository.id, kind, seconds=1)


async def state(database: Database, thought: Thought) -> str:
    async with database.tenant(thought.installation_id) as connection:
        found = await thoughts.get(connection, thought.id)
    return found.state if found else ""


async def forever(tools: object, brief: object) -> Outcome:
    await asyncio.Event().wait()
    raise AssertionError


async def test_what_is_due_is_thought_about_where_learning_is_on(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    async with thinking(settings, database, FILES) as made:
        await turn_on(database, made.repository)
        thought = await queued(database, made.repository)
        async with serving(made) as told:
            await until(lambda: is_state(database, thought, "done"))
        assert [event["status"] for event in told][:2] == ["running", "done"]


async def is_state(database: Database, thought: Thought, wanted: str) -> bool:
    return await state(database, thought) == wanted


async def test_what_is_short_passes_by_what_takes_long(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    endless = counting()
    endless.run, endless.LIMITS = forever, Wide(wall_seconds=400, cpu_seconds=400)
    monkeypatch.setitem(THOUGHTS, "draft_patch", endless)
    async with thinking(settings, database, FILES) as made:
        await turn_on(database, made.repository)
        long = [await queued(database, made.repository, "draft_patch", note) for note in "ab"]
        async with serving(made):
            await until(lambda: is_state(database, long[0], "running"))
            for note in "cde":
                short = await queued(database, made.repository, note=note)
                await until(partial(is_state, database, short, "done"))
            assert [await state(database, each) for each in long] == ["running", "queued"]


async def test_a_person_ends_a_running_thought(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting(run=forever))
    async with thinking(settings, database, FILES) as made:
        await turn_on(database, made.repository)
        thought = await queued(database, made.repository)
        async with serving(made):
            await until(lambda: is_state(database, thought, "running"))
            async with database.tenant(0) as connection:
                assert await thoughts.cancel(connection, thought.id, by="ada")
            await until(lambda: is_state(database, thought, "cancelled"))
        async with database.tenant(0) as connection:
            (run,) = await runs.of_repository(connection, made.repository.id)
        assert (run.status, run.problem) == ("cancelled", "ada cancelled it.")


async def test_what_runs_while_the_worker_stops_is_put_back_at_once(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting(run=forever))
    async with thinking(settings, database, FILES) as made:
        await turn_on(database, made.repository)
        thought = await queued(database, made.repository)
        async with serving(made) as told:
            await until(lambda: _told(told))
        assert await state(database, thought) == "queued"


async def test_the_kill_switch_ends_a_command_that_runs_and_keeps_its_thought(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch, began = asyncio.Event(), asyncio.Event()

    async def sleepy(tools: Tools, brief: object) -> Outcome:
        async with tools.workspace() as workspace:
            began.set()
            await workspace.run(["sleep", "300"], limits=Limits(wall_seconds=300))
        raise AssertionError

    looks = 0

    async def is_killed() -> bool:
        nonlocal looks
        looks += switch.is_set()
        return switch.is_set()

    async def looked_again() -> bool:
        return looks > seen + 3

    monkeypatch.setitem(THOUGHTS, "counting", counting(run=sleepy, LIMITS=Wide(300, 300)))
    async with thinking(settings, database, FILES) as made:
        await turn_on(database, made.repository)
        thought = await queued(database, made.repository)
        task = asyncio.create_task(Loop(made.engine, is_killed, unheard).serve())
        await asyncio.wait_for(began.wait(), 30)
        switch.set()
        await until(lambda: is_state(database, thought, "queued"))
        async with database.tenant(0) as connection:
            (run,) = await runs.of_repository(connection, made.repository.id)
        assert run.status == "cancelled"
        seen = looks
        await until(looked_again)
        assert await state(database, thought) == "queued"
        await stopped(task)


async def unheard(events: Sequence[Event]) -> None:
    """Nobody listens."""


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_came_of_a_run_waits_for_a_store_that_is_away(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = iter([True, True])
    put = Artifacts.put

    async def sometimes(artifacts: Artifacts, *given: Any) -> None:
        if next(away, False):
            raise TryLater("the object store is away")
        await put(artifacts, *given)

    monkeypatch.setattr(Artifacts, "put", sometimes)
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    async with thinking(settings, database, FILES) as made:
        await turn_on(database, made.repository)
        thought = await queued(database, made.repository)
        async with serving(made):
            await until(lambda: is_state(database, thought, "done"))
        async with database.tenant(0) as connection:
            (run,) = await runs.of_repository(connection, made.repository.id)
        assert (run.status, run.found) == ("done", 1)
        assert 0 < run.cpu_seconds < run.seconds + 1


async def _told(told: list[dict[str, object]]) -> bool:
    return bool(told)


async def test_what_fails_the_same_way_three_times_rests_and_says_why(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    async with thinking(settings, database, FILES) as made:
        await turn_on(database, made.repository)
        await queued(database, made.repository)
        states = []
        for _ in range(3):
            async with database.system() as connection:
                (claimed,) = await claimed_now(connection)
                states.append(await claims.fail(connection, claimed.thought, "no luck", seconds=0))
        assert states == ["queued", "queued", "resting"]


async def claimed_now(connection: Connection) -> list[Claimed]:
    return await claim(connection, Records(), room=Places(1), now=datetime.now(UTC)) or []


async def test_a_claim_that_another_attempt_took_over_gives_nothing_back(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    async with thinking(settings, database, FILES) as made:
        await turn_on(database, made.repository)
        await queued(database, made.repository)
        async with database.system() as connection:
            (first,) = await claimed_now(connection)
            await claims.fail(connection, first.thought, runs.WORKER_DIED, seconds=0)
        async with database.system() as connection:
            (second,) = await claimed_now(connection)
            number = first.thought.id
            assert await claims.reservations(connection, {number: 1}) == {}
            assert await claims.reservations(connection, {number: 2}) != {}
            assert not await claims.finish_all(connection, {first.thought.id: 1})
            assert await claims.finish_all(connection, {second.thought.id: 2})


async def test_a_used_up_budget_pauses_and_says_until_when(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    async with thinking(settings, database, FILES) as made:
        # A run may take ten seconds, so that one fits into this hour and no second one does.
        limits = {"burst": 15, "per_hour": 15}
        await turn_on(database, made.repository, budgets={"cpu_seconds": limits})
        first, second = [await queued(database, made.repository, note=n) for n in ("1", "2")]
        async with database.system() as connection:
            (claimed,) = await claimed_now(connection)
        assert claimed.thought.id == first.id
        async with database.system() as connection:
            assert await claimed_now(connection) == []
            own, _ = await budgets.of_repository(connection, 0, made.repository.id)
        assert own.paused_because == "The budget of processor time is used up."
        assert own.paused_until is not None
        assert await state(database, second) == "queued"


async def test_files_that_the_repository_excludes_are_not_followed_up(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def leading(tools: object, brief: object) -> Outcome:
        places = [Subject("file", path=path) for path in ("shop/cart.py", "vendor/a.py")]
        return Outcome("Leads.", follow_ups=[FollowUp("other", each, "odd") for each in places])

    monkeypatch.setitem(THOUGHTS, "counting", counting(run=leading))
    monkeypatch.setitem(THOUGHTS, "other", counting(NAME="other"))
    async with thinking(settings, database, FILES) as made:
        async with database.tenant(0) as connection:
            said = {"exclude": ["vendor/", "!"]}
            await learning.configure(connection, made.repository, said, "")
        await made.think("counting")
        async with database.tenant(0) as connection:
            left = await thoughts.of_repository(connection, made.repository.id, states=["queued"])
        assert [each.about.path for each in left] == ["shop/cart.py"]


async def test_nobody_with_much_work_makes_others_wait(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    async with thinking(settings, database, FILES) as made:
        async with database.tenant(0) as connection:
            other = await repositories.connect_local(connection, name="other", source="/other")
            current = await snapshots.current(connection, made.repository.id)
            assert current is not None
            other_snapshot = await snapshots.add(
                connection,
                installation_id=0,
                repository_id=other.id,
                ref="",
                commit_sha=current.commit_sha,
                base=None,
                rules="test",
                committed_at=datetime.now(UTC),
            )
            await repositories.set_snapshot(connection, other.id, other_snapshot)
        for repository in (made.repository, other):
            await turn_on(database, repository)
        for number in range(30):
            await queued(database, made.repository, note=str(number))
        small = [await queued(database, other, note=str(number)) for number in range(3)]
        taken = []
        for _ in range(8):
            async with database.system() as connection:
                taken += [each.thought.id for each in await claimed_now(connection)]
        assert {each.id for each in small} < set(taken)
