"""The worker process: one arq worker for each queue that it serves."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from arq import cron
from arq.connections import RedisSettings
from arq.cron import CronJob
from arq.worker import Worker, func
from redis.exceptions import RedisError

from core import log
from core.queue import QUEUES, THINKING, deserialize, queue_name, redis_settings, serialize
from core.settings import Settings
from workers import cycles
from workers.context import Context, open_context
from workers.jobs import ask_again, forget, listen, refresh, run_work, sweep
from workers.thinking import thinking

_log = log.get(__name__)

# Jobs at once in one process, and how long one may take. Questions wait for a model most of their
# time; an index keeps the processors busy by itself.
_AT_ONCE = {"interactive": 20, "indexing": 1, "background": 2}
_TIMEOUT_SECONDS = {"interactive": 300, "indexing": 6 * 3600, "background": 2 * 3600}
_LOOK_SECONDS = 0.5
_READ_AT_ONCE = 100
_SWEEP_SECONDS = set(range(0, 60, 10))
_ASK_MINUTES = set(range(0, 60, 5))
_LISTEN_MINUTES = set(range(2, 60, 5))


# The sweep would wait behind an index on a queue that runs one job at a time.
_SWEEPING = ("interactive", "background")


def _cron_jobs(queue: str) -> list[CronJob]:
    sweeping = cron(sweep, second=_SWEEP_SECONDS, run_at_startup=True, keep_result=0)
    forgetting = cron(forget, hour=4, minute=0, keep_result=0)
    asking = cron(ask_again, minute=_ASK_MINUTES, run_at_startup=True, keep_result=0)
    listening = cron(listen, minute=_LISTEN_MINUTES, keep_result=0)
    return [
        *([sweeping] if queue in _SWEEPING else []),
        *([forgetting, asking, listening] if queue == "background" else []),
    ]


class Serving(Worker):
    """An arq worker whose places are its own when Redis goes away."""

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        """A job that could not be begun gives back the place that arq would keep for it, for good;
        whoever looks next begins it."""
        try:
            await super().start_jobs(job_ids)
        except RedisError as error:
            self.job_counter -= 1
            self.sem.release()
            _log.warning("worker.redis_away", error=str(error))


class _Bell:
    """Starts jobs of one queue as soon as they are there: where a row is woken, and where a job
    ended and makes room for the next. The worker also looks by itself, for wake-ups that were lost;
    were it to look so often that nobody waits, it would keep a processor busy with looking."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    async def ring(self, ctx: dict[Any, Any]) -> None:
        """What arq calls when the worker is up, and when a job has ended."""
        self._rung.set()

    async def answer(self, worker: Worker, wakes: AsyncIterator[None]) -> None:
        """For ever. Nothing is started before the worker is up."""
        await self._rung.wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear(wakes))
            group.create_task(self._start(worker))

    async def _hear(self, wakes: AsyncIterator[None]) -> None:
        async for _ in wakes:
            self._rung.set()

    async def _start(self, worker: Worker) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            with suppress(RedisError, OSError):
                now = time.time() * 1000
                ids = await worker.pool.zrangebyscore(worker.queue_name, 0, now, 0, _READ_AT_ONCE)
                await worker.start_jobs(ids)


def _worker(context: Context, redis: RedisSettings, queue: str, bell: _Bell) -> Worker:
    return Serving(
        functions=[func(run_work, name="run_work", keep_result=0, max_tries=1)],
        queue_name=queue_name(queue),
        redis_settings=redis,
        ctx={"context": context},
        cron_jobs=_cron_jobs(queue),
        max_jobs=_AT_ONCE[queue],
        job_timeout=_TIMEOUT_SECONDS[queue],
        on_startup=bell.ring,
        after_job_end=bell.ring,
        poll_delay=_LOOK_SECONDS,
        health_check_interval=5,
        handle_signals=False,
        job_serializer=serialize,
        job_deserializer=deserialize,
    )


async def run(settings: Settings, serves: Sequence[str] = (*QUEUES, THINKING)) -> None:
    """Serve these queues, and think, until SIGTERM or SIGINT. Work that is cut off is put back."""
    queues = [name for name in serves if name in QUEUES]
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_context(settings) as context:
        if "background" in queues:
            await refresh(context)
        bells = {name: _Bell() for name in queues}
        redis = redis_settings(settings.redis_url)
        workers = {name: _worker(context, redis, name, bells[name]) for name in queues}
        serving = [asyncio.create_task(worker.async_run()) for worker in workers.values()]
        beside = [
            asyncio.create_task(bell.answer(workers[name], context.queue.rings(name)))
            for name, bell in bells.items()
        ]
        if THINKING in serves:
            beside.append(thinking(context))
        cycles.leave_alone()
        beside.append(asyncio.create_task(cycles.look_between(partial(_is_busy, workers))))
        _log.info("worker.started", queues=list(serves))
        stopped = asyncio.create_task(stop.wait())
        ended, _ = await asyncio.wait(
            [*serving, *beside, stopped], return_when=asyncio.FIRST_COMPLETED
        )
        await _end(beside)
        for worker in workers.values():
            await worker.close()
        await _end([*serving, stopped])
        _log.info("worker.stopped", asked=stopped in ended)


def _is_busy(workers: Mapping[str, Worker]) -> bool:
    return any(worker.job_counter for worker in workers.values())


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
