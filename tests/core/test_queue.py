"""Wake-ups: JSON only, harmless twice, and not worth failing for."""

import asyncio
import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.db.work import Work
from core.errors import UserError
from core.queue import Queue, deserialize, open_queue, queue_name, serialize
from core.settings import Settings

ROW = Work(7, 0, "index", "indexing", {}, "queued", 0, None)


async def test_the_same_wake_up_twice_is_one_job(queue: Queue) -> None:
    await queue.wake(ROW)
    await queue.wake(ROW)

    assert await queue.redis.zcard(queue_name("indexing")) == 1


async def test_whoever_listens_hears_each_wake_up_of_a_queue(queue: Queue) -> None:
    async with asyncio.timeout(10), contextlib.aclosing(queue.rings("indexing")) as rings:
        await anext(rings)  # from here on it hears
        await queue.wake(ROW)
        await anext(rings)
        other = asyncio.ensure_future(anext(rings))
        await queue.wake(replace(ROW, queue="background"))
        assert not other.done()
        await queue.wake(replace(ROW, id=8))
        await other


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none() | st.lists(st.integers())))
def test_a_job_is_json(job: dict[str, object]) -> None:
    assert deserialize(serialize(job)) == job


async def test_a_redis_that_is_gone_loses_a_wake_up_and_no_more(settings: Settings) -> None:
    async with open_queue(settings.redis_url) as queue:
        await queue.redis.aclose()
        queue.redis.connection_pool.connection_kwargs.update(port=1, path="/nowhere")
        await queue.redis.connection_pool.disconnect()

        await queue.wake(ROW)


async def test_a_server_out_of_reach_is_one_clear_sentence() -> None:
    with pytest.raises(UserError, match="check REDIS_URL"):
        async with open_queue("redis://127.0.0.1:1"):
            pass
