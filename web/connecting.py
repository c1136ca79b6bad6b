"""Connecting a repository and asking for its index: rows, then a wake-up."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from core.db import installations, repositories, repository_links, work
from core.db.repositories import Repository
from core.db.users import User
from core.db.work import Work
from core.repo_name import Named, is_local, parse_repo, top_folder
from web import auth, keys
from web.problem import Problem
from web.viewer import VIEWER


async def connect(request: web.Request, text: str) -> tuple[Repository, Work]:
    """The repository, new or known, and the work that brings its index up to date."""
    viewer = request[VIEWER]
    named = parse_repo(text, request.app[keys.SETTINGS].github_url)
    found = (
        await _connect_local(request, named)
        if viewer.user is None
        else await _connect_seen(request, named, viewer.user)
    )
    return found, await index(request, found)


async def index(request: web.Request, repository: Repository, ref: str = "") -> Work:
    """Queue one index run; a run of the same ref that still waits is the same one."""
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        if not ref:
            await repositories.set_error(connection, repository.id, None)
        job = await work.for_repository(connection, "index", repository, ref)
    await request.app[keys.QUEUE].wake(job)
    return job


async def _connect_local(request: web.Request, named: Named) -> Repository:
    """Browser and workers are on one machine here, so a wrong path can be told at once."""
    if is_local(named.source):
        named = await asyncio.to_thread(top_folder, Path(named.source))
    async with request.app[keys.DATABASE].tenant(repositories.LOCAL) as connection:
        return await repositories.connect_local(connection, name=named.name, source=named.source)


async def _connect_seen(request: web.Request, named: Named, user: User) -> Repository:
    """Only what GitHub shows to both the person and the App."""
    github_url = request.app[keys.SETTINGS].github_url
    if not named.source.startswith(f"{github_url}/"):
        raise Problem(422, f"Name a repository of {github_url} as owner/name.")
    seen = await auth.seen_on_github(request.app, user.id)
    wanted = [pair for pair in seen if pair[1].name.lower() == named.name.lower()]
    if not wanted:
        raise Problem(
            404,
            f"The App cannot see {named.name} for you; install it on that repository first, "
            "or ask its owner to.",
        )
    installation_id, remote = wanted[0]
    async with request.app[keys.DATABASE].system() as connection:
        owner = remote.name.partition("/")[0]
        await installations.meet(
            connection, installation_id=installation_id, account=owner, account_type="User"
        )
        found = await repositories.connect_github(
            connection,
            installation_id=installation_id,
            github_id=remote.github_id,
            name=remote.name,
            source=remote.source,
            private=remote.private,
        )
        permissions = {each.github_id: each.permission or "pull" for _, each in seen}
        await repository_links.replace(connection, user.id, permissions)
    return found
