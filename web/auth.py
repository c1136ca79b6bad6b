"""Sessions: who sent the request, and what GitHub lets them see, as it said within five minutes."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from weakref import WeakValueDictionary

from aiohttp import web

from core.db import repository_links, sessions, users
from core.db.users import User
from core.errors import Skip
from core.github import GitHub, RemoteRepository, SignInAgain, Tokens
from core.repo_schema import URL_PATH
from core.secrets import Keyring
from core.settings import Secret
from web import keys
from web.problem import Handler, Problem, wants_page
from web.viewer import VIEWER, Viewer

SESSION_SECONDS = 14 * 86_400
LINKS_LIVE = timedelta(minutes=5)
_MARGIN = timedelta(minutes=2)
_PUBLIC = ("/static/", "/login", "/webhooks/")
_PUBLIC_PATHS = frozenset(
    {"/favicon.ico", "/healthz", "/readyz", "/metrics", "/openapi.json", URL_PATH}
)
_NOBODY = Viewer(None, {})

LOCKS = web.AppKey("links_locks", WeakValueDictionary[int, asyncio.Lock])


def cookie_name(app: web.Application, name: str = "session") -> str:
    """The prefix makes browsers refuse the cookie from other hosts, and works on https only."""
    return f"__Host-ponder-{name}" if _https(app) else f"ponder-{name}"


def set_cookie(
    request: web.Request, response: web.StreamResponse, name: str, value: str, seconds: int
) -> None:
    response.set_cookie(
        cookie_name(request.app, name),
        value,
        max_age=seconds,
        path="/",
        secure=_https(request.app),
        httponly=True,
        samesite="Lax",
    )


def _https(app: web.Application) -> bool:
    return app[keys.SETTINGS].public_url.startswith("https://")


@web.middleware
async def known_viewer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the viewer on the request; without a session only the public addresses answer."""
    if keys.GITHUB not in request.app:
        request[VIEWER] = _NOBODY
        return await handler(request)
    if request.path in _PUBLIC_PATHS or request.path.startswith(_PUBLIC):
        return await handler(request)
    try:
        found = await _viewer(request)
    except SignInAgain:
        found = None
    if found is None:
        return _log_in_first(request)
    request[VIEWER] = found
    return await handler(request)


def _log_in_first(request: web.Request) -> web.Response:
    if not wants_page(request):
        raise Problem(
            401,
            "Log in with GitHub in the browser first; the API takes that session's cookie.",
            headers={"WWW-Authenticate": 'Cookie realm="Ponder"'},
        )
    back = request.path_qs if request.method == "GET" else "/"
    raise web.HTTPSeeOther(f"/login?next={quote(back, safe='')}")


async def _viewer(request: web.Request) -> Viewer | None:
    cookie = request.cookies.get(cookie_name(request.app), "")
    if not cookie:
        return None
    async with request.app[keys.DATABASE].system() as connection:
        user = await sessions.user_of(connection, id_hash(cookie))
    if user is None:
        return None
    if not _fresh(user):
        async with request.app[LOCKS].setdefault(user.id, asyncio.Lock()):
            await _ask_links(request.app, user.id)
    async with request.app[keys.DATABASE].system() as connection:
        return Viewer(user, await repository_links.of_user(connection, user.id))


def _fresh(user: User | None) -> bool:
    checked = user and user.links_checked_at
    return bool(checked and datetime.now(UTC) - checked < LINKS_LIVE)


async def _ask_links(app: web.Application, user_id: int) -> None:
    """What the person may see now; whoever waited for the lock finds it done."""
    async with app[keys.DATABASE].system() as connection:
        if _fresh(await users.get(connection, user_id)):
            return
    try:
        seen = await seen_on_github(app, user_id)
    except SignInAgain:
        async with app[keys.DATABASE].system() as connection:
            await sessions.end_all(connection, user_id)
        raise
    permissions = {remote.github_id: remote.permission or "pull" for _, remote in seen}
    async with app[keys.DATABASE].system() as connection:
        await repository_links.replace(connection, user_id, permissions)


async def seen_on_github(app: web.Application, user_id: int) -> list[tuple[int, RemoteRepository]]:
    """(installation, repository) for all that the App and the person may both see."""
    github, token = app[keys.GITHUB], await access_token(app, user_id)
    seen = []
    for installation_id in await github.user_installations(token):
        try:
            listed = await github.user_installation_repositories(token, installation_id)
        except Skip:
            continue  # gone or suspended since it was listed: nothing of it may be seen
        seen += [(installation_id, remote) for remote in listed]
    return seen


async def access_token(app: web.Application, user_id: int) -> Secret:
    """A token that is good for minutes yet. A refresh token is spent by its use, so the row is
    locked and the new one committed before anything else is tried."""
    async with app[keys.DATABASE].system() as connection:
        stored = await users.lock_token(connection, user_id)
        tokens = stored and stored.token and _opened(app, user_id, stored.token)
        if not stored or not tokens:
            raise SignInAgain("Your session has ended; log in with GitHub again.")
        if stored.expires_at is None or stored.expires_at - _MARGIN > datetime.now(UTC):
            return Secret(tokens["access"])
        fresh = await app[keys.GITHUB].refresh(Secret(tokens["refresh"]))
        await users.set_token(connection, user_id, sealed(app, user_id, fresh), expiry(fresh))
        return fresh.access


async def begin_session(app: web.Application, github: GitHub, tokens: Tokens) -> tuple[str, User]:
    """The new cookie's value, and whose it is."""
    person = await github.user(tokens.access)
    cookie = secrets.token_urlsafe(32)
    async with app[keys.DATABASE].system() as connection:
        user = await users.log_in(
            connection,
            user_id=person.id,
            login=person.login,
            name=person.name,
            token=sealed(app, person.id, tokens),
            expires_at=expiry(tokens),
        )
        await sessions.start(
            connection, id_hash=id_hash(cookie), user_id=user.id, seconds=SESSION_SECONDS
        )
    return cookie, user


def id_hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


def sealed(app: web.Application, user_id: int, tokens: Tokens) -> bytes:
    pair = {"access": str(tokens.access), "refresh": str(tokens.refresh)}
    return Keyring.of(app[keys.SETTINGS]).seal(f"users.token:{user_id}", pair)


def _opened(app: web.Application, user_id: int, token: bytes) -> dict[str, str] | None:
    return Keyring.of(app[keys.SETTINGS]).unseal(f"users.token:{user_id}", token)


def expiry(tokens: Tokens) -> datetime | None:
    if tokens.expires_in is None:
        return None
    return datetime.now(UTC) + timedelta(seconds=tokens.expires_in)
