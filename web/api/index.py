"""/index: bring a repository's index up to date, and say how far it is."""

from __future__ import annotations

import re

from aiohttp import web

from core.db import snapshots
from core.db.repositories import Repository
from web import access, body, keys
from web.connecting import index

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


async def initial(request: web.Request) -> web.Response:
    """Index the default branch; what did not change since the last time costs nothing."""
    repository = await access.repository(request, access.path_number(request), write=True)
    job = await index(request, repository)
    return web.json_response({"repo_id": repository.id, "work_ids": [job.id]}, status=202)


async def diff(request: web.Request) -> web.Response:
    """Index a commit. Where `before` is what questions are answered from now, the default branch
    has moved, and it is brought up to date too."""
    repository = await access.repository(request, access.path_number(request), write=True)
    fields = await body.read(request)
    before, after = (_commit(fields, name) for name in ("before", "after"))
    fields.check()
    jobs = [await index(request, repository, after)]
    if before == await _answers_from(request, repository):
        jobs.append(await index(request, repository))
    work_ids = [job.id for job in jobs]
    return web.json_response({"repo_id": repository.id, "work_ids": work_ids}, status=202)


async def status(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.query_number(request, "repo_id"))
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await request.app[keys.STATUSES].of(connection, repository)
    return web.json_response(found.as_json())


def _commit(fields: body.Body, name: str) -> str:
    text = fields.text(name, longest=64).lower()
    if text and not _COMMIT.fullmatch(text):
        fields.wrong(name, "must be a commit's whole id in hexadecimal")
    return text


async def _answers_from(request: web.Request, repository: Repository) -> str:
    if repository.snapshot_id is None:
        return ""
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        snapshot = await snapshots.get(connection, repository.snapshot_id)
    return snapshot.commit_sha if snapshot else ""
