"""The pages by which a person signs in, or makes an App: everybody agrees at once."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web

if TYPE_CHECKING:
    from tests.github_stand_in.server import StandIn
    from tests.github_stand_in.world import Account


def add_routes(app: web.Application, stand_in: StandIn) -> None:
    async def authorize(request: web.Request) -> web.Response:
        query = request.query
        if query.get("client_id") != stand_in.world.client_id or stand_in.visitor is None:
            raise web.HTTPNotFound(text="no such App, or nobody is there to sign in")
        if query.get("code_challenge_method") != "S256" or not query.get("state"):
            stand_in.violations.append("a sign-in without PKCE by S256 and a state")
        code = secrets.token_hex(10)
        place = query["redirect_uri"]
        stand_in.world.codes[code] = (stand_in.visitor, query["code_challenge"], place)
        raise web.HTTPFound(f"{place}?{urlencode({'code': code, 'state': query['state']})}")

    async def access_token(request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        if request.headers.get("Accept") != "application/json":
            stand_in.violations.append("a token was asked for without Accept: application/json")
        return web.json_response(_tokens(stand_in, form))

    async def new_app(request: web.Request) -> web.Response:
        """The form to which a manifest is posted; the browser comes back with a code for it."""
        form = await request.post()
        manifest = json.loads(str(form["manifest"]))
        stand_in.violations.extend(f"the manifest: {what}" for what in _wrong_manifest(manifest))
        code = secrets.token_hex(20)
        stand_in.world.manifests[code] = manifest
        query = {"code": code, "state": request.query.get("state", "")}
        raise web.HTTPFound(f"{manifest['redirect_url']}?{urlencode(query)}")

    app.router.add_post("/settings/apps/new", new_app)
    app.router.add_post("/organizations/{organization}/settings/apps/new", new_app)
    app.router.add_get("/login/oauth/authorize", authorize)
    app.router.add_post("/login/oauth/access_token", access_token)


_MANIFEST = frozenset(
    "name url hook_attributes redirect_url callback_urls setup_url description public "
    "default_events default_permissions request_oauth_on_install setup_on_update".split()
)


def _wrong_manifest(manifest: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name} is unknown" for name in manifest.keys() - _MANIFEST)
    yield from (f"{name} is missing" for name in ("url", "redirect_url") if name not in manifest)
    if "hook_attributes" in manifest and not manifest["hook_attributes"].get("url"):
        yield "hook_attributes.url is missing"
    if len(manifest.get("callback_urls", [])) > 10:
        yield "there are more than 10 callback_urls"
    if len(manifest.get("name", "")) > 34:
        yield "name is longer than 34 characters"


def _tokens(stand_in: StandIn, form: dict[str, str]) -> dict[str, object]:
    """Errors have the status of success, as on GitHub."""
    world = stand_in.world
    if (form.get("client_id"), form.get("client_secret")) != (
        world.client_id,
        world.client_secret,
    ):
        return {"error": "incorrect_client_credentials"}
    if form.get("grant_type") == "refresh_token":
        person = world.refresh_tokens.pop(form["refresh_token"], None)
        return _made(stand_in, person) if person else {"error": "bad_refresh_token"}
    person, challenge, place = world.codes.pop(form["code"], (None, "", ""))
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    if person is None or base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
        return {"error": "bad_verification_code"}
    if form.get("redirect_uri") != place:
        return {"error": "redirect_uri_mismatch"}
    return _made(stand_in, person)


def _made(stand_in: StandIn, person: Account) -> dict[str, object]:
    access, refresh = f"ghu_{secrets.token_hex(18)}", f"ghr_{secrets.token_hex(38)}"
    stand_in.world.people[access] = person
    stand_in.world.refresh_tokens[refresh] = person
    return {
        "access_token": access,
        "expires_in": 28800,
        "refresh_token": refresh,
        "refresh_token_expires_in": 15897600,
        "scope": "",
        "token_type": "bearer",
    }
