"""Insights, runs, the risk map, cards and settings in a real browser: looks, keyboard, news."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient
from playwright.async_api import Browser, expect

from core import stream
from core.db import facts, files, learning, risks
from core.db.blobs import compress
from core.db.connect import Database
from core.db.files import File
from core.db.repositories import Repository
from core.db.risks import Risk
from core.queue import Queue
from tests.web import thinker
from tests.web.browser import DESKTOP, PHONE, launched, opened, picture, violations
from tests.web.stage import RETRY
from tests.web.test_facts_page import FACTS
from tests.web.test_runs import RISKS
from tests.web.thinker import BUG, SMELL
from web import keys

pytestmark = pytest.mark.browser
LOOKS = {"light": (DESKTOP, "light"), "dark": (DESKTOP, "dark"), "phone": (PHONE, "light")}


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as running:
        yield running


NAMES = "address archive backoff batch bounce clock codec config courier envelope folder header"
TREE = [
    f"{folder}/{name}.py"
    for folder in ("letterbox", "letterbox/transport", "letterbox/storage/disk", "tools")
    for name in NAMES.split()
]


async def grow(database: Database, repository: Repository) -> list[Risk]:
    """A larger tree, of files as long and as risky as their number says."""
    sizes = {path: 20 + n * n * 37 % 700 for n, path in enumerate(TREE)}
    async with database.tenant(0) as connection:
        cursor = await connection.execute(
            "INSERT INTO blobs (installation_id, repository_id, sha, language, rules, lines, "
            "size, text) SELECT 0, %s, md5(path), 'python', 'test', lines, 0, %s "
            "FROM unnest(%s::text[], %s::int[]) AS t (path, lines) RETURNING id",
            (repository.id, compress(""), list(sizes), list(sizes.values())),
        )
        ids = [row[0] for row in await cursor.fetchall()]
        assert repository.snapshot_id is not None
        rows = [File(path, None, None, blob, None) for path, blob in zip(TREE, ids, strict=True)]
        await files.add(
            connection, installation_id=0, snapshot_id=repository.snapshot_id, files=rows
        )
    return [
        Risk(path, "", (n * 29 % 97 / 100) ** 2, [f"changed {n} times in the last year"])
        for n, path in enumerate(TREE)
        if not path.startswith("tools")
    ]


@pytest.fixture
async def place(client: TestClient, database: Database, repository: Repository) -> str:
    """The address of a repository with findings, runs, risks and facts."""
    assert repository.snapshot_id is not None
    log = b"9 passed, 1 failed\nfailed: tests/test_retry.py::test_the_longest_wait\n"
    run = await thinker.filled(database, repository)
    await client.app[keys.ARTIFACTS].put(run.id, "log.txt", log)
    await thinker.think(
        database,
        repository,
        kind="fuzz",
        summary="Fed `deliver` 41,200 times; nothing broke.",
        artifacts=[{"name": "log.txt", "bytes": len(log)}],
        metrics={"executions": 41_200, "executions_a_second": 812.5},
    )
    more = await grow(database, repository)
    whose = {"installation_id": 0, "repository_id": repository.id}
    async with database.tenant(0) as connection:
        await risks.replace(connection, **whose, thought="prioritize", risks=[*RISKS, *more])
        await facts.remember(
            connection,
            installation_id=0,
            snapshot_id=repository.snapshot_id,
            scope=RETRY,
            facts=FACTS,
        )
    return str(client.make_url(f"/repositories/{repository.id}"))


@pytest.mark.parametrize("look", LOOKS)
async def test_every_page_looks_right(browser: Browser, place: str, look: str) -> None:
    size, theme = LOOKS[look]
    async with opened(browser, size=size, theme=theme) as page:
        for path, name in (
            ("/insights", "insights"),
            ("/insights?evidence=reproduced&path=nowhere", "insights-none"),
            (f"/insights/{BUG.fingerprint}", "finding"),
            ("/map", "risk-map"),
            (f"/card?scope={RETRY}", "card"),
            ("/runs", "runs"),
            ("/learning", "settings"),
        ):
            await page.goto(f"{place}{path}")
            await page.wait_for_load_state("load")
            await picture(page, f"{name}-{look}")
            assert await violations(page) == [], name
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0], f"{name} must not scroll sideways"
        await page.goto(f"{place}/runs")
        await page.get_by_role("link", name="Fuzz").click()
        await expect(page.get_by_text("812", exact=True)).to_be_visible()
        assert await violations(page) == []


@pytest.mark.parametrize("look", LOOKS)
async def test_where_no_code_is_run_each_page_says_so(
    browser: Browser, client: TestClient, database: Database, repository: Repository, look: str
) -> None:
    size, theme = LOOKS[look]
    place = str(client.make_url(f"/repositories/{repository.id}"))
    async with database.tenant(0) as connection:
        await learning.say(connection, repository, {"on": True}, by="local")
    await thinker.think(database, repository, summary="1,987 functions are on the map.")
    await thinker.without_a_sandbox(database)
    async with opened(browser, size=size, theme=theme) as page:
        for name in ("insights", "runs", "learning"):
            await page.goto(f"{place}/{name}")
            await expect(page.locator(".banner.off")).to_contain_text("bwrap is not installed")
            await expect(page.locator("#line")).to_contain_text("code is not run here")
            await picture(page, f"{name}-nothing-run-{look}")
            assert await violations(page) == [], name
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0], f"{name} must not scroll sideways"


async def test_the_keyboard_opens_judges_and_dismisses(browser: Browser, place: str) -> None:
    async with opened(browser) as page:
        await page.goto(f"{place}/insights")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await expect(page.get_by_role("link", name=SMELL.message)).to_be_focused()
        await expect(page.locator("#unread")).to_contain_text("3")
        await page.keyboard.press("Tab")
        finding = page.locator(f"#finding-{SMELL.fingerprint}")
        await finding.locator("summary").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#unread")).to_contain_text("2")
        await finding.get_by_role("button", name="Useful", exact=True).press("Enter")
        pressed = finding.get_by_role("button", name="Useful", exact=True, pressed=True)
        await expect(pressed).to_be_visible()
        await finding.get_by_role("textbox").fill("as agreed")
        await finding.get_by_role("button", name="Not a bug").press("Enter")
        await expect(finding.locator(".state")).to_have_text("Not a bug")
        assert await violations(page) == []
        await page.reload()
        await expect(finding).to_have_count(0)
        await page.get_by_role("link", name="Not a bug").click()
        await expect(finding).to_be_visible()


async def test_what_is_found_appears_by_itself(
    browser: Browser, place: str, database: Database, repository: Repository, queue: Queue
) -> None:
    async with opened(browser) as page:
        await page.goto(f"{place}/insights")
        await expect(page.locator("#fresh")).to_be_hidden()
        await expect(page.locator("#line[data-heard]")).to_be_visible()
        await thinker.think(database, repository, claims=thinker.more(1))
        await thinker.think(database, repository, kind="fuzz", status="running")
        topic = f"learning:{repository.id}"
        await stream.publish(queue.redis, topic, {"type": "finding"})
        await expect(page.locator("#line")).to_contain_text("1 thought running")
        news = page.get_by_role("region", name="Found while this page is open")
        await expect(news.get_by_role("link", name=SMELL.message)).to_be_visible()
        await expect(page.locator("#total")).to_contain_text("4 findings")
        await expect(page.locator("#announced")).to_contain_text(f"Found just now: {SMELL.message}")
        await news.get_by_text("Details").click()
        await expect(news.get_by_role("button", name="Draft a fix")).to_be_visible()
        assert await violations(page) == []


async def test_news_pass_the_filters_of_the_page_or_are_offered(
    browser: Browser, place: str, database: Database, repository: Repository, queue: Queue
) -> None:
    async with opened(browser) as page, opened(browser) as other:
        await page.goto(f"{place}/insights?evidence=reproduced")
        await other.goto(f"{place}/insights?page=2")
        for each in (page, other):
            await expect(each.locator("#line[data-heard]")).to_be_visible()
        await thinker.think(database, repository, claims=thinker.more(1))
        await stream.publish(queue.redis, f"learning:{repository.id}", {"type": "finding"})
        await expect(page.locator("#unread")).to_contain_text("4")
        await expect(page.locator(".finding")).to_have_count(1)
        await expect(other.get_by_role("link", name="Something new was found")).to_be_visible()


async def test_runs_are_brought_up_to_date(
    browser: Browser, place: str, database: Database, repository: Repository
) -> None:
    async with opened(browser) as page:
        await page.goto(f"{place}/runs")
        await expect(page.locator("#line[data-heard]")).to_be_visible()
        await expect(page.locator("tbody tr")).to_have_count(3)
        await thinker.think(database, repository, kind="summarize", status="running")
        await expect(page.locator("tbody tr")).to_have_count(4)
        await expect(page.get_by_text("Running", exact=True)).to_be_visible()


async def test_a_tile_of_the_map_leads_to_its_card(browser: Browser, place: str) -> None:
    async with opened(browser) as page:
        await page.goto(f"{place}/map")
        await page.locator(".treemap.landscape a", has_text="retry.py").first.click()
        await expect(page.get_by_role("heading", name="retry.py")).to_be_visible()
        await expect(page.get_by_text("72 %")).to_be_visible()


async def test_without_scripts_all_of_it_works(browser: Browser, place: str) -> None:
    async with opened(browser, scripts=False) as page:
        await page.goto(f"{place}/insights")
        await page.get_by_role("link", name="Proven").click()
        await expect(page.locator(".finding")).to_have_count(1)
        await page.get_by_text("Details").click()
        await page.get_by_role("button", name="Dismiss").click()
        await expect(page.locator(".tag.state")).to_have_text("Dismissed")
        await page.get_by_role("link", name="Settings").click()
        await page.get_by_role("button", name="Switch it on").click()
        await expect(page.get_by_text("Set by local")).to_be_visible()
