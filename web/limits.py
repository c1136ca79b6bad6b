"""How often one person, one installation and one address may ask, where many share a server."""

from __future__ import annotations

import ipaddress
import time

from aiohttp import web

from web import keys
from web.problem import Handler, Problem
from web.viewer import Viewer

QUESTIONS_A_MINUTE = 20
SEARCHES_A_MINUTE = 120
THOUGHTS_A_MINUTE = 30
INSTALLATION_TIMES = 10
"""All people of an installation together may ask so many times as often as one of them."""
REQUESTS_A_MINUTE = 1200
"""Of one address, whoever is behind it; GitHub's deliveries and probes are not counted."""
LOGINS_A_MINUTE = 30
_FREE = ("/static/", "/webhooks/")
_FREE_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/favicon.ico"})


async def check_rate(
    request: web.Request,
    viewer: Viewer,
    what: str,
    limit: int,
    called: str,
    *,
    installation_id: int | None = None,
) -> None:
    """Raise Problem 429 where there were more than `limit` within a minute, `called` so, or ten
    times as many of the whole installation. In local mode there is no limit; without Redis there is
    none either."""
    if viewer.user is None:
        return
    await _count(request, f"{what}:{viewer.user.id}", limit, f"You made more than {limit} {called}")
    if installation_id is not None:
        most = INSTALLATION_TIMES * limit
        said = f"All of you together made more than {most} {called}"
        await _count(request, f"{what}:installation:{installation_id}", most, said)


@web.middleware
async def limited_address(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Before anybody is known: a flood of one address costs no question to the database."""
    if keys.GITHUB in request.app and not _is_free(request.path):
        login = request.path.startswith("/login")
        limit = LOGINS_A_MINUTE if login else REQUESTS_A_MINUTE
        what = "logins" if login else "requests"
        key = f"{what}:address:{network_of(request)}"
        await _count(request, key, limit, f"Your address made more than {limit} {what}")
    return await handler(request)


def _is_free(path: str) -> bool:
    return path in _FREE_PATHS or path.startswith(_FREE)


def network_of(request: web.Request) -> str:
    """Where a request comes from: what a proxy of ours says, which is what it added last. One
    customer has a whole /64 of IPv6."""
    address = _address(request.remote)
    forwarded = request.headers.getall("X-Forwarded-For", [])
    if forwarded and address and (address.is_private or address.is_loopback):
        address = _address(forwarded[-1].rpartition(",")[2].strip())
    if address is None:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped) or address


async def _count(request: web.Request, key: str, limit: int, said: str) -> None:
    if await request.app[keys.QUEUE].count(key, 60) > limit:
        raise Problem(
            429,
            f"{said} within a minute; wait a little.",
            headers={"Retry-After": str(60 - int(time.time()) % 60)},
        )
