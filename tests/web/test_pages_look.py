"""Every page in light, dark and on a phone: no violation of axe's rules, and a picture of each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient
from playwright.async_api import Browser

from core.db import repositories
from core.db.connect import Database
from core.db.repositories import Repository
from tests.web import stage
from tests.web.browser import DESKTOP, PHONE, launched, opened, picture, violations
from tests.web.finder import Finder, found
from tests.web.stage import COMMIT, RETRY, Worker

pytestmark = pytest.mark.browser
LOOKS = {"light": (DESKTOP, "light"), "dark": (DESKTOP, "dark"), "phone": (PHONE, "light")}


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as running:
        yield running


async def _look(browser: Browser, client: TestClient, path: str, name: str, look: str) -> None:
    size, theme = LOOKS[look]
    async with opened(browser, size=size, theme=theme) as page:
        await page.goto(str(client.make_url(path)))
        await page.wait_for_load_state("load")
        await picture(page, f"{name}-{look}")
        assert await violations(page) == []
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], "the page must not scroll sideways"


@pytest.mark.parametrize("look", LOOKS)
async def test_an_empty_start_looks_right(browser: Browser, client: TestClient, look: str) -> None:
    await _look(browser, client, "/", "welcome", look)


@pytest.mark.parametrize("look", LOOKS)
async def test_repositories_in_every_state_look_right(
    browser: Browser, client: TestClient, repository: Repository, database: Database, look: str
) -> None:
    await stage.connect(database, name="almanac")
    busy = await stage.connect(database, name="harbour")
    failed = await stage.connect(database, name="orchard")
    async with database.system() as connection:
        progress = {"stage": "parse", "done": 1840, "total": 2913}
        await repositories.set_progress(connection, busy.id, progress)
        error = "The folder has no commit yet; commit something and try again."
        await repositories.set_error(connection, failed.id, error)
    await _look(browser, client, "/", "repositories", look)


@pytest.mark.parametrize("look", LOOKS)
async def test_a_new_conversation_looks_right(
    browser: Browser, client: TestClient, repository: Repository, look: str
) -> None:
    await _look(browser, client, f"/repositories/{repository.id}", "ask", look)


@pytest.mark.parametrize("look", LOOKS)
async def test_an_answer_its_code_and_its_reasons_look_right(
    browser: Browser, client: TestClient, repository: Repository, worker: Worker, look: str
) -> None:
    worker.model = "qwen3-coder"
    question = "What happens when a delivery fails?"
    first = await _asked(client, repository, question)
    place = f"/repositories/{repository.id}/conversations/{first['conversation_id']}"
    await _look(browser, client, place, "answer", look)
    worker.text, worker.cited, worker.model = (
        "Nothing here sends e-mail. I looked at 2 files.",
        (),
        "",
    )
    worker.notice = "Made without a model: none is configured."
    worker.stale = "letterbox/retry.py:25–31 changed in 81b2c4e."
    again = {"conversation_id": first["conversation_id"]}
    await _asked(client, repository, "Does it send e-mail?", **again)
    await _look(browser, client, place, "follow-up", look)
    code = f"/repositories/{repository.id}/blob/{COMMIT}/{RETRY}"
    await _look(
        browser, client, f"{code}?lines=24-30&answer={first['answer_id']}#L24-L30", "code", look
    )
    await _look(browser, client, f"/answers/{first['answer_id']}/why", "why", look)


async def _asked(
    client: TestClient, repository: Repository, question: str, **more: str
) -> dict[str, str]:
    response = await client.post(
        "/chat", json={"repo_id": repository.id, "question": question, **more}
    )
    assert response.status == 200
    answer: dict[str, str] = await response.json()
    return answer


@pytest.mark.parametrize("look", LOOKS)
async def test_a_search_looks_right_before_with_and_without_results(
    browser: Browser, client: TestClient, repository: Repository, finder: Finder, look: str
) -> None:
    place = f"/repositories/{repository.id}/search"
    await _look(browser, client, place, "search-empty", look)
    chosen = "?q=delivery+attempt+path%3Aletterbox%2F&language=python"
    await _look(browser, client, f"{place}{chosen}", "search", look)
    finder.event = found()
    await _look(browser, client, f"{place}?q=%22nowhere+to+be+found%22", "search-nothing", look)
    finder.event = {
        "type": "error",
        "mendable": True,
        "message": "/(/ is no regular expression of RE2's: missing ): (. Mend it, or put the text "
        "in double quotes to search for it as it stands.",
    }
    size, theme = LOOKS[look]
    async with opened(browser, size=size, theme=theme, expected=("422",)) as page:
        await page.goto(str(client.make_url(f"{place}?q=%2F(%2F")))
        await picture(page, f"search-wrong-{look}")
        assert await violations(page) == []


@pytest.mark.parametrize("look", LOOKS)
async def test_an_error_looks_right(browser: Browser, client: TestClient, look: str) -> None:
    size, theme = LOOKS[look]
    async with opened(browser, size=size, theme=theme, expected=("404",)) as page:
        await page.goto(str(client.make_url("/nowhere")))
        await picture(page, f"error-{look}")
        assert await violations(page) == []
