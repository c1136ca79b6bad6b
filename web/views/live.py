"""The live line: how a repository stands, sent whenever that changes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from core import stream
from core.db.repositories import Repository
from web import access, keys
from web.news import News
from web.page import badge, fragment
from web.standing import standing_of
from web.stream import open_stream, send

_IDLE_SECONDS = 2.0
_SETTLE_SECONDS = 0.4
_LONGEST_SECONDS = 600.0
_PULSE_SECONDS = 15.0


async def follow(request: web.Request) -> web.StreamResponse:
    """Events `line`: {"html", "unread", "badge", "stamp"}. The stamp changes with what the pages
    show of runs and findings. With `?after=`, and the filters of the insights, events `finding`
    too, as web/news.py has them. It ends now and then; browsers connect again, and are looked at
    anew."""
    repository = await access.repository(request, access.path_number(request))
    news = News.of(request)
    response = await open_stream(request)
    last: dict[str, Any] = {}
    pulse = time.monotonic()
    with contextlib.suppress(ConnectionResetError):
        async for _ in _moments(request, repository):
            line = await _line(request, repository)
            for event in await news.events(request, repository) if news else ():
                await send(response, event)
            if line != last:
                await send(response, {"type": "line", **line})
            elif time.monotonic() - pulse > _PULSE_SECONDS:
                await send(response, {"type": "idle"})
            else:
                continue
            last, pulse = line, time.monotonic()
        await response.write_eof()
    return response


async def _line(request: web.Request, repository: Repository) -> dict[str, Any]:
    """The row again: its index may have moved on."""
    current = await access.repository(request, repository.id)
    standing = await standing_of(request, current)
    html = fragment(request, "line.html", standing=standing)
    unread = standing.unread
    return {"html": html, "unread": unread, "badge": badge(unread), "stamp": standing.stamp}


async def _moments(request: web.Request, repository: Repository) -> AsyncIterator[None]:
    """When to look: at once, after each event and, since an event may be lost, now and then."""
    closing, redis = request.app[keys.CLOSING], request.app[keys.QUEUE].redis
    topic, until = f"learning:{repository.id}", time.monotonic() + _LONGEST_SECONDS
    yield
    while not closing.is_set() and time.monotonic() < until:
        heard = stream.subscribe(redis, topic, after="$", idle_seconds=_IDLE_SECONDS)
        pause = _IDLE_SECONDS  # Where Redis is away there is nothing to wait for but the clock.
        async with contextlib.aclosing(heard) as events:  # type: ignore[type-var]
            async for _ in events:
                # Events come in bursts, and one look sees all that a burst changed.
                pause = _SETTLE_SECONDS
                break
        await asyncio.sleep(pause)
        yield
