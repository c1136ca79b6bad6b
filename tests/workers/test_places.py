"""What a worker has room for is not lost with Redis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from arq.worker import func
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from core.queue import Queue, deserialize, serialize
from workers.main import Serving


async def test_a_job_that_could_not_be_begun_takes_no_place(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []

    async def run_work(_: Mapping[Any, Any], work_id: int) -> None:
        done.append(work_id)

    worker = Serving(
        functions=[func(run_work, name="run_work", keep_result=0)],
        redis_pool=queue.redis,
        queue_name="places",
        max_jobs=1,
        burst=True,
        handle_signals=False,
        job_serializer=serialize,
        job_deserializer=deserialize,
    )
    await queue.redis.enqueue_job("run_work", 7, _queue_name="places")
    ids = await queue.redis.zrange("places", 0, -1)
    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "exists", _gone)
        for _ in range(3):
            await worker.start_jobs(ids)
    assert worker.job_counter == 0
    await worker.async_run()
    assert done == [7]


async def _gone(*_: object) -> None:
    raise WatchError("A ConnectionError occurred on while watching one or more keys")
