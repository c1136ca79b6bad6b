"""Runs: the list, and one of them with its log, its cost and what it left behind."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from core.db import insights, runs, thoughts
from web import access, body, keys
from web.finding import shown
from web.problem import Problem
from web.requesting import cancel_run, run_again
from web.runs import before_in, kind_in, log_of, run_in_path
from web.standing import repository_page

_PAGE = 40
_STATES = ["running", "queued", "resting"]


async def listed(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.path_number(request))
    before, kind = before_in(request), kind_in(request)
    idle = bool(request.query.get("idle"))
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await runs.of_repository(
            connection, repository.id, before=before, kind=kind, idle=idle, limit=_PAGE + 1
        )
        waiting = await thoughts.of_repository(connection, repository.id, states=_STATES, limit=20)
    older = ""
    chosen = {name: value for name, value in (("thought", kind), ("idle", "1" * idle)) if value}
    if len(found) > _PAGE:
        older = f"?{urlencode({**chosen, 'before': str(found[_PAGE - 1].id)})}"
    return await repository_page(
        request,
        repository,
        "runs.html",
        tab="runs",
        runs=found[:_PAGE],
        waiting=[each for each in waiting if each.state != "running"] if not before else [],
        kind=kind,
        idle=idle,
        older=older,
    )


async def show(request: web.Request) -> web.Response:
    run, repository = await run_in_path(request)
    if access.path_number(request) != repository.id:
        raise Problem(404, f"{repository.name} has this run; look there.")
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await insights.of_run(connection, repository.id, run.id)
        thought = await thoughts.get(connection, run.thought_id)
    return await repository_page(
        request,
        repository,
        "run.html",
        tab="runs",
        run=run,
        thought=thought,
        found=await shown(found),
        log=await log_of(request, run),
        writes=access.viewer(request).writes(repository),
    )


async def acted(request: web.Request) -> web.Response:
    """The buttons of a run; then the list, where what was asked for waits."""
    run, repository = await run_in_path(request, write=True)
    act = (await body.form(request)).get("act", "")
    if act == "cancel":
        await cancel_run(request, repository, run)
        raise web.HTTPSeeOther(f"/repositories/{repository.id}/runs/{run.id}")
    if act != "rerun":
        raise Problem(422, "Use one of the buttons of the page.")
    await run_again(request, repository, run)
    raise web.HTTPSeeOther(f"/repositories/{repository.id}/runs")
