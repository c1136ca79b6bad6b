"""When a worker looks for garbage in cycles: between questions, and not in the middle of one.

What a worker has loaded is a million objects that stay. Python would look at all of them again and
again, whenever some more have come, and everybody who asks at that moment waits for it.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

YOUNG = 10_000
"""Objects that are made before the newest ones are looked at: an answer makes several times as
many, and next to none of them are in cycles."""
EVERY_SECONDS = 60.0
LATEST_SECONDS = 900.0
"""A worker that is never idle looks all the same."""
_NEVER = 1_000_000_000


def leave_alone() -> None:
    """What the process consists of by now stays; and nothing old is looked at by itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, _NEVER)


async def look_between(is_busy: Callable[[], bool]) -> None:
    """For ever: at all objects, once a minute where nobody waits and much has been made since."""
    looked = time.monotonic()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        _, _, made_since = gc.get_count()
        if made_since and (not is_busy() or time.monotonic() - looked > LATEST_SECONDS):
            gc.collect()
            looked = time.monotonic()
