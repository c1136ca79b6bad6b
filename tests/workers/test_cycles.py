"""A worker looks for cycles where nobody waits, and now and then where somebody does."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from workers import cycles


class Knot:
    def __init__(self) -> None:
        self.myself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


async def test_an_idle_worker_lets_go_of_cycles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "EVERY_SECONDS", 0)
    cycles.leave_alone()
    gc.collect(1)  # as if much had been made
    gone = weakref.ref(Knot())
    busy = True
    looking = asyncio.ensure_future(cycles.look_between(lambda: busy))
    for _ in range(5):
        await asyncio.sleep(0)
    assert gone() is not None
    busy = False
    async with asyncio.timeout(60):
        while gone() is not None:
            await asyncio.sleep(0)
    looking.cancel()


async def test_a_worker_that_is_never_idle_does_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "EVERY_SECONDS", 0)
    monkeypatch.setattr(cycles, "LATEST_SECONDS", 0)
    cycles.leave_alone()
    gc.collect(1)  # as if much had been made
    gone = weakref.ref(Knot())
    looking = asyncio.ensure_future(cycles.look_between(lambda: True))
    async with asyncio.timeout(60):
        while gone() is not None:
            await asyncio.sleep(0)
    looking.cancel()
