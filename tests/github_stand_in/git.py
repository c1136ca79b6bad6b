"""Git over HTTP: `git http-backend` behind the token that GitHub asks for."""

from __future__ import annotations

import asyncio
import base64
import os
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from tests.github_stand_in.server import StandIn
    from tests.github_stand_in.world import Repository


def add_routes(app: web.Application, stand_in: StandIn) -> None:
    async def serve(request: web.Request) -> web.Response:
        owner, name, rest = (request.match_info[key] for key in ("owner", "name", "rest"))
        repository = stand_in.world.find(owner, name)
        if repository is None or repository.git is None:
            raise web.HTTPNotFound(text="Repository not found.")
        if not _may_read(stand_in, repository, request.headers.get("Authorization", "")):
            challenge = {"WWW-Authenticate": 'Basic realm="GitHub"'}
            raise web.HTTPUnauthorized(headers=challenge, text="Repository not found.")
        return await _backend(request, repository, rest)

    app.router.add_route("*", "/{owner}/{name}.git/{rest:.*}", serve)


def _may_read(stand_in: StandIn, repository: Repository, authorization: str) -> bool:
    """A public one is read by everybody; a token that is given must be good all the same."""
    if not authorization:
        return not repository.private
    _, _, encoded = authorization.partition(" ")
    user, _, value = base64.b64decode(encoded).decode().partition(":")
    token = stand_in.world.token(value)
    good = token is not None and token.covers(repository) and token.may("contents", "read")
    return user == "x-access-token" and good


async def _backend(request: web.Request, repository: Repository, rest: str) -> web.Response:
    assert repository.git is not None
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROJECT_ROOT": str(repository.git),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "PATH_INFO": f"/{rest}",
        "QUERY_STRING": request.query_string,
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
    }
    process = await asyncio.create_subprocess_exec(
        "git", "http-backend", env=environment,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate(await request.read())
    head, _, body = output.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
    status = int(headers.pop("Status", "200").split()[0])
    return web.Response(status=status, headers=headers, body=body)
