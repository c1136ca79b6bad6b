"""Tasks that go on beside others, and how they are ended."""

from __future__ import annotations

import asyncio
from typing import Any

_PATIENCE_SECONDS = 2.0


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
