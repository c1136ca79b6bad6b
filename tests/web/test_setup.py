"""The GitHub App, made in two clicks on our page and GitHub's."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer, unused_port

from cli.opened import with_app
from core.db import github_apps
from core.db.connect import Database
from core.queue import Queue
from core.repo_schema import URL_PATH, schema
from core.secrets import Keyring
from core.settings import GITHUB, Settings
from tests.github_stand_in.fixtures import github_settings, stand_in
from tests.github_stand_in.server import StandIn
from web.app import build

__all__ = ["github_settings", "stand_in"]

Site = TestClient[Any, Any]


@pytest.fixture
def local(github_settings: Settings) -> Settings:
    """A Ponder without an App, beside a GitHub."""
    url = f"http://127.0.0.1:{unused_port()}"
    return replace(github_settings, github=None, github_missing=GITHUB, public_url=url)


@pytest.fixture
async def site(local: Settings, database: Database, queue: Queue) -> AsyncIterator[Site]:
    app = build(settings=local, database=database, queue=queue, github=None)
    port = int(local.public_url.rpartition(":")[2])
    async with TestClient(TestServer(app, port=port)) as client:
        yield client


async def pressed(page: str) -> str:
    """The button: where GitHub sends the browser back to, with a code and the state."""
    action = html.unescape(re.search(r'action="(http[^"]+)"', page)[1])  # type: ignore[index]
    manifest = html.unescape(re.search(r'name="manifest" value="([^"]+)"', page)[1])  # type: ignore[index]
    async with (
        ClientSession() as browser,
        browser.post(action, data={"manifest": manifest}, allow_redirects=False) as response,
    ):
        return response.headers["Location"]


async def test_an_app_is_made_stored_sealed_and_used_at_the_next_start(
    site: Site, local: Settings, database: Database, stand_in: StandIn
) -> None:
    shown = await site.get("/setup/github", params={"organization": "octo"})
    page = await shown.text()
    assert f"form-action 'self' {stand_in.url};" in shown.headers["Content-Security-Policy"]
    assert "/organizations/octo/settings/apps/new?state=" in page
    back = await pressed(page)
    assert back.startswith(f"{local.public_url}/setup/github/created?")
    made = await site.get(back.removeprefix(local.public_url))
    assert made.status == 200
    assert "start it again" in await made.text()

    assert (await with_app(local)).github == (
        Settings.from_environment(stand_in.environment | {"PONDER_SECRET_KEY": "x" * 16}).github
    )
    async with database.system() as connection:
        assert await github_apps.get(connection, Keyring.made("another key" * 3)) is None  # type: ignore[arg-type]
        cursor = await connection.execute("SELECT sealed FROM github_apps")
        ((sealed,),) = await cursor.fetchall()
    assert b"PRIVATE KEY" not in bytes(sealed)
    again = await site.get(back.removeprefix(local.public_url))
    assert again.status == 400


async def test_a_code_with_another_browser_s_state_makes_nothing(
    site: Site, local: Settings, database: Database
) -> None:
    back = await pressed(await (await site.get("/setup/github")).text())
    site.session.cookie_jar.clear()
    refused = await site.get(back.removeprefix(local.public_url))
    assert refused.status == 400
    async with database.system() as connection:
        assert await github_apps.get(connection, Keyring.of(local)) is None


async def test_the_name_of_an_organization_is_checked(site: Site) -> None:
    refused = await site.get("/setup/github", params={"organization": "a/../b"})
    assert refused.status == 400


async def test_the_schema_of_the_configuration_is_served_to_editors(site: Site) -> None:
    served = await site.get(URL_PATH)
    assert served.headers["Access-Control-Allow-Origin"] == "*"
    assert await served.json() == schema()
