"""Tasks that go on beside others, and how they are ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

_PATIENCE_SECONDS = 2.0
_CLEANING_SECONDS = 30.0
"""For a job that is cut off to put things in order."""
_LOOK_SECONDS = 1.0

_Done = TypeVar("_Done")


class Stopped(Exception):
    """A job was cut off, since somebody wants it to end."""


async def unless(job: Awaitable[_Done], unwanted: Callable[[], Awaitable[object]]) -> _Done:
    """What becomes of a job; `unwanted` is asked each second meanwhile. Raise Stopped, with the job
    cancelled, where its answer is true, and what either of them raises."""
    task = asyncio.ensure_future(job)
    try:
        while not (await asyncio.wait({task}, timeout=_LOOK_SECONDS))[0]:
            if await unwanted():
                raise Stopped
        return task.result()
    finally:
        # However we leave, nothing of the job goes on behind our back.
        await ended(task, patience=_CLEANING_SECONDS)


async def ended(*tasks: asyncio.Future[Any], patience: float = _PATIENCE_SECONDS) -> None:
    """Cancel tasks, until all of them are over; what became of them is not told.

    Once is not enough: where a cancellation and what a task waits for come at the same moment,
    Python 3.11 forgets the cancellation (`asyncio.wait_for`, in which the pool of database
    connections waits), and whoever goes on for ever would. Each has `patience` to clean up.
    """
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=patience)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # else Python would complain that nobody looked at it
