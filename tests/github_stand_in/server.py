"""A GitHub of our own, at the HTTP seam: stateful, and judged by GitHub's published description.

Whatever a client sends that GitHub does not describe is kept in `violations`, and so is what the
stand-in itself gets wrong; the fixture fails the test if there is any.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.github_stand_in import git, oauth
from tests.github_stand_in.api import OPERATIONS, Answer, Call, Denied
from tests.github_stand_in.description import Operation, description
from tests.github_stand_in.webhooks import Webhooks
from tests.github_stand_in.world import Account, Token, World

PREFIX = "/api/v3"
"""As on an Enterprise Server, so that a base address with a path is tried, too."""

NOTHING: Any = object()


@dataclass
class Fault:
    """What goes wrong the next `times` that a request matches. `after`: it is done, and yet the
    answer is this. `drop`: the connection is closed instead of an answer."""

    method: str
    path: str
    status: int = 502
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "Server Error"
    times: int = 1
    after: bool = False
    drop: bool = False

    def hits(self, method: str, path: str) -> bool:
        matches = self.method == method and re.search(self.path, path) is not None
        return self.times > 0 and matches

    def response(self, request: web.Request) -> web.Response:
        self.times -= 1
        if self.drop and request.transport is not None:
            request.transport.close()
        return web.json_response(
            {"message": self.message}, status=self.status, headers=self.headers
        )


@dataclass(frozen=True)
class Request:
    """What was asked, for tests that count."""

    method: str
    path: str
    body: Any
    authorization: str


@dataclass
class StandIn:
    """`url` is known once it is served; `visitor` is who signs in through the browser."""

    world: World = field(default_factory=World)
    url: str = ""
    visitor: Account | None = None
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    webhooks: Webhooks = field(init=False)
    private_key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.private_key = (
            _key()
            .private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
            .decode()
        )
        self.webhooks = Webhooks(self.world, self.violations)

    @property
    def environment(self) -> dict[str, str]:
        """What connects a Ponder to this GitHub."""
        return {
            "GITHUB_APP_ID": str(self.world.app_id),
            "GITHUB_PRIVATE_KEY": self.private_key,
            "GITHUB_WEBHOOK_SECRET": self.webhooks.secret,
            "GITHUB_CLIENT_ID": self.world.client_id,
            "GITHUB_CLIENT_SECRET": self.world.client_secret,
            "GITHUB_API_URL": self.url + PREFIX,
            "GITHUB_URL": self.url,
        }

    def fail(self, method: str, path: str, **fault: Any) -> Fault:
        """Let the next request that matches go wrong; see Fault."""
        made = Fault(method, path, **fault)
        self.faults.append(made)
        return made

    def asked(self, method: str, path: str) -> list[Request]:
        return [r for r in self.requests if r.method == method and re.search(path, r.path)]

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator[StandIn]:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", PREFIX + "/{path:.*}", self._api)
        oauth.add_routes(app, self)
        git.add_routes(app, self)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        host, bound = runner.addresses[0][:2]
        self.url = self.webhooks.url = f"http://{host}:{bound}"
        try:
            async with self.webhooks.open():
                yield self
        finally:
            await runner.cleanup()

    async def _api(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix(PREFIX)
        body = await _json(request)
        authorization = request.headers.get("Authorization", "")
        self.requests.append(Request(request.method, path, body, authorization))
        operation = description().operation(request.method, path)
        if operation is None:
            self.violations.append(f"{request.method} {path} is not described")
            return web.json_response({"message": "Not Found"}, status=404)
        self._judge(operation, operation.wrong_request(request.headers, request.query, body))
        fault = next((f for f in self.faults if f.hits(request.method, path)), None)
        if fault and not fault.after:
            return fault.response(request)
        status, answer = self._answer(operation, request, body)
        self._judge(operation, operation.wrong_response(status, answer))
        if fault:
            return fault.response(request)
        return self._response(request, status, answer)

    def _judge(self, operation: Operation, wrong: Any) -> None:
        said = f"{operation.method} {operation.template}"
        self.violations.extend(f"{said}: {what}" for what in wrong)

    def _answer(self, operation: Operation, request: web.Request, body: Any) -> Answer:
        try:
            sender = self._sender(request.headers.get("Authorization", ""))
            if not isinstance(sender, Account) and not operation.for_apps:
                raise Denied(403, "Resource not accessible by integration")
            sent = {} if body is None else body
            query = dict(request.query)
            call = Call(self.world, operation, sender, query, sent, self.url, self.webhooks.written)
            return OPERATIONS[operation.method, operation.template](call)
        except Denied as denied:
            return denied.status, {"message": str(denied)}

    def _sender(self, authorization: str) -> World | Token | Account:
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() not in {"bearer", "token"}:
            raise Denied(401, "Requires authentication")
        if sender := self.world.token(value) or self.world.people.get(value):
            return sender
        try:
            claims = jwt.decode(value, _key().public_key(), algorithms=["RS256"])
        except jwt.PyJWTError as error:
            raise Denied(401, "Bad credentials") from error
        known = {str(self.world.app_id), self.world.client_id}
        if claims["iss"] not in known or claims["exp"] > time.time() + 600:
            raise Denied(401, "A JSON web token could not be decoded")
        return self.world

    def _response(self, request: web.Request, status: int, answer: Any) -> web.Response:
        headers = {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "4999",
            "X-RateLimit-Reset": str(int(time.time()) + 3600),
        }
        size = int(request.query.get("per_page", "30"))
        rows = (
            next((v for v in answer.values() if isinstance(v, list)), [])
            if isinstance(answer, dict)
            else answer
        )
        if request.method == "GET" and isinstance(rows, list) and len(rows) == size:
            page = str(int(request.query.get("page", "1")) + 1)
            following = urlencode({**request.query, "page": page})
            headers["Link"] = f'<{self.url}{request.path}?{following}>; rel="next"'
        return web.json_response(answer, status=status, headers=headers)


@cache
def _key() -> rsa.RSAPrivateKey:
    """The App's, one for the process: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


async def _json(request: web.Request) -> Any:
    """None where there is no body."""
    raw = await request.read()
    return json.loads(raw) if raw else None
