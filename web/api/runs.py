"""/runs: what was thought, at what cost, and what came of it."""

from __future__ import annotations

from aiohttp import web

from core.db import findings, runs
from web import access, keys
from web.paging import number_in
from web.problem import Problem
from web.requesting import cancel_run, run_again
from web.runs import ARTIFACT, as_json, before_in, kind_in, log_of, run_in_path

_LIMIT, _MOST = 50, 200


async def listed(request: web.Request) -> web.Response:
    """The newest first."""
    repository = await access.repository(request, access.query_number(request, "repo_id"))
    limit = number_in(request, "limit", default=_LIMIT, least=1, most=_MOST)
    before, kind = before_in(request), kind_in(request)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await runs.of_repository(
            connection, repository.id, before=before, kind=kind, limit=limit + 1
        )
    last = str(found[limit - 1].id) if len(found) > limit else None
    told = [as_json(each) for each in found[:limit]]
    return web.json_response({"repo_id": repository.id, "runs": told, "next": last})


async def show(request: web.Request) -> web.Response:
    run, repository = await run_in_path(request)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        fingerprints = await findings.of_run(connection, repository.id, run.id)
    log = await log_of(request, run)
    return web.json_response({**as_json(run), "findings": fingerprints, "log": log})


async def again(request: web.Request) -> web.Response:
    """The same Thought about the same subject, at the commit that is indexed now."""
    run, repository = await run_in_path(request, write=True)
    thought = await run_again(request, repository, run)
    return web.json_response(
        {"repo_id": repository.id, "thought_id": thought.id, "thought": thought.kind}, status=202
    )


async def cancelled(request: web.Request) -> web.Response:
    """A running one ends within seconds."""
    run, repository = await run_in_path(request, write=True)
    await cancel_run(request, repository, run)
    return web.json_response({"repo_id": repository.id, "run_id": str(run.id)}, status=202)


async def artifact(request: web.Request) -> web.Response:
    """To be saved, never shown: what a repository's code wrote is hostile."""
    run, _ = await run_in_path(request)
    name = request.match_info["name"]
    listed = any(each["name"] == name for each in run.artifacts)
    content = None
    if listed and ARTIFACT.fullmatch(name):
        content = await request.app[keys.ARTIFACTS].get(run.id, name)
    if content is None:
        raise Problem(404, f"The run has no artifact '{name[:100]}'.")
    response = web.Response(body=content, content_type="application/octet-stream")
    # The name is letters, digits, dots, dashes and underscores: it needs no quoting.
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
