"""Work that cannot be stopped holds up neither its caller nor the end of the process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from workers.embeddings.apart import apart


async def test_what_the_work_gives_is_given() -> None:
    assert await apart(divmod, 7, 2) == (3, 1)


async def test_what_the_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await apart(divmod, 7, 0)


async def test_a_caller_that_is_cancelled_does_not_wait() -> None:
    begun, end = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        end.wait(60)

    waiting = asyncio.ensure_future(apart(work))
    await asyncio.to_thread(begun.wait, 60)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    end.set()


def test_a_process_ends_while_the_work_goes_on() -> None:
    program = """
import asyncio, contextlib, time
from workers.embeddings.apart import apart

async def main():
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.05):
            await apart(time.sleep, 3600)

asyncio.run(main())
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
