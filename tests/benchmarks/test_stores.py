"""A benchmark's stores end with it, however it is ended."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.stores import stores
from cli import stores as embedded
from core.settings import Settings


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_a_benchmark_and_its_stores(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where SIGINT is ignored, as in a job of a shell's background, and a second one comes."""
    stopped: list[bool] = []

    @contextmanager
    def started(settings: Settings, *, durable: bool = True) -> Iterator[Settings]:
        try:
            yield settings
        finally:
            os.kill(os.getpid(), number)
            stopped.append(True)

    async def measure() -> None:
        with stores(Settings.from_environment({})):
            os.kill(os.getpid(), number)
            await asyncio.sleep(10)

    monkeypatch.setattr(embedded, "stores", started)
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)]
    was = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(SystemExit) as ended:
            asyncio.run(measure())
    finally:
        signal.signal(signal.SIGINT, was)
    assert (ended.value.code, stopped) == (128 + number, [True])
    assert [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)] == before
