"""Processor time of Ponder's own code, by the run that it was spent for."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

_T = TypeVar("_T")
_P = ParamSpec("_P")


@dataclass(slots=True)
class Meter:
    """Of one run: seconds in the event loop and, with Threads, in threads that it waited for."""

    cpu_seconds: float = 0.0


_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


@dataclass(slots=True)
class Metered(Generic[_T]):
    """To be awaited in place of `work`: its steps are counted, and other tasks' are not."""

    work: Coroutine[Any, Any, _T]
    meter: Meter

    def __await__(self) -> Generator[Any, None, _T]:
        _METER.set(self.meter)
        error: BaseException | None = None
        while True:
            began = time.thread_time()
            try:
                wanted = self.work.send(None) if error is None else self.work.throw(error)
            except StopIteration as ended:
                result: _T = ended.value
                return result
            finally:
                self.meter.cpu_seconds += time.thread_time() - began
            error = None
            try:
                yield wanted
            except BaseException as thrown:  # noqa: BLE001 - it is the work's, cancellation too
                error = thrown


class Threads(ThreadPoolExecutor):
    """Where an event loop runs what blocks; a call counts for the run that wants it."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        meter = _METER.get()

        def counted() -> _T:
            began = time.thread_time()
            try:
                return fn(*args, **kwargs)
            finally:
                if meter is not None:
                    meter.cpu_seconds += time.thread_time() - began

        return super().submit(counted)
