"""A GitHub of our own, at the HTTP seam: stateful, and judged by GitHub's published description.

Whatever a client sends that GitHub does not describe is kept in `violations`, and so is what the
stand-in itself gets wrong; the fixture fails the test if there is any.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.github_stand_in import git, graphql, oauth
from tests.github_stand_in.bare import Files
from tests.github_stand_in.committer import seeded
from tests.github_stand_in.description import Operation, description
from tests.github_stand_in.faults import Fault, Limits, limited
from tests.github_stand_in.operations import OPERATIONS
from tests.github_stand_in.people import Person
from tests.github_stand_in.rest.call import Answer, Call, Denied
from tests.github_stand_in.webhooks import Webhooks
from tests.github_stand_in.world import Account, Installation, Repository, Token, World

PREFIX = "/api/v3"
"""As on an Enterprise Server, so that a base address with a path is tried, too."""

GRAPHQL = "/api/graphql"


@dataclass(frozen=True)
class Request:
    """What was asked, for tests that count."""

    method: str
    path: str
    body: Any
    authorization: str
    at: float = field(default_factory=time.monotonic)


@dataclass
class StandIn:
    """`url` is known once it is served; `visitor` is who signs in through the browser."""

    world: World = field(default_factory=World)
    url: str = ""
    visitor: Account | None = None
    limits: Limits = field(default_factory=Limits)
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
        self.webhooks = Webhooks(self.world, self.violations, private_key=self.private_key)

    def person(self, login: str = "alice", kind: str = "User") -> Person:
        """Somebody who does things; 'renovate[bot]' is another bot."""
        kind = "Bot" if login.endswith("[bot]") else kind
        return Person(self.world, self.webhooks, self.world.account(login, kind))

    def seed(self, repository: Repository, path: Path, files: Files) -> str:
        """Give a repository a git of its own, with these files; return its first commit."""
        return seeded(repository, path, files)

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
            "GITHUB_WRITE_PAUSE": "0",
        }

    def jwt(self) -> str:
        """With which the App speaks for itself."""
        claims = {"iss": self.world.client_id, "exp": int(time.time()) + 300}
        return jwt.encode(claims, self.private_key, algorithm="RS256")

    def fail(self, method: str, path: str, **fault: Any) -> Fault:
        """Let the next request that matches go wrong; see Fault."""
        made = Fault(method, path, **fault)
        self.faults.append(made)
        return made

    def limit(
        self, method: str, path: str, kind: str, seconds: float | None = None, **fault: Any
    ) -> Fault:
        """Let the next request that matches meet a limit; see `limited`."""
        return self.fail(method, path, **limited(kind, seconds), **fault)

    def asked(self, method: str, path: str) -> list[Request]:
        return [r for r in self.requests if r.method == method and re.search(path, r.path)]

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator[StandIn]:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", PREFIX + "/{path:.*}", self._api)
        app.router.add_post(GRAPHQL, self._graphql)
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

    async def _api(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        body = await _json(request)
        authorization = request.headers.get("Authorization", "")
        self.requests.append(Request(request.method, path, body, authorization))
        operation = description().operation(request.method, path)
        if operation is None:
            self.violations.append(f"{request.method} {path} is not described")
            return web.json_response({"message": "Not Found"}, status=404)
        self._judge(operation, operation.wrong_request(request.headers, request.query, body))
        fault = self._fault(request.method, path, authorization)
        if fault and not fault.after and not fault.cut:
            return await fault.response(request)
        status, answer, headers = self._answer(operation, request, body)
        self._judge(operation, operation.wrong_response(status, answer))
        if fault:
            return await fault.response(request, answer)
        return self._response(request, status, answer, headers)

    async def _graphql(self, request: web.Request) -> web.StreamResponse:
        """The one address of the other API."""
        body, authorization = await _json(request), request.headers.get("Authorization", "")
        self.requests.append(Request(request.method, "/graphql", body, authorization))
        fault = self._fault("POST", "/graphql", authorization)
        if fault and not fault.after and not fault.cut:
            return await fault.response(request)
        try:
            call = self._call(NOWHERE, request, body)
            status, answer = graphql.answer(call)
        except Denied as denied:
            status, answer = denied.status, {"message": str(denied)}
        if fault:
            return await fault.response(request, answer)
        return web.json_response(answer, status=status)

    def _fault(self, method: str, path: str, authorization: str) -> Fault | None:
        """What a test asked for, or a limit that is reached."""
        fault = next((f for f in self.faults if f.hits(method, path)), None)
        token = self.world.token(authorization.partition(" ")[2])
        if fault or token is None or path == "/rate_limit":
            return fault
        return self.limits.exceeded(token.installation, method, path)

    def _judge(self, operation: Operation, wrong: Any) -> None:
        said = f"{operation.method} {operation.template}"
        self.violations.extend(f"{said}: {what}" for what in wrong)

    def _answer(
        self, operation: Operation, request: web.Request, body: Any
    ) -> tuple[int, Any, dict[str, str]]:
        try:
            call = self._call(operation, request, body)
            status, answer = self._operate(operation, call)
        except Denied as denied:
            moved = {"Location": self._moved(request, denied.location)} if denied.location else {}
            return denied.status, {"message": str(denied)}, moved
        return status, answer, {}

    def _operate(self, operation: Operation, call: Call) -> Answer:
        operate = OPERATIONS.get((operation.method, operation.template))
        if operate is None:
            self._judge(operation, ["the stand-in does not have it"])
            raise Denied(404, "Not Found")
        return operate(call)

    def _moved(self, request: web.Request, name: str) -> str:
        """Where a repository that has another name now is asked about."""
        rest = request.path_qs.removeprefix(f"{PREFIX}/repos/").split("/", 2)[2:]
        return "/".join([f"{self.url}{PREFIX}/repos/{name}", *rest])

    def _call(self, operation: Operation, request: web.Request, body: Any) -> Call:
        sender = self._sender(request.headers.get("Authorization", ""))
        if isinstance(sender, Token) and not operation.for_apps:
            raise Denied(403, "Resource not accessible by integration")
        sent = {} if body is None else body
        query = dict(request.query)
        return Call(self.world, operation, sender, query, sent, self.url, self.webhooks)

    def _sender(self, authorization: str) -> World | Token | Account | None:
        scheme, _, value = authorization.partition(" ")
        if not authorization:
            return None
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

    def _response(
        self, request: web.Request, status: int, answer: Any, headers: dict[str, str]
    ) -> web.Response:
        headers |= self._limit_headers(request.headers.get("Authorization", ""))
        if answer is None:
            return web.Response(status=status, headers=headers)
        if request.method == "GET" and status == 200:
            headers |= self._paging(request, answer)
            headers["ETag"] = f'W/"{hashlib.sha256(json.dumps(answer).encode()).hexdigest()}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                self._give_back(request.headers.get("Authorization", ""))
                return web.Response(status=304, headers=headers)
        return web.json_response(answer, status=status, headers=headers)

    def _installation(self, authorization: str) -> Installation | None:
        token = self.world.token(authorization.partition(" ")[2])
        return token.installation if token else None

    def _limit_headers(self, authorization: str) -> dict[str, str]:
        known = self._installation(authorization)
        return {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": str(known.requests_left if known else 4999),
            "X-RateLimit-Reset": str(int(known.resets_at if known else time.time() + 3600)),
        }

    def _give_back(self, authorization: str) -> None:
        """What was not modified costs nothing."""
        if known := self._installation(authorization):
            known.requests_left += 1

    def _paging(self, request: web.Request, answer: Any) -> dict[str, str]:
        """The `Link` to the next page: by number, or by cursor where that is the way."""
        size = int(request.query.get("per_page", "30"))
        rows = (
            next((v for v in answer.values() if isinstance(v, list)), [])
            if isinstance(answer, dict)
            else answer
        )
        if len(rows) != size:
            return {}
        if request.path.endswith("/app/hook/deliveries"):
            start = int(request.query.get("cursor", "v1_0").removeprefix("v1_"))
            turned = {"cursor": f"v1_{start + size}"}
        else:
            turned = {"page": str(int(request.query.get("page", "1")) + 1)}
        following = urlencode({**request.query, **turned})
        return {"Link": f'<{self.url}{request.path}?{following}>; rel="next"'}


NOWHERE = Operation("POST", "/graphql", {}, {"x-github": {"enabledForGitHubApps": True}}, {})


@cache
def _key() -> rsa.RSAPrivateKey:
    """The App's, one for the process: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


async def _json(request: web.Request) -> Any:
    """None where there is no body."""
    raw = await request.read()
    return json.loads(raw) if raw else None
