"""GET /risks: how likely each file and definition is to need mending, and why."""

from __future__ import annotations

from aiohttp import web

from core.db import risks, snapshots
from web import access, keys
from web.paging import part_in
from web.problem import Problem

_LIMIT, _MOST = 100, 1000


async def listed(request: web.Request) -> web.Response:
    """The riskiest first."""
    repository = await access.repository(request, access.query_number(request, "repo_id"))
    limit, offset = part_in(request, limit=_LIMIT, most=_MOST)
    path = path_in(request)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await risks.of_repository(
            connection, repository.id, path=path, limit=limit + 1, offset=offset
        )
        snapshot = await snapshots.current(connection, repository.id)
    told = [
        {
            "path": each.path,
            "symbol": each.symbol or None,
            "score": each.score,
            "reasons": each.reasons,
        }
        for each in found[:limit]
    ]
    at = found[0].commit_sha if found else snapshot.commit_sha if snapshot else None
    more = offset + limit if len(found) > limit else None
    return web.json_response({"repo_id": repository.id, "commit": at, "risks": told, "next": more})


def path_in(request: web.Request) -> str:
    """A file or folder of the query. Raise Problem 422."""
    path = request.query.get("path", "").strip("/")
    if len(path) > 4096 or "\x00" in path:
        detail = "is no path of a repository"
        raise Problem(422, f"path {detail}.", errors=[{"parameter": "path", "detail": detail}])
    return path
