"""Searching in the browser and through the API, with a stand-in for the worker."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient
from playwright.async_api import Browser, expect

from core.db import switches
from core.db.connect import Database
from core.db.repositories import Repository
from core.queue import Queue
from tests.web import stage
from tests.web.browser import launched, opened, violations
from tests.web.finder import PLACES, Finder, found
from tests.web.stage import COMMIT, RETRY
from web.code import marked_lines

REFUSED = {"type": "error", "message": "There is no language 'x'.", "mendable": True}


def _place(repository: Repository, query: str = "") -> str:
    return f"/repositories/{repository.id}/search{query}"


async def test_the_api_tells_what_the_worker_found(
    client: TestClient, repository: Repository, finder: Finder
) -> None:
    parameters = {"repo_id": repository.id, "q": "retry lang:python", "limit": 3, "part": "code"}
    told = await (await client.get("/search", params=parameters)).json()
    assert told["query"] == "retry lang:python"
    assert told["commit"] == COMMIT
    assert [each["path"] for each in told["results"]] == [each["path"] for each in PLACES]
    assert told["results"][0]["url"].endswith(f"/blob/{COMMIT}/{RETRY}?lines=33-47#L33-L47")
    (asked,) = finder.asked
    assert (asked["query"], asked["limit"], asked["part"]) == ("retry lang:python", 3, "code")


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "q is missing"),
        ({"q": " "}, "q is missing"),
        ({"q": "x", "limit": "0"}, "limit must be"),
        ({"q": "x", "limit": "many"}, "limit must be"),
        ({"q": "x" * 1001}, "at most 1000 characters"),
        ({"q": "\x00"}, "NUL"),
    ],
)
async def test_what_cannot_be_asked_is_a_problem(
    client: TestClient, repository: Repository, parameters: dict[str, str], said: str
) -> None:
    response = await client.get("/search", params={"repo_id": repository.id, **parameters})
    assert (response.status, response.content_type) == (422, "application/problem+json")
    assert said in (await response.json())["detail"]


async def test_what_the_worker_refuses_is_told_as_what_to_mend(
    client: TestClient, repository: Repository, finder: Finder
) -> None:
    finder.event = REFUSED
    response = await client.get("/search", params={"repo_id": repository.id, "q": "lang:x y"})
    assert response.status == 422
    assert (await response.json())["errors"] == [
        {"parameter": "q", "detail": "There is no language 'x'."}
    ]
    page = await client.get(_place(repository, "?q=lang:x+y"), headers={"Accept": "text/html"})
    assert page.status == 422
    text = await page.text()
    assert "There is no language &#39;x&#39;." in text
    assert 'value="lang:x y"' in text


async def test_a_bug_of_the_worker_is_not_called_the_users(
    client: TestClient, repository: Repository, finder: Finder
) -> None:
    finder.event = {"type": "error", "message": "Ponder failed."}
    response = await client.get("/search", params={"repo_id": repository.id, "q": "x"})
    assert response.status == 503


async def test_without_a_worker_nobody_waits_long(
    client: TestClient, repository: Repository, queue: Queue
) -> None:
    assert await queue.workers() is not None
    response = await client.get("/search", params={"repo_id": repository.id, "q": "x"})
    assert response.status == 503
    assert "Retry-After" in response.headers


async def test_a_repository_without_an_index_cannot_be_searched_yet(
    client: TestClient, database: Database
) -> None:
    waiting = await stage.connect(database, name="almanac")
    response = await client.get("/search", params={"repo_id": waiting.id, "q": "x"})
    assert response.status == 409
    page = await client.get(_place(waiting), headers={"Accept": "text/html"})
    assert "is being indexed" in await page.text()


async def test_nothing_is_searched_while_everything_is_switched_off(
    client: TestClient, repository: Repository, finder: Finder, database: Database
) -> None:
    async with database.system() as connection:
        await switches.turn(connection, switches.KILL, on=True, by="test")
    response = await client.get("/search", params={"repo_id": repository.id, "q": "x"})
    assert (response.status, finder.asked) == (503, [])


async def test_nothing_of_a_repository_that_must_not_be_seen_is_found(
    client: TestClient, database: Database, finder: Finder
) -> None:
    async with database.system() as connection:
        await connection.execute("INSERT INTO installations (id, account) VALUES (7, 'them')")
    other = await stage.indexed(
        database, await stage.connect(database, name="them/x", installation_id=7, github_id=70)
    )
    assert (await client.get("/search", params={"repo_id": other.id, "q": "x"})).status == 404
    assert (await client.get(_place(other, "?q=x"))).status == 404
    assert finder.asked == []


async def test_searches_leave_nothing_behind(
    client: TestClient, repository: Repository, finder: Finder, queue: Queue
) -> None:
    await client.get("/search", params={"repo_id": repository.id, "q": "x"})
    assert [key async for key in queue.redis.scan_iter("ponder:stream:search:*")] == []


async def test_the_text_of_a_repository_is_escaped(
    client: TestClient, repository: Repository, finder: Finder
) -> None:
    evil = '<script>alert("&amp;")</script>'
    line = {"number": 1, "text": evil, "spans": [[0, 8]]}
    finder.event = found({**PLACES[0], "lines": [line], "symbol": evil, "path": f"a/{evil}.py"})
    text = await (await client.get(_place(repository, "?q=x"))).text()
    assert "<script>alert" not in text
    assert "<mark>" in text


def test_marks_lie_within_the_elements_of_a_line() -> None:
    lines = marked_lines(
        ["def f(a):", "    return a < 1"], [[[2, 6]], [[11, 14]]], "python", "x.py"
    )
    assert [re.sub(r"<[^>]*>", "", line) for line in lines] == ["def f(a):", "    return a &lt; 1"]
    assert [
        "".join(re.sub(r"<[^>]*>", "", part) for part in re.findall(r"<mark>(.*?)</mark>", line))
        for line in lines
    ] == ["f f(", "a &lt;"]
    assert marked_lines([], [], "python", "x.py") == []
    assert marked_lines(["", ""], [[], []], "text", "x") == ["", ""]


# In the browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as running:
        yield running


async def test_a_search_from_the_box_leads_to_code(
    browser: Browser, client: TestClient, repository: Repository, finder: Finder
) -> None:
    async with opened(browser) as page:
        await page.goto(str(client.make_url(f"/repositories/{repository.id}")))
        await page.get_by_role("searchbox", name="Search letterbox").fill(
            '"attempt" path:letterbox/'
        )
        await page.keyboard.press("Enter")
        await expect(page.locator(".places .source")).to_have_count(3)
        await expect(page.get_by_role("searchbox")).to_have_value('"attempt" path:letterbox/')
        await expect(page.locator("mark").first).to_have_text("deliver")
        assert await violations(page) == []
        await page.locator(".places .num").nth(1).click()
        await expect(page).to_have_url(re.compile(r"/blob/.*\?lines=34#L34$"))
        await expect(page.locator(".marked")).to_have_count(1)


async def test_places_are_reached_by_keyboard(
    browser: Browser, client: TestClient, repository: Repository, finder: Finder
) -> None:
    async with opened(browser) as page:
        await page.goto(str(client.make_url(_place(repository, "?q=retry"))))
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await expect(page.locator(".places .source > a").nth(1)).to_be_focused()
        await page.keyboard.press("/")
        await expect(page.locator("#query")).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(re.compile("#L33-L47$"))


async def test_a_choice_is_in_the_address_and_taken_back(
    browser: Browser, client: TestClient, repository: Repository, finder: Finder
) -> None:
    async with opened(browser) as page:
        await page.goto(str(client.make_url(_place(repository, "?q=retry"))))
        await page.get_by_role("navigation", name="Part").get_by_role("link", name="tests").click()
        await expect(page).to_have_url(re.compile(r"\?q=retry&part=tests$"))
        assert finder.asked[-1]["part"] == "tests"
        await page.get_by_role("link", name="Clear the choices").click()
        await expect(page).to_have_url(re.compile(r"\?q=retry$"))
        await page.goto(str(client.make_url(_place(repository, "?q=retry&kind=method"))))
        await page.locator("#query").fill("else")
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(re.compile(r"\?q=else$"))


async def test_everything_works_without_scripts(
    browser: Browser, client: TestClient, repository: Repository, finder: Finder
) -> None:
    async with opened(browser, scripts=False) as page:
        await page.goto(str(client.make_url(_place(repository))))
        await page.locator("#query").fill("retry")
        await page.get_by_role("button", name="Search").click()
        await expect(page.locator(".places .source")).to_have_count(3)
        await expect(page.get_by_role("navigation", name="Language")).to_be_visible()
        await page.get_by_role("link", name="tests 2").click()
        assert (finder.asked[-1]["query"], finder.asked[-1]["part"]) == ("retry", "tests")
