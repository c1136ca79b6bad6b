"""Who may talk to the server at all: hosts, origins, and the headers of every response.

In local mode nobody logs in, so a web page elsewhere must not be able to use the server through the
browser of the person who runs it: DNS rebinding shows in Host, cross-site requests in Origin and
Sec-Fetch-Site.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from web import keys
from web.problem import Handler, Problem

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@web.middleware
async def known_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Local mode answers to its own names only, but for probes, which come by address."""
    local = keys.GITHUB not in request.app and request.path not in _PROBES
    if local and request.host.lower() not in _own_hosts(request):
        raise Problem(
            421,
            f"Ponder does not answer to the name '{request.host}'; open it at "
            f"{request.app[keys.SETTINGS].public_url}, or set PONDER_PUBLIC_URL.",
        )
    return await handler(request)


def _own_hosts(request: web.Request) -> set[str]:
    public = urlsplit(request.app[keys.SETTINGS].public_url).netloc.lower()
    socket = request.transport and request.transport.get_extra_info("sockname")
    port = socket[1] if socket and len(socket) > 1 else 80
    names = {f"{name}:{port}" for name in _LOOPBACK}
    return {public, *names, *(_LOOPBACK if port == 80 else ())}


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests that change something and come from another site.

    Programs send neither header and are let through: they carry no cookie of a browser.
    """
    if request.method in _SAFE:
        return await handler(request)
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") or (origin and origin not in _own_origins(request)):
        raise Problem(403, "The request came from another site; use Ponder's own pages.")
    return await handler(request)


def _own_origins(request: web.Request) -> set[str]:
    url = urlsplit(request.app[keys.SETTINGS].public_url)
    own = {f"{url.scheme}://{url.netloc}"}
    if keys.GITHUB not in request.app:
        # The host was checked; behind the App's proxy it may be anything.
        own.add(f"{request.scheme}://{request.host}")
    return own


def policy(*, form_action: str) -> str:
    """The content security policy of a page with a form that goes to another host, too."""
    url = urlsplit(form_action)
    return _POLICY.replace("form-action 'self'", f"form-action 'self' {url.scheme}://{url.netloc}")


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """For `on_response_prepare`, so that streams and errors have them too."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", _caching(request))
    if request.app[keys.SETTINGS].public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"


def _caching(request: web.Request) -> str:
    if not request.path.startswith("/static/"):
        return "no-store"
    return "public, max-age=31536000, immutable" if "v" in request.query else "no-cache"
