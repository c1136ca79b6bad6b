"""The worker process: one arq worker for each queue that it serves."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress

from arq import cron
from arq.connections import RedisSettings
from arq.cron import CronJob
from arq.worker import Worker, func

from core import log
from core.queue import QUEUES, deserialize, queue_name, redis_settings, serialize
from core.settings import Settings
from workers.context import Context, open_context
from workers.jobs import forget, refresh, run_work, sweep

_log = log.get(__name__)

# Jobs at once in one process, and how long one may take. Questions wait for a model most of their
# time; an index keeps the processors busy by itself.
_AT_ONCE = {"interactive": 20, "indexing": 1, "background": 2}
_TIMEOUT_SECONDS = {"interactive": 300, "indexing": 6 * 3600, "background": 2 * 3600}
_SWEEP_SECONDS = set(range(0, 60, 10))


# The sweep would wait behind an index on a queue that runs one job at a time.
_SWEEPING = ("interactive", "background")


def _cron_jobs(queue: str) -> list[CronJob]:
    sweeping = cron(sweep, second=_SWEEP_SECONDS, run_at_startup=True, keep_result=0)
    forgetting = cron(forget, hour=4, minute=0, keep_result=0)
    return [
        *([sweeping] if queue in _SWEEPING else []),
        *([forgetting] if queue == "background" else []),
    ]


def _worker(context: Context, redis: RedisSettings, queue: str) -> Worker:
    return Worker(
        functions=[func(run_work, name="run_work", keep_result=0, max_tries=1)],
        queue_name=queue_name(queue),
        redis_settings=redis,
        ctx={"context": context},
        cron_jobs=_cron_jobs(queue),
        max_jobs=_AT_ONCE[queue],
        job_timeout=_TIMEOUT_SECONDS[queue],
        poll_delay=0.05,
        health_check_interval=5,
        handle_signals=False,
        job_serializer=serialize,
        job_deserializer=deserialize,
    )


async def run(settings: Settings, queues: Sequence[str] = QUEUES) -> None:
    """Serve the queues until SIGTERM or SIGINT. Work that is cut off is put back."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_context(settings) as context:
        if "background" in queues:
            await refresh(context)
        workers = [_worker(context, redis_settings(settings.redis_url), name) for name in queues]
        serving = [asyncio.create_task(worker.async_run()) for worker in workers]
        _log.info("worker.started", queues=list(queues))
        stopped = asyncio.create_task(stop.wait())
        ended, _ = await asyncio.wait([*serving, stopped], return_when=asyncio.FIRST_COMPLETED)
        for worker in workers:
            await worker.close()
        for task in (*serving, stopped):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        _log.info("worker.stopped", asked=stopped in ended)
