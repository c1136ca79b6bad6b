"""Whatever happens to a job, its row says so, and a worker lives on."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from core import stream, tasks
from core.db import answers, conversations, repositories, switches, work
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip, TryLater, UserError
from core.queue import Queue, queue_name
from core.settings import Settings
from workers import jobs, kinds
from workers.context import Context
from workers.index.parse import RULES

Job = Callable[[Context, Work], Awaitable[list[Work]]]


@pytest.fixture
def context(settings: Settings, database: Database, queue: Queue) -> Context:
    return Context(settings, database, queue, searcher=None, endpoint=None, github=None)


async def add(database: Database, kind: str = "index", **subject: object) -> Work:
    async with database.tenant(0) as connection:
        return await work.add(
            connection, installation_id=0, kind=kind, queue="indexing", subject=subject
        )


async def run(context: Context, monkeypatch: pytest.MonkeyPatch, row: Work, job: Job) -> Work:
    monkeypatch.setitem(kinds.KINDS, row.kind, job)
    await jobs.run_work({"context": context}, row.id)
    return await after(context, row)


async def after(context: Context, row: Work) -> Work:
    async with context.database.system() as connection:
        found = await work.get(connection, row.id)
    assert found is not None
    return found


def raising(error: BaseException) -> Job:
    async def job(context: Context, claimed: Work) -> list[Work]:
        raise error

    return job


async def question(database: Database) -> tuple[int, UUID]:
    async with database.tenant(0) as connection:
        repository = await repositories.connect_local(connection, name="a", source="/a")
        talk = await conversations.start(connection, installation_id=0, repository_id=repository.id)
        asked = await answers.create(
            connection,
            installation_id=0,
            repository_id=repository.id,
            conversation_id=talk.id,
            door="browser",
            question="Why?",
        )
    return repository.id, asked.id


async def test_a_job_that_ends_well_is_done_and_wakes_what_follows(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, next_row = await add(context.database), await add(context.database)

    async def job(_: Context, __: Work) -> list[Work]:
        return [next_row]

    assert (await run(context, monkeypatch, row, job)).state == "done"
    assert await context.queue.redis.zcard(queue_name("indexing")) == 1


async def test_a_job_runs_once_however_often_it_is_woken(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, ran = await add(context.database), []

    async def job(_: Context, claimed: Work) -> list[Work]:
        ran.append(claimed.id)
        return []

    monkeypatch.setitem(kinds.KINDS, "index", job)
    await asyncio.gather(*(jobs.run_work({"context": context}, row.id) for _ in range(5)))

    assert ran == [row.id]


async def test_nothing_to_do_is_done(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await add(context.database)

    assert (await run(context, monkeypatch, row, raising(Skip("gone")))).state == "done"


async def test_a_rate_limit_queues_the_row_again_with_a_longer_delay_each_time(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, delays = await add(context.database), []
    for _ in range(3):
        found = await run(context, monkeypatch, row, raising(TryLater("limit", seconds=10)))
        assert found.state == "queued"
        async with context.database.system() as connection:
            cursor = await connection.execute("SELECT extract(epoch FROM run_at - now()) FROM work")
            delays.append(float((await cursor.fetchone() or (0,))[0]))
            await connection.execute("UPDATE work SET run_at = now()")

    assert delays[0] < delays[1] < delays[2]


async def test_a_row_is_given_up_after_a_day_of_retries(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await add(context.database, repository_id=0)
    async with context.database.system() as connection:
        await connection.execute("UPDATE work SET created_at = now() - interval '25 hours'")

    found = await run(context, monkeypatch, row, raising(TryLater("limit")))

    assert found.state == "failed" and "day" in (found.error or "")


async def test_an_index_that_fails_tells_why_on_the_repository(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository_id, _ = await question(context.database)
    row = await add(context.database, repository_id=repository_id)

    await run(context, monkeypatch, row, raising(UserError("No such host; check the URL.")))

    async with context.database.tenant(0) as connection:
        repository = await repositories.get(connection, repository_id)
    assert repository is not None and repository.error == "No such host; check the URL."


async def test_whoever_waits_for_an_answer_hears_that_it_failed(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, answer_id = await question(context.database)
    row = await add(context.database, kind="answer", answer_id=str(answer_id))

    await run(context, monkeypatch, row, raising(UserError("Ask something.")))

    async with context.database.tenant(0) as connection:
        failed = await answers.get(connection, answer_id)
    assert failed is not None and (failed.state, failed.notice) == ("failed", "Ask something.")
    heard = [e async for _, e in stream.subscribe(context.queue.redis, str(answer_id))]
    assert heard == [{"type": "error", "message": "Ask something."}]


async def test_a_bug_fails_its_job_without_showing_its_insides(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await add(context.database, repository_id=0)

    found = await run(context, monkeypatch, row, raising(ZeroDivisionError("secret insides")))

    assert found.state == "failed" and found.error == jobs.BUG


async def test_a_cancelled_job_is_put_back_untried(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await add(context.database)
    with pytest.raises(asyncio.CancelledError):
        await run(context, monkeypatch, row, raising(asyncio.CancelledError()))

    found = await after(context, row)
    assert (found.state, found.attempts) == ("queued", 0)


async def test_nothing_runs_while_the_kill_switch_is_on(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await add(context.database)
    async with context.database.system() as connection:
        await switches.turn(connection, switches.KILL, on=True, by="local")

    found = await run(context, monkeypatch, row, raising(AssertionError("it ran")))

    assert (found.state, found.attempts) == ("queued", 0)


async def test_the_kill_switch_cancels_what_runs(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is as if it had not been tried, and nothing of the job goes on."""
    monkeypatch.setattr(tasks, "_LOOK_SECONDS", 0.01)
    ended: list[str] = []

    async def job(_: Context, __: Work) -> list[Work]:
        async with context.database.system() as connection:
            await switches.turn(connection, switches.KILL, on=True, by="local")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cleaned up")
        return []

    found = await run(context, monkeypatch, await add(context.database), job)
    assert (found.state, found.attempts) == ("queued", 0)
    assert ended == ["cleaned up"]


