"""Work of many seconds that cannot be stopped, in a thread that the end of the process does not
wait for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


async def apart(work: Callable[_P, _R], /, *arguments: _P.args, **named: _P.kwargs) -> _R:
    """Like `asyncio.to_thread`. Where the caller is cancelled, what the work gives is lost, so it
    must not write anything."""
    made: asyncio.Future[_R] = asyncio.get_running_loop().create_future()
    run = partial(work, *arguments, **named)
    threading.Thread(target=_settle, args=(made, run), daemon=True).start()
    return await made


def _settle(made: asyncio.Future[_R], run: Callable[[], _R]) -> None:
    try:
        result = run()
    except BaseException as error:  # noqa: BLE001 - it is raised where the work is waited for
        tell = partial(_tell, made, made.set_exception, error)
    else:
        tell = partial(_tell, made, made.set_result, result)
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        made.get_loop().call_soon_threadsafe(tell)


def _tell(made: asyncio.Future[_R], tell: Callable[..., None], what: object) -> None:
    if not made.done():
        tell(what)
