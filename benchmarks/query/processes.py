"""The processes that `ponder` starts, while something is measured through them."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from benchmarks.query.stage import environment as of_settings
from benchmarks.query.stage import until
from core.settings import Settings

PONDER = Path(sys.executable).with_name("ponder")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@asynccontextmanager
async def ponder(
    settings: Settings, *arguments: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[str]:
    """One that serves HTTP; yields its address once it is ready."""
    port = free_port()
    process = subprocess.Popen(
        [PONDER, *arguments, "--port", str(port)],
        env={**of_settings(settings), **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=(settings.data_dir / "ponder.log").open("ab"),
    )
    url = f"http://127.0.0.1:{port}"

    async def ready() -> bool:
        if process.poll() is not None:
            raise SystemExit(f"ponder ended; see {settings.data_dir / 'ponder.log'}")
        async with aiohttp.ClientSession() as session:
            try:
                async with session.get(f"{url}/readyz") as response:
                    return response.status == 200
            except aiohttp.ClientConnectionError:
                return False

    try:
        await until(ready, every=0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 300)
