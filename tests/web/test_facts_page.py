"""What is known of a scope: read, or found out by a worker that is asked once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestClient
from playwright.async_api import Browser, expect

from core.db import facts, work
from core.db.connect import Database
from core.db.facts import Fact
from core.db.repositories import Repository
from tests.web import stage
from tests.web.browser import DESKTOP, PHONE, launched, opened, picture, violations
from tests.web.stage import COMMIT, JOBS, RETRY

CITED = {"path": RETRY, "start_line": 33, "end_line": 47}
FACTS = (
    Fact("language", RETRY, f"{RETRY} is written in python.", 1.0, []),
    Fact("defines", "deliver", f"{RETRY} defines the function deliver.", 0.8, [dict(CITED)]),
    Fact("defines", "<b>Policy</b>", f"{RETRY} defines the class Policy.", 0.8, [dict(CITED)]),
    Fact("imported_by", JOBS, f"{RETRY} is imported by {JOBS}.", 0.5, [{**CITED, "path": JOBS}]),
)


@asynccontextmanager
async def finding_out(database: Database, *, error: str = "") -> AsyncIterator[list[str]]:
    """A worker that remembers FACTS of what it is asked, or fails; yields the scopes asked for."""
    asked: list[str] = []

    async def run() -> None:
        while True:
            async with database.system() as connection:
                for row in [row for row in await work.due(connection) if row.kind == "facts"]:
                    claimed = await work.claim(connection, row.id)
                    assert claimed is not None
                    asked.append(claimed.subject["scope"])
                    if error:
                        await work.fail(connection, row.id, error)
                        continue
                    await facts.remember(
                        connection,
                        installation_id=claimed.installation_id,
                        snapshot_id=claimed.subject["snapshot_id"],
                        scope=claimed.subject["scope"],
                        facts=FACTS,
                    )
                    await work.finish(connection, row.id)
            await asyncio.sleep(0.02)

    task = asyncio.create_task(run())
    try:
        yield asked
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_facts_are_found_out_once_and_cite_their_lines(
    client: TestClient, repository: Repository, database: Database
) -> None:
    async with finding_out(database) as asked:
        parameters = {"repo_id": repository.id, "scope": RETRY}
        first = await (await client.get("/facts", params=parameters)).json()
        assert await (await client.get("/facts", params=parameters)).json() == first
    assert asked == [RETRY]
    assert (first["commit"], first["scope"]) == (COMMIT, RETRY)
    assert [fact["kind"] for fact in first["facts"]] == [fact.kind for fact in FACTS]
    (cited,) = first["facts"][1]["citations"]
    assert cited["commit"] == COMMIT
    page = await client.get(cited["url"].partition("#")[0])
    assert (await page.text()).count('class="line marked"') == 15


async def test_a_scope_of_which_nothing_is_known_has_no_facts(
    client: TestClient, repository: Repository, database: Database
) -> None:
    assert repository.snapshot_id is not None
    async with database.tenant(0) as connection:
        await facts.remember(
            connection,
            installation_id=0,
            snapshot_id=repository.snapshot_id,
            scope="nowhere",
            facts=(),
        )
    parameters = {"repo_id": repository.id, "scope": "nowhere"}
    assert (await (await client.get("/facts", params=parameters)).json())["facts"] == []


async def test_what_went_wrong_is_told(
    client: TestClient, repository: Repository, database: Database
) -> None:
    async with finding_out(database, error="The graph is broken; index again."):
        response = await client.get("/facts", params={"repo_id": repository.id})
    assert response.status == 503
    assert (await response.json())["detail"] == "The graph is broken; index again."


async def test_facts_of_a_repository_that_is_not_indexed_are_none_yet(
    client: TestClient, database: Database
) -> None:
    waiting = await stage.connect(database, name="almanac")
    assert (await client.get("/facts", params={"repo_id": waiting.id})).status == 409
    assert (await client.get("/facts", params={"repo_id": 10**9})).status == 404
    assert (await client.get("/facts")).status == 422


pytestmark = pytest.mark.browser
LOOKS = {"light": (DESKTOP, "light"), "dark": (DESKTOP, "dark"), "phone": (PHONE, "light")}


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as running:
        yield running


@pytest.mark.parametrize("look", LOOKS)
async def test_the_page_of_a_file_tells_what_is_known_of_it(
    browser: Browser, client: TestClient, repository: Repository, database: Database, look: str
) -> None:
    size, theme = LOOKS[look]
    async with finding_out(database), opened(browser, size=size, theme=theme) as page:
        place = f"/repositories/{repository.id}/blob/{COMMIT}/{RETRY}"
        await page.goto(str(client.make_url(place)))
        await page.get_by_text("About this file").click()
        await expect(page.get_by_role("link", name=JOBS)).to_be_visible()
        await expect(page.get_by_text("<b>Policy</b>")).to_be_visible()
        await picture(page, f"facts-{look}")
        assert await violations(page) == []
        await page.get_by_role("link", name="deliver").click()
        await expect(page).to_have_url(re.compile("#L33-L47$"))


async def test_without_scripts_facts_have_a_page_of_their_own(
    browser: Browser, client: TestClient, repository: Repository, database: Database
) -> None:
    async with finding_out(database), opened(browser, scripts=False) as page:
        place = f"/repositories/{repository.id}/blob/{COMMIT}/{RETRY}"
        await page.goto(str(client.make_url(place)))
        await page.get_by_text("About this file").click()
        await page.get_by_role("link", name="What it defines").click()
        await expect(page.get_by_role("heading", name=f"About {RETRY}")).to_be_visible()
        await expect(page.get_by_role("heading", name="Imported by")).to_be_visible()
        await picture(page, "facts-page-light")
