"""The audit log of a repository, for those who administer it."""

from __future__ import annotations

from aiohttp import web

from core.db import audit_log
from core.db.audit_log import Line
from core.db.repositories import Repository
from web import access, keys
from web.problem import Problem


async def lines(
    request: web.Request, repository: Repository, *, limit: int
) -> tuple[list[Line], int | None]:
    """The newest first, and behind which line the rest is. Raise Problem 403 for others."""
    if not access.viewer(request).administers(repository):
        raise Problem(
            403, f"You need admin rights to {repository.name} on GitHub to see its audit log."
        )
    before = access.query_number(request, "before") if "before" in request.query else None
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await audit_log.of_repository(
            connection, repository.id, before=before, limit=limit + 1
        )
    return found[:limit], found[limit - 1].id if len(found) > limit else None
