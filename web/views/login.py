"""Login with GitHub: OAuth code with PKCE. What must be remembered in between is in a cookie."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import time

from aiohttp import web

from core.db import sessions
from core.github import SignInAgain
from core.secrets import Keyring
from web import auth, keys
from web.page import page
from web.problem import Problem

_MINUTES = 10
_PLACE = "cookie:login"


async def show(request: web.Request) -> web.Response:
    _require_app(request)
    return page(request, "login.html", next=_local(request.query.get("next", "/")), notice="")


async def begin(request: web.Request) -> web.StreamResponse:
    """To GitHub, with a state and a verifier that only this browser can bring back."""
    _require_app(request)
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    location = request.app[keys.GITHUB].authorize_url(
        state=state,
        challenge=challenge.decode().rstrip("="),
        redirect_uri=_callback(request),
    )
    remembered = {
        "state": state,
        "verifier": verifier,
        "next": _local(request.query.get("next", "/")),
        "until": time.time() + _MINUTES * 60,
    }
    response = web.Response(status=303, headers={"Location": location})
    sealed = _to_text(_keyring(request).seal(_PLACE, remembered))
    auth.set_cookie(request, response, "login", sealed, _MINUTES * 60)
    return response


async def callback(request: web.Request) -> web.StreamResponse:
    _require_app(request)
    remembered = _remembered(request)
    if request.query.get("error"):
        return _again(request, "GitHub says that the login was cancelled. You can try again.")
    if not remembered or not secrets.compare_digest(
        remembered["state"].encode(), request.query.get("state", "").encode()
    ):
        return _again(request, "This login was started elsewhere, or long ago. Start it here.")
    github = request.app[keys.GITHUB]
    try:
        tokens = await github.exchange_code(
            request.query.get("code", ""), remembered["verifier"], _callback(request)
        )
        cookie, _ = await auth.begin_session(request.app, github, tokens)
    except SignInAgain:
        return _again(request, "GitHub's login code was used already or has expired. Try again.")
    response = web.Response(status=303, headers={"Location": remembered["next"]})
    auth.set_cookie(request, response, "session", cookie, auth.SESSION_SECONDS)
    _forget(request, response, "login")
    return response


async def end(request: web.Request) -> web.StreamResponse:
    """Log out: the session is gone, not only its cookie."""
    _require_app(request)
    cookie = request.cookies.get(auth.cookie_name(request.app), "")
    async with request.app[keys.DATABASE].system() as connection:
        await sessions.end(connection, auth.id_hash(cookie))
    response = web.Response(status=303, headers={"Location": "/login"})
    _forget(request, response, "session")
    return response


def _require_app(request: web.Request) -> None:
    if keys.GITHUB not in request.app:
        raise Problem(404, "Nobody logs in here: Ponder runs for the person at this machine.")


def _remembered(request: web.Request) -> dict[str, str] | None:
    sealed = _from_text(request.cookies.get(auth.cookie_name(request.app, "login"), ""))
    found = _keyring(request).unseal(_PLACE, sealed)
    return found if found and found["until"] > time.time() else None


def _keyring(request: web.Request) -> Keyring:
    return Keyring.of(request.app[keys.SETTINGS])


def _to_text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode()


def _from_text(text: str) -> bytes:
    """Empty where the text is no base64; nothing unseals it."""
    try:
        return base64.urlsafe_b64decode(text.encode())
    except (binascii.Error, ValueError):
        return b""


def _again(request: web.Request, notice: str) -> web.Response:
    return page(request, "login.html", status=400, next="/", notice=notice)


def _forget(request: web.Request, response: web.StreamResponse, name: str) -> None:
    """A cookie with the prefix is deleted only by one that has its attributes."""
    auth.set_cookie(request, response, name, "", 0)


def _callback(request: web.Request) -> str:
    return f"{request.app[keys.SETTINGS].public_url}/login/callback"


def _local(target: str) -> str:
    """Only a path of ours: browsers read '//' and '/\\' as another host."""
    safe = target.startswith("/") and target[1:2] not in ("/", "\\")
    return target if safe and target.isprintable() else "/"
