"""Make the GitHub App in two clicks: ours sends the manifest, GitHub's makes the App. Only in local
mode, where whoever opens the page runs this Ponder."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
import time
from urllib.parse import quote, urlsplit

from aiohttp import web

from core import repo_schema
from core.db import audit_log, github_apps
from core.db.repositories import LOCAL
from core.errors import TryLater, UserError
from core.github.manifest import convert, manifest
from core.secrets import Keyring
from web import auth, keys, security
from web.page import page
from web.problem import Problem

CREATED = "/setup/github/created"
_SECONDS = 3600
_PLACE = "cookie:setup"
_ORGANIZATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


async def show(request: web.Request) -> web.Response:
    _require_local(request)
    settings = request.app[keys.SETTINGS]
    organization = request.query.get("organization", "").strip()
    if organization and not _ORGANIZATION.fullmatch(organization):
        raise Problem(400, f"'{organization[:40]}' is no name of an organization on GitHub.")
    state = secrets.token_urlsafe(24)
    owner = f"organizations/{quote(organization)}/" if organization else ""
    name = f"Ponder {secrets.token_hex(3)}"
    asked = manifest(settings.public_url, back=CREATED, name=name)
    response = page(
        request,
        "setup.html",
        action=f"{settings.github_url}/{owner}settings/apps/new?state={state}",
        manifest=json.dumps(asked),
        host=urlsplit(settings.github_url).netloc,
        organization=organization,
        hidden=_is_hidden(settings.public_url) and not _is_hidden(settings.github_url),
        public_url=settings.public_url,
        made=None,
    )
    # The form goes to GitHub, which no other page of ours may send anything to.
    response.headers["Content-Security-Policy"] = security.policy(form_action=settings.github_url)
    sealed = Keyring.of(settings).seal(_PLACE, {"state": state, "until": time.time() + _SECONDS})
    auth.set_cookie(request, response, "setup", base64.urlsafe_b64encode(sealed).decode(), _SECONDS)
    return response


async def created(request: web.Request) -> web.Response:
    """GitHub sent the browser back with a code; only to the browser that began."""
    _require_local(request)
    settings = request.app[keys.SETTINGS]
    state = _remembered(request)
    if not state or not secrets.compare_digest(
        state.encode(), request.query.get("state", "").encode()
    ):
        raise Problem(400, "This was begun elsewhere, or long ago. Begin at /setup/github.")
    try:
        made = await convert(settings, request.query.get("code", ""))
    except UserError as error:
        raise Problem(400, f"{error} Begin again at /setup/github.") from error
    except TryLater as error:
        raise Problem(503, f"{error}; load this page again within the hour.") from error
    async with request.app[keys.DATABASE].system() as connection:
        await github_apps.save(connection, Keyring.of(settings), made.app, slug=made.slug)
        line = audit_log.New(LOCAL, None, "local", "setting", "github app", {"slug": made.slug})
        await audit_log.add(connection, line)
    response = page(request, "setup.html", made=made)
    auth.set_cookie(request, response, "setup", "", 0)
    return response


async def schema(request: web.Request) -> web.Response:
    """Of .github/ponder.yml, for editors, which read it from wherever they run."""
    headers = {"Access-Control-Allow-Origin": "*"}
    return web.json_response(repo_schema.schema(), headers=headers)


def _require_local(request: web.Request) -> None:
    if keys.GITHUB in request.app:
        raise Problem(404, "This Ponder has its GitHub App already.")


def _remembered(request: web.Request) -> str:
    """The state that this browser was given; '' for none."""
    cookie = request.cookies.get(auth.cookie_name(request.app, "setup"), "")
    try:
        sealed = base64.urlsafe_b64decode(cookie.encode())
    except (binascii.Error, ValueError):
        return ""
    found = Keyring.of(request.app[keys.SETTINGS]).unseal(_PLACE, sealed)
    return str(found["state"]) if found and found["until"] > time.time() else ""


def _is_hidden(url: str) -> bool:
    """Whether only this machine can reach it."""
    return urlsplit(url).hostname in _LOOPBACK
