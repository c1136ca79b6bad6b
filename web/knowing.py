"""Facts: read where somebody asked before; otherwise a worker finds them out first."""

from __future__ import annotations

import asyncio

from aiohttp import web

from core.db import facts, snapshots, work
from core.db.facts import Fact
from core.db.repositories import Repository
from core.db.snapshots import Snapshot
from core.db.work import Work
from web import keys
from web.asking import require_hope, require_on
from web.limits import SEARCHES_A_MINUTE, check_rate
from web.problem import Problem
from web.viewer import VIEWER

LONGEST_SCOPE = 4096

_LONGEST_SECONDS = 25.0
_POLL_SECONDS = 0.05


async def known(
    request: web.Request, repository: Repository, scope: str
) -> tuple[Snapshot, list[Fact]]:
    """What is known of a scope of the current snapshot. Raise Problem where nobody can tell now."""
    require_hope(repository)
    if len(scope) > LONGEST_SCOPE or "\x00" in scope:
        raise Problem(422, f"A scope is a path or a name of at most {LONGEST_SCOPE} characters.")
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        snapshot = await snapshots.current(connection, repository.id)
        if snapshot is None:
            raise Problem(
                409,
                f"{repository.name} is being indexed for the first time; ask when that is done.",
                headers={"Retry-After": "5"},
            )
        found = await facts.of_scope(connection, snapshot.id, scope)
    if found is None:
        found = await _found_out(request, snapshot, scope)
    return snapshot, found


async def _found_out(request: web.Request, snapshot: Snapshot, scope: str) -> list[Fact]:
    await check_rate(
        request,
        request[VIEWER],
        "searched",
        SEARCHES_A_MINUTE,
        "searches",
        installation_id=snapshot.installation_id,
    )
    async with request.app[keys.DATABASE].tenant(snapshot.installation_id) as connection:
        await require_on(request, connection)
        job = await work.add(
            connection,
            installation_id=snapshot.installation_id,
            kind="facts",
            queue="interactive",
            subject={
                "repository_id": snapshot.repository_id,
                "snapshot_id": snapshot.id,
                "scope": scope,
            },
            key=f"facts:{snapshot.id}:{scope}",
        )
    await request.app[keys.QUEUE].wake(job)
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            return await _awaited(request, snapshot, scope, job)
    except TimeoutError as error:
        raise Problem(
            503, "No worker has found it out yet; ask again shortly.", headers={"Retry-After": "5"}
        ) from error


async def _awaited(request: web.Request, snapshot: Snapshot, scope: str, job: Work) -> list[Fact]:
    """The rows are the truth: a worker elsewhere may have been asked the same."""
    while not request.app[keys.CLOSING].is_set():
        async with request.app[keys.DATABASE].tenant(snapshot.installation_id) as connection:
            found = await facts.of_scope(connection, snapshot.id, scope)
            state = await work.get(connection, job.id)
        if found is not None:
            return found
        if state is not None and state.state == "failed":
            raise Problem(503, state.error or "What is known could not be found out.")
        await asyncio.sleep(_POLL_SECONDS)
    raise TimeoutError
