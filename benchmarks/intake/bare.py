"""The least that a door can do: read the body, check its signature, answer 202. It stores nothing.

python -m benchmarks.intake.bare PORT SECRET
"""

from __future__ import annotations

import hashlib
import hmac
import sys

from aiohttp import web


async def _take(request: web.Request) -> web.Response:
    body = await request.read()
    expected = "sha256=" + hmac.new(_SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("X-Hub-Signature-256", "")):
        return web.Response(status=401)
    return web.json_response({}, status=202)


if __name__ == "__main__":
    _SECRET = sys.argv[2].encode()
    app = web.Application(client_max_size=1 << 25)
    app.router.add_post("/webhooks/github", _take)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
