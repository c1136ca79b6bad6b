"""Worker processes of `ponder up`: started, started again when they end, and stopped with it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import IO

from core import log

_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0
_STOP_SECONDS = 8.0

_log = log.get(__name__)


@asynccontextmanager
async def supervised(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str], output: IO[str]
) -> AsyncIterator[None]:
    """Keep a `ponder` process running for each list of arguments."""
    # Each child reads from the pipe: it ends when we do, even if we are killed.
    lifeline, held = os.pipe()
    keepers = [
        asyncio.create_task(_keep(arguments, environment, output, lifeline))
        for arguments in commands
    ]
    try:
        yield
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        os.close(lifeline)
        os.close(held)


async def _keep(
    arguments: Sequence[str], environment: Mapping[str, str], output: IO[str], lifeline: int
) -> None:
    pause = 0.5
    while True:
        began = time.monotonic()
        status = await _run(arguments, environment, output, lifeline)
        if time.monotonic() - began > _STEADY_SECONDS:
            pause = 0.5
        _log.warning("child.ended", arguments=list(arguments), status=status, pause=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


async def _run(
    arguments: Sequence[str], environment: Mapping[str, str], output: IO[str], lifeline: int
) -> int:
    """One life of a child. When cancelled, it is asked to end, and then made to."""
    child = await asyncio.create_subprocess_exec(
        # -P: a folder named like one of our packages in the current directory is not ours.
        *(sys.executable, "-P", "-m", "cli.main", *arguments, "--lifeline", str(lifeline)),
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=(lifeline,),
        # Ctrl-C reaches the whole group of the terminal; the children are told by us.
        start_new_session=True,
    )
    try:
        return await child.wait()
    finally:
        await _end(child)


async def _end(child: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        child.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), _STOP_SECONDS)
            return
        child.kill()
    await child.wait()
