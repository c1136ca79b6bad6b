"""What goes wrong: errors, closed connections, answers cut off, and GitHub's limits."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.github_stand_in.world import Installation

CONTENT = re.compile(r"/(comments|reviews|issues|pulls|reactions|check-runs)$")
"""Paths that make what people read, for which GitHub has a limit of its own."""

PRIMARY = "API rate limit exceeded for installation ID 1."
SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)


@dataclass
class Fault:
    """What goes wrong the next `times` that a request matches. `after`: it is done, and yet the
    answer is this. `drop`: the connection is closed instead of an answer. `cut`: it is closed in
    the middle of one."""

    method: str
    path: str
    status: int = 502
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "Server Error"
    times: int = 1
    after: bool = False
    drop: bool = False
    cut: bool = False

    def hits(self, method: str, path: str) -> bool:
        matches = self.method in {method, "*"} and re.search(self.path, path) is not None
        return self.times > 0 and matches

    async def response(self, request: web.Request, answer: Any = None) -> web.StreamResponse:
        self.times -= 1
        body = {"message": self.message}
        if self.cut:
            return await _cut_off(request, answer if answer is not None else body)
        if self.drop and request.transport is not None:
            request.transport.close()
        return web.json_response(body, status=self.status, headers=self.headers)


async def _cut_off(request: web.Request, answer: Any) -> web.StreamResponse:
    """Half of what was announced, and then a reset."""
    raw = json.dumps(answer).encode()
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(raw) + 1000
    await response.prepare(request)
    await response.write(raw[: len(raw) // 2])
    if request.transport is not None:
        request.transport.abort()
    return response


def limited(kind: str, seconds: float | None = None) -> dict[str, Any]:
    """The arguments of a fault that is a limit: 'primary' (403 with the time of its end),
    'secondary' (403 and Retry-After, or without it where `seconds` is None), '429' (likewise)."""
    after = {} if seconds is None else {"Retry-After": str(int(seconds))}
    if kind == "primary":
        reset = str(int(time.time() + (seconds or 1)))
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return {"status": 403, "message": PRIMARY, "headers": headers}
    status = 429 if kind == "429" else 403
    return {"status": status, "message": SECONDARY, "headers": after}


@dataclass
class Limits:
    """GitHub's own, always on: requests of an hour, and what people are given to read in a minute
    and in an hour."""

    per_minute: int = 80
    per_hour: int = 500

    def exceeded(self, installation: Installation, method: str, path: str) -> Fault | None:
        if installation.requests_left <= 0 and installation.resets_at > time.time():
            wait = installation.resets_at - time.time()
            return Fault(method, path, **limited("primary", wait))
        if installation.requests_left <= 0:
            installation.requests_left, installation.resets_at = 5000, time.time() + 3600
        installation.requests_left -= 1
        return self._too_much(installation, method, path)

    def _too_much(self, installation: Installation, method: str, path: str) -> Fault | None:
        if method != "POST" or not CONTENT.search(path):
            return None
        written, moment = installation.written, time.monotonic()
        while written and written[0] < moment - 3600:
            written.popleft()
        minute = sum(at > moment - 60 for at in written)
        if minute >= self.per_minute or len(written) >= self.per_hour:
            return Fault(method, path, **limited("secondary", 60))
        written.append(moment)
        return None
