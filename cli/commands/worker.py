"""Do the work that the doors queue: answer, index, embed, write to GitHub."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import threading
import time
from collections.abc import Sequence

from cli import opened
from core.settings import Settings

HELP = "do the work that is queued: answer, index, embed, write to GitHub"
_GONE_SECONDS = 10.0
QUEUES = ("interactive", "indexing", "background", "thinking")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--queue",
        action="append",
        choices=QUEUES,
        help="serve this queue; may be given more than once (all of them)",
    )
    parser.add_argument("--lifeline", type=int, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    if arguments.lifeline is not None:
        threading.Thread(target=_end_with, args=(arguments.lifeline,), daemon=True).start()
    settings = opened.settings()
    with stores(settings) as running:
        asyncio.run(_work(settings, running, arguments.queue or QUEUES))
    return 0


def _end_with(lifeline: int) -> None:
    """Nothing is ever written to this pipe: reading ends when whoever holds the other end does,
    even by SIGKILL."""
    parent = os.getppid()
    os.read(lifeline, 1)
    deadline = time.monotonic() + _GONE_SECONDS
    # Its other files close a moment later. While its share of the stores counts, none of us
    # would be the last, and nobody would stop them; a process has a new parent after all that.
    while os.getppid() == parent and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGTERM)


async def _work(settings: Settings, running: Settings, queues: Sequence[str]) -> None:
    from core import log
    from workers.main import run

    log.configure()
    await opened.prepare(running)
    running = await opened.with_app(running)
    leaving = asyncio.create_task(_leave(settings, running))
    try:
        await run(running, queues)
    finally:
        leaving.cancel()


async def _leave(settings: Settings, running: Settings) -> None:
    """End when the stores had to move: whoever supervises us starts us at their new address."""
    from cli.stores import keep

    await keep(settings, running)
    os.kill(os.getpid(), signal.SIGTERM)
