"""Wake-ups through arq, as ids only. Postgres has the work; Redis may be lost at any moment."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import arq
from arq.connections import ArqRedis, RedisSettings
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from core import log
from core.db.work import Work
from core.errors import UserError

QUEUES = ("interactive", "indexing", "background")
THINKING = "thinking"
"""No queue: its rows are claimed by their worth."""

_AWAY_SECONDS = 1.0

_log = log.get(__name__)


def redis_settings(url: str) -> RedisSettings:
    """Settings that survive a restart of Redis; arq's own make a worker die of it."""
    settings = RedisSettings.from_dsn(url)
    settings.retry = Retry(ExponentialBackoff(cap=2), 30)
    settings.retry_on_error = [RedisConnectionError, RedisTimeoutError, OSError]
    settings.retry_on_timeout = True
    return settings


def queue_name(queue: str) -> str:
    return f"ponder:queue:{queue}"


def _bell(queue: str) -> str:
    return f"ponder:bell:{queue}"


def serialize(job: dict[str, Any]) -> bytes:
    """JSON instead of arq's pickle: whoever can write to Redis must not be able to run code.

    arq hands over exceptions of failed jobs too; their text is enough.
    """
    return json.dumps(job, default=str).encode()


def deserialize(job: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(job)
    return loaded


@dataclass(frozen=True, slots=True)
class Queue:
    redis: ArqRedis

    async def wake(self, work: Work) -> None:
        """Tell a worker that a committed row is due.

        A lost wake-up loses no work, so Redis being away is logged and no more: the sweeper finds
        the row.
        """
        try:
            await self.redis.enqueue_job(
                "run_work",
                work.id,
                # An id of its own for each minute: the same wake-up twice is one job, and one
                # that a killed worker took with it does not stand in the way of the next.
                _job_id=f"work:{work.id}:{work.attempts}:{int(time.time() // 60)}",
                _queue_name=queue_name(work.queue),
            )
            await self.redis.publish(_bell(work.queue), work.id)
        except (RedisError, OSError) as error:
            _log.warning("queue.wake_lost", work_id=work.id, error=str(error))

    async def rings(self, queue: str) -> AsyncGenerator[None, None]:
        """Whenever a row of this queue was woken, or may have been: where Redis was away, once it
        is back. Whoever hears nothing finds the row a little later by looking."""
        while True:
            try:
                async with self.redis.pubsub() as heard:
                    await heard.subscribe(_bell(queue))
                    async for _ in heard.listen():
                        yield
            except (RedisError, OSError):
                await asyncio.sleep(_AWAY_SECONDS)

    async def workers(self) -> dict[str, bool] | None:
        """Whether each queue has a live worker, by arq's health checks; None: Redis is away."""
        names = [f"{queue_name(queue)}:health-check" for queue in QUEUES]
        try:
            found = await self.redis.mget(names)
        except (RedisError, OSError):
            return None
        return {queue: value is not None for queue, value in zip(QUEUES, found, strict=True)}

    async def server(self) -> tuple[str, str]:
        """The server's version, and what it does when its memory is full ('' where not told)."""
        try:
            told = await self.redis.info()
        except (RedisError, OSError) as error:
            raise UserError(f"Redis does not tell about itself ({error}).") from error
        version = told.get("valkey_version") or told["redis_version"]
        return str(version), str(told.get("maxmemory_policy", ""))

    async def count(self, name: str, seconds: int) -> int:
        """How often `name` was counted in the current window of `seconds`, this time included;
        0 where Redis is away."""
        key = f"ponder:count:{name}:{int(time.time()) // seconds}"
        try:
            counted = await self.redis.incr(key)
            await self.redis.expire(key, 2 * seconds)
        except (RedisError, OSError) as error:
            _log.warning("queue.count_lost", error=str(error))
            return 0
        return int(counted)


# It tries for some seconds, and would print a line each time; the error tells it all.
logging.getLogger("arq.connections").setLevel(logging.ERROR)


@asynccontextmanager
async def open_queue(url: str) -> AsyncIterator[Queue]:
    """Raise UserError when Redis cannot be reached."""
    try:
        redis = await arq.create_pool(
            RedisSettings.from_dsn(url), job_serializer=serialize, job_deserializer=deserialize
        )
    except (RedisError, OSError) as error:
        raise UserError(
            f"Redis cannot be reached ({error}); check REDIS_URL, or unset it to use the "
            "embedded server."
        ) from error
    try:
        yield Queue(redis)
    finally:
        await redis.aclose()
