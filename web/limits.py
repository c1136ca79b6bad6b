"""How often one person may ask, where many people share a server."""

from __future__ import annotations

import time

from aiohttp import web

from web import keys
from web.problem import Problem
from web.viewer import Viewer

QUESTIONS_A_MINUTE = 20
SEARCHES_A_MINUTE = 120
THOUGHTS_A_MINUTE = 30


async def check_rate(
    request: web.Request, viewer: Viewer, what: str, limit: int, called: str
) -> None:
    """Raise Problem 429 where there were more than `limit` within a minute, `called` so. In local
    mode there is no limit; without Redis there is none either."""
    if viewer.user is None:
        return
    counted = await request.app[keys.QUEUE].count(f"{what}:{viewer.user.id}", 60)
    if counted > limit:
        raise Problem(
            429,
            f"You made more than {limit} {called} within a minute; wait a little.",
            headers={"Retry-After": str(60 - int(time.time()) % 60)},
        )
