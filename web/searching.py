"""Searching: the index is with the workers, so one of them is asked, and tells over Redis."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from aiohttp import web

from core import stream
from core.db import work
from core.db.repositories import Repository
from core.stream import Event
from web import keys
from web.asking import require_hope, require_on
from web.limits import SEARCHES_A_MINUTE, check_rate
from web.problem import Problem
from web.viewer import VIEWER

LONGEST_QUERY = 1000
MOST_RESULTS = 100
FACETS = ("part", "language", "folder", "kind")

_LONGEST_SECONDS = 20.0
_IDLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What to search for: the text, and one value of each facet, '' where any is wanted."""

    query: str
    limit: int = 20
    part: str = ""
    language: str = ""
    folder: str = ""
    kind: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        return {facet: value for facet in FACETS if (value := getattr(self, facet))}


class Refused(Exception):
    """The search cannot be made as it was typed; the text says how to mend it."""


def asked_in(request: web.Request, *, limit: int = 20) -> Asked:
    """Raise Problem 422 where a parameter is none."""
    values = {name: request.query.get(name, "").strip() for name in FACETS}
    query = request.query.get("q", "").strip()
    if len(query) > LONGEST_QUERY or any(len(value) > 4096 for value in values.values()):
        raise Problem(422, f"A search has at most {LONGEST_QUERY} characters.")
    if "\x00" in "".join([query, *values.values()]):
        raise Problem(422, "A search must not contain NUL characters.")
    return Asked(query, limit, **values)


async def search(request: web.Request, repository: Repository, asked: Asked) -> Event:
    """What the worker found. Raise Refused, or Problem where nobody can search now."""
    require_hope(repository)
    if repository.snapshot_id is None:
        raise Problem(
            409,
            f"{repository.name} is being indexed for the first time; search it when that is done.",
            headers={"Retry-After": "5"},
        )
    await check_rate(
        request,
        request[VIEWER],
        "searched",
        SEARCHES_A_MINUTE,
        "searches",
        installation_id=repository.installation_id,
    )
    topic = f"search:{uuid4()}"
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        await require_on(request, connection)
        job = await work.add(
            connection,
            installation_id=repository.installation_id,
            kind="search",
            queue="interactive",
            subject={"repository_id": repository.id, "topic": topic, **asdict(asked)},
        )
    await request.app[keys.QUEUE].wake(job)
    return _told(await _last(request, topic))


async def _last(request: web.Request, topic: str) -> Event:
    """Nothing of it is kept: who searches again, asks again."""
    redis = request.app[keys.QUEUE].redis
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            async with contextlib.aclosing(_events(request, topic)) as events:
                async for event in events:
                    if event["type"] in stream.LAST:
                        return event
    except TimeoutError:
        pass
    finally:
        await stream.forget(redis, topic)
    raise Problem(
        503, "No worker answered the search; try again shortly.", headers={"Retry-After": "2"}
    )


async def _events(request: web.Request, topic: str) -> AsyncGenerator[Event, None]:
    """Ends early where nobody can answer, and when the server closes."""
    queue, closing = request.app[keys.QUEUE], request.app[keys.CLOSING]
    async for _, event in stream.subscribe(queue.redis, topic, idle_seconds=_IDLE_SECONDS):
        if event["type"] == "idle":
            workers = await queue.workers()
            if closing.is_set() or (workers and not workers["interactive"]):
                return
        yield event


def _told(event: Event) -> dict[str, Any]:
    if event["type"] == "done":
        return event
    if event.get("mendable"):
        raise Refused(str(event["message"]))
    raise Problem(503, str(event["message"]))
