"""From a manifest to an App: what GitHub is handed, and what it hands back for the code."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from core.errors import TryLater, UserError
from core.github.transport import API_VERSION, TIMEOUT
from core.settings import GitHubApp, Secret, Settings

_HERE = Path(__file__).resolve()
_PLACES = (_HERE.with_name("app.yml"), _HERE.parents[2] / "app.yml")
"""In the image it lies beside this module, in a checkout at the top."""
_CODE = re.compile(r"[\w-]{1,200}")
_NOT_FOUND = 404
_CREATED = 201


@dataclass(frozen=True, slots=True)
class Made:
    """`url` is the App's page on GitHub, from where it is installed."""

    app: GitHubApp
    slug: str
    url: str


@cache
def _asked() -> dict[str, Any]:
    asked: dict[str, Any] = yaml.safe_load(
        next(place for place in _PLACES if place.exists()).read_text()
    )
    return asked


def manifest(public_url: str, *, back: str, name: str) -> dict[str, Any]:
    """app.yml with our addresses; `back` is the path to which the browser comes back with a code.
    An App's name is unique on its host, so that it needs one of its own."""
    return _asked() | {
        "name": name[:34],
        "url": public_url,
        "hook_attributes": {"url": f"{public_url}/webhooks/github", "active": True},
        "redirect_url": f"{public_url}{back}",
        "callback_urls": [f"{public_url}/login/callback"],
    }


async def convert(settings: Settings, code: str) -> Made:
    """Exchange the code, which is good once and for an hour. Raise UserError or TryLater."""
    if not _CODE.fullmatch(code):
        raise UserError("GitHub's code is missing from the address; create the App again.")
    url = f"{settings.github_api_url}/app-manifests/{code}/conversions"
    headers = {"accept": "application/vnd.github+json", "x-github-api-version": API_VERSION}
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True) as session,
            session.post(url, headers=headers, allow_redirects=False) as response,
        ):
            if response.status == _NOT_FOUND:
                raise UserError("GitHub's code was used already, or is older than an hour.")
            if response.status != _CREATED:
                raise TryLater(f"GitHub answered {response.status} when it was to make the App", 15)
            return _made(await response.json())
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TryLater("GitHub cannot be reached to make the App", 15) from error


def _made(row: dict[str, Any]) -> Made:
    app = GitHubApp(
        app_id=str(row["id"]),
        private_key=Secret(row["pem"]),
        webhook_secret=Secret(row.get("webhook_secret") or secrets.token_hex(20)),
        client_id=row["client_id"],
        client_secret=Secret(row["client_secret"]),
    )
    return Made(app, row["slug"], row["html_url"])
