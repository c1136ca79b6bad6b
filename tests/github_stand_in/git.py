"""Git over HTTP behind the token that GitHub asks for."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from aiohttp import web

from tests.git_server import git_handler

if TYPE_CHECKING:
    from tests.github_stand_in.server import StandIn
    from tests.github_stand_in.world import Repository


def add_routes(app: web.Application, stand_in: StandIn) -> None:
    async def serve(request: web.Request) -> web.StreamResponse:
        owner, name = request.match_info["owner"], request.match_info["name"]
        repository = stand_in.world.find(owner, name)
        if repository is None or repository.git is None:
            raise web.HTTPNotFound(text="Repository not found.")
        if not _may_read(stand_in, repository, request.headers.get("Authorization", "")):
            challenge = {"WWW-Authenticate": 'Basic realm="GitHub"'}
            raise web.HTTPUnauthorized(headers=challenge, text="Repository not found.")
        return await git_handler(repository.git)(request)

    app.router.add_route("*", "/{owner}/{name}.git/{path:.*}", serve)


def _may_read(stand_in: StandIn, repository: Repository, authorization: str) -> bool:
    """A public one is read by everybody; a token that is given must be good all the same."""
    if not authorization:
        return not repository.private
    _, _, encoded = authorization.partition(" ")
    user, _, value = base64.b64decode(encoded).decode().partition(":")
    token = stand_in.world.token(value)
    good = token is not None and token.covers(repository) and token.may("contents", "read")
    return user == "x-access-token" and good
