"""The embedded stores of a benchmark, which end with it however it is ended."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from cli import stores as embedded
from core.settings import Settings

_ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextmanager
def stores(settings: Settings, *, durable: bool = True) -> Iterator[Settings]:
    """As `cli.stores.stores` has them. A signal that ends the benchmark, also one that was started
    in the background where SIGINT is ignored, ends it as an error does: what it started is stopped,
    and a second signal does not come between."""
    before = {number: signal.signal(number, _end) for number in _ENDS}
    try:
        with embedded.stores(settings, durable=durable) as running:
            yield running
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def _end(number: int, _: FrameType | None) -> None:
    for each in _ENDS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)