async def test_the_sweeper_wakes_what_a_lost_redis_forgot(context: Context) -> None:
    await add(context.database)
    assert await context.queue.redis.zcard(queue_name("indexing")) == 0

    await jobs.sweep({"context": context})

    assert await context.queue.redis.zcard(queue_name("indexing")) == 1


async def test_a_question_waits_for_the_first_index_and_is_hastened_by_it(
    context: Context,
) -> None:
    repository_id, answer_id = await question(context.database)
    row = await add(context.database, kind="answer", answer_id=str(answer_id))
    await jobs.run_work({"context": context}, row.id)
    assert (await after(context, row)).state == "queued"

    async with context.database.tenant(0) as connection:
        assert await work.claim(connection, row.id) is None
        assert [w.id for w in await work.hasten_answers(connection, repository_id)] == [row.id]
        assert await work.claim(connection, row.id) is not None


async def test_everything_is_looked_at_again_when_workers_start(context: Context) -> None:
    """Another embedding model may have been configured, or Ponder itself may be another."""
    async with context.database.tenant(0) as connection:
        indexed = await _repository(connection, "a", f"{RULES}/1")
        outdated = await _repository(connection, "b", "of another version")
        new = await repositories.connect_local(connection, name="c", source="/c")
        broken = await repositories.connect_local(connection, name="d", source="/d")
        await repositories.set_error(connection, broken.id, "There is no repository at /d.")

    await jobs.refresh(context)

    async with context.database.system() as connection:
        due = await work.due(connection)
    assert {(row.kind, row.subject["repository_id"]) for row in due} == {
        ("embed", indexed.id),
        ("index", outdated.id),
        ("index", new.id),
    }


async def _repository(connection: Connection, name: str, rules: str) -> Repository:
    """One with a snapshot that was made by some rules."""
    made = await repositories.connect_local(connection, name=name, source=f"/{name}")
    cursor = await connection.execute(
        "INSERT INTO snapshots (installation_id, repository_id, ref, commit_sha, rules) "
        "VALUES (0, %s, 'main', 'c', %s) RETURNING id",
        (made.id, rules),
    )
    (snapshot_id,) = await cursor.fetchone() or (0,)
    await repositories.set_snapshot(connection, made.id, snapshot_id)
    return made


async def test_whoever_waits_for_a_search_hears_of_a_bug(
    context: Context, database: Database, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await add(database, "search", topic="search:1", repository_id=1)
    await run(context, monkeypatch, row, raising(ZeroDivisionError()))
    heard = stream.subscribe(queue.redis, "search:1", idle_seconds=0.1)
    assert (await anext(heard))[1] == {"type": "error", "message": jobs.BUG}
    await heard.aclose()


async def test_a_job_keeps_its_lease_though_the_database_was_away_for_a_beat(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await add(context.database)
    kept = asyncio.Event()
    tries: list[int] = []

    async def extend(connection: Connection, work_id: int) -> None:
        tries.append(work_id)
        if len(tries) == 1:
            raise TryLater("the database does not answer")
        kept.set()

    async def job(context: Context, claimed: Work) -> list[Work]:
        async with asyncio.timeout(10):
            await kept.wait()
        return []

    monkeypatch.setattr(work, "extend", extend)
    monkeypatch.setattr(work, "LEASE_SECONDS", 0.03)
    assert (await run(context, monkeypatch, row, job)).state == "done"


async def test_a_job_is_over_though_its_heart_did_not_hear_that_it_is(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where it gets a connection at the very moment in which it is cancelled."""
    row, deaf, beats = await add(context.database), [True], asyncio.Event()

    async def extend(connection: Connection, work_id: int) -> None:
        beats.set()
        try:
            if deaf:
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            deaf.clear()

    async def job(context: Context, claimed: Work) -> list[Work]:
        await beats.wait()
        return []

    monkeypatch.setattr(work, "extend", extend)
    monkeypatch.setattr(work, "LEASE_SECONDS", 0.03)
    async with asyncio.timeout(10):
        assert (await run(context, monkeypatch, row, job)).state == "done"
    assert not deaf
