"""Git over HTTP, as a server of repositories has it: `git http-backend`, with a login if asked."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serve_git(root: Path, *, login: tuple[str, str] | None = None) -> AsyncIterator[str]:
    """Serve the bare repositories under `root`; yield the address, without a slash at its end.

    With a login (user, password) everything else than that is answered 401.
    """
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{path:.*}", git_handler(root, login=login))
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def git_handler(root: Path, *, login: tuple[str, str] | None = None) -> Handler:
    """A handler for a route '/{path:.*}', so that other servers can have repositories too."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if login and not _is_login(request.headers.get("Authorization", ""), login):
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="git"'})
        return await _backend(root, request)

    return handle


def _is_login(header: str, login: tuple[str, str]) -> bool:
    expected = base64.b64encode(":".join(login).encode()).decode()
    return header.lower() == f"basic {expected}".lower()


async def _backend(root: Path, request: web.Request) -> web.StreamResponse:
    body = await request.read()
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GIT_CONFIG_KEY_1": "uploadpack.allowAnySHA1InWant",
        "GIT_CONFIG_VALUE_1": "true",
        "PATH_INFO": "/" + request.match_info["path"],
        "QUERY_STRING": request.query_string,
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        # aiohttp has undone the compression of the body.
        "HTTP_GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
    }
    process = await asyncio.create_subprocess_exec(
        "git",
        "http-backend",
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    written, _ = await process.communicate(body)
    return _response(written)


def _response(written: bytes) -> web.Response:
    """What a CGI program wrote: headers, a blank line, a body."""
    head, _, body = written.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
    status = int(headers.pop("Status", "200").split()[0])
    return web.Response(status=status, headers=headers, body=body)
