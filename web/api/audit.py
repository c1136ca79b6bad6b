"""/audit: who commanded, wrote or changed what."""

from __future__ import annotations

from aiohttp import web

from web import access, audit

_MOST = 1000


async def listed(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.query_number(request, "repo_id"))
    found, rest = await audit.lines(request, repository, limit=_MOST)
    shown = [
        {
            "id": line.id,
            "at": line.at.isoformat(),
            "actor": line.actor,
            "act": line.act,
            "what": line.what,
            "detail": line.detail,
        }
        for line in found
    ]
    return web.json_response({"repo_id": repository.id, "lines": shown, "next": rest})
