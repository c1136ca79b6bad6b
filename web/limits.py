"""How often one person may ask, where many people share a server."""

from __future__ import annotations

import time

from aiohttp import web

from web import keys
from web.problem import Problem
from web.viewer import Viewer

QUESTIONS_A_MINUTE = 20


async def check_rate(request: web.Request, viewer: Viewer) -> None:
    """Raise Problem 429. In local mode there is no limit; without Redis there is none either."""
    if viewer.user is None:
        return
    asked = await request.app[keys.QUEUE].count(f"asked:{viewer.user.id}", 60)
    if asked > QUESTIONS_A_MINUTE:
        raise Problem(
            429,
            f"You asked more than {QUESTIONS_A_MINUTE} questions within a minute; wait a little.",
            headers={"Retry-After": str(60 - int(time.time()) % 60)},
        )
