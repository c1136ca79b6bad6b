"""/healthz: the process runs. /readyz: it can do its work."""

from __future__ import annotations

from aiohttp import web

from web import keys
from web.problem import Problem


async def healthz(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """200 as soon as stores are migrated and workers run, whatever the state of any index.

    The database's pool opens only where the tables are; here it shows that they are in reach.
    """
    workers = await request.app[keys.QUEUE].workers()
    checks = {
        "database": await request.app[keys.DATABASE].reachable(),
        "redis": workers is not None,
        **{f"{queue} worker": runs for queue, runs in (workers or {}).items()},
    }
    missing = [name for name, there in checks.items() if not there]
    if missing:
        raise Problem(
            503,
            f"Not ready: {', '.join(missing)}. 'ponder doctor' says how to mend it.",
            headers={"Retry-After": "2"},
            checks=checks,
        )
    return web.json_response({"status": "ready", "checks": checks})
