"""/repos: which repositories there are, and connecting another."""

from __future__ import annotations

from aiohttp import web

from web import access, body, keys
from web.connecting import connect


async def listed(request: web.Request) -> web.Response:
    visible = await access.visible(request)
    async with request.app[keys.DATABASE].system() as connection:
        statuses = [await request.app[keys.STATUSES].of(connection, each) for each in visible]
    return web.json_response({"repositories": [status.as_json() for status in statuses]})


async def connected(request: web.Request) -> web.Response:
    fields = await body.read(request)
    text = fields.text("repo", longest=2000)
    fields.check()
    repository, job = await connect(request, text)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        status = await request.app[keys.STATUSES].of(connection, repository)
    return web.json_response({**status.as_json(), "work_id": job.id}, status=202)
