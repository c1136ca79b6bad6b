"""The pages in a real browser: what people do with them, by mouse, by keyboard, without scripts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from playwright.async_api import Browser, Page, expect

from core.db import feedback, repositories, work
from core.db.connect import Database
from core.db.repositories import Repository
from tests.web import stage
from tests.web.browser import launched, opened, violations
from tests.web.stage import COMMIT, RETRY, Worker

pytestmark = pytest.mark.browser
QUESTION = "What happens when a delivery fails?"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as running:
        yield running


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with opened(browser) as fresh:
        yield fresh


def at(client: TestClient, path: str) -> str:
    return str(client.make_url(path))


async def _answered(client: TestClient, repository: Repository) -> dict[str, Any]:
    response = await client.post("/chat", json={"repo_id": repository.id, "question": QUESTION})
    answer: dict[str, Any] = await response.json()
    return answer


def _place(answer: dict[str, Any]) -> str:
    return f"/repositories/{answer['repo_id']}/conversations/{answer['conversation_id']}"


async def test_a_question_streams_into_an_answer_with_sources(
    page: Page, client: TestClient, repository: Repository, worker: Worker
) -> None:
    worker.before_the_end.clear()
    await page.goto(at(client, "/"))
    await page.get_by_role("link", name="Ask letterbox").click()
    await page.get_by_role("textbox").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    await expect(page.get_by_text("Reading letterbox/retry.py")).to_have_count(2)  # seen and heard
    await expect(page.locator(".answer strong")).to_have_text("exponential backoff and full jitter")
    await expect(page.locator(".answer a")).to_have_count(0)
    worker.before_the_end.set()
    await expect(page.locator(".source")).to_have_count(4)
    await expect(page.locator("#heard")).to_have_text("The answer is ready, with 4 sources.")
    await expect(page).to_have_url(re.compile("/conversations/"))
    await expect(page.locator("#recent a[aria-current]")).to_contain_text(QUESTION)
    assert await violations(page) == []


async def test_a_follow_up_stays_in_the_conversation(
    page: Page, client: TestClient, repository: Repository, worker: Worker
) -> None:
    await page.goto(at(client, _place(await _answered(client, repository))))
    worker.before_the_end.clear()
    await page.get_by_role("textbox").fill("And how long does it wait?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator(".exchange .answer strong")).to_have_count(2)
    await expect(page.locator(".exchange .facts")).not_to_be_in_viewport()
    worker.before_the_end.set()
    await expect(page.locator(".exchange .facts")).to_have_count(2)
    assert await violations(page) == []
    await page.reload()
    await expect(page.locator(".exchange h2")).to_have_text(
        [QUESTION, "And how long does it wait?"]
    )
    await expect(page.locator("#recent li")).to_have_count(1)


async def test_a_reload_takes_up_the_answer_that_is_being_made(
    page: Page, client: TestClient, repository: Repository, worker: Worker
) -> None:
    worker.before_the_end.clear()
    await page.goto(at(client, f"/repositories/{repository.id}"))
    await page.get_by_role("textbox").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer strong")).to_be_visible()
    await page.reload()
    await expect(page.locator(".answer strong")).to_be_visible()
    worker.before_the_end.set()
    await expect(page.locator(".source")).to_have_count(4)


async def test_a_citation_leads_to_its_source_and_on_to_the_marked_lines(
    page: Page, client: TestClient, repository: Repository, worker: Worker
) -> None:
    answer = await _answered(client, repository)
    await page.goto(at(client, _place(answer)))
    await page.get_by_role("link", name="Source 3").click()
    await expect(page.locator(".source:target .number")).to_have_text("3")
    await page.locator(".source:target > a").click()
    await expect(page).to_have_url(re.compile("#L38-L46$"))
    await expect(page.locator(".marked")).to_have_count(9)
    await expect(page.locator("#L38")).to_be_in_viewport()
    await expect(page.locator("#L38 .text")).to_contain_text("for attempt in range")
    await page.get_by_role("link", name="Back to the answer").click()
    await expect(page.locator(f"#answer-{answer['answer_id']}")).to_be_in_viewport()


async def test_lines_are_marked_by_clicks_and_by_the_address(
    page: Page, client: TestClient, repository: Repository
) -> None:
    await page.goto(at(client, f"/repositories/{repository.id}/blob/{COMMIT}/{RETRY}#L20-L22"))
    await expect(page.locator(".marked")).to_have_count(3)
    await page.locator("#L5 .num").click()
    await expect(page.locator(".marked")).to_have_count(1)
    await page.locator("#L8 .num").click(modifiers=["Shift"])
    await expect(page.locator(".marked")).to_have_count(4)
    await expect(page).to_have_url(re.compile("#L5-L8$"))


async def test_the_keyboard_is_enough(
    page: Page, client: TestClient, repository: Repository, worker: Worker
) -> None:
    await page.goto(at(client, _place(await _answered(client, repository))))
    question = page.get_by_role("textbox")
    await expect(question).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await expect(page.locator(".source > a").nth(0)).to_be_focused()
    await page.keyboard.press("j")
    await expect(page.locator(".source > a").nth(1)).to_be_focused()
    await page.keyboard.press("k")
    await expect(page.locator(".source > a").nth(0)).to_be_focused()
    await page.keyboard.press("/")
    await expect(question).to_be_focused()
    await page.keyboard.type("One")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two j/k")
    await expect(question).to_have_value("One\ntwo j/k")
    await page.keyboard.press("Enter")
    await expect(page.locator(".exchange .facts")).to_have_count(2)


async def test_a_vote_can_be_given_explained_and_taken_back(
    page: Page, client: TestClient, repository: Repository, worker: Worker, database: Database
) -> None:
    answer = await _answered(client, repository)
    await page.goto(at(client, _place(answer)))
    down = page.get_by_role("button", name="This answer did not help")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "true")
    await page.get_by_label("What was wrong or missing?").fill("The cap is 60 s, say so.")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_label("What was wrong")).to_be_hidden()
    async with database.system() as connection:
        said = await feedback.of_answer(connection, answer["answer_id"], "local")
    assert said
    assert (said.vote, said.note) == (-1, "The cap is 60 s, say so.")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "false")


async def test_a_question_that_is_refused_by_the_server_is_kept(
    browser: Browser, client: TestClient, repository: Repository, database: Database
) -> None:
    async with opened(browser, expected=("409",)) as page:
        await page.goto(at(client, f"/repositories/{repository.id}"))
        async with database.system() as connection:
            await connection.execute(
                "UPDATE repositories SET snapshot_id = NULL, error = 'There is no such host.'"
            )
        await page.get_by_role("textbox").fill(QUESTION)
        await page.keyboard.press("Enter")
        await expect(page.locator("#ask .wrong")).to_contain_text("could not be indexed")
        await expect(page.get_by_role("textbox")).to_have_value(QUESTION)


async def test_progress_moves_without_a_reload(
    page: Page, client: TestClient, database: Database
) -> None:
    repository = await stage.connect(database)
    await page.goto(at(client, "/"))
    await expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    async with database.system() as connection:
        progress = {"stage": "parse", "done": 40, "total": 80}
        await repositories.set_progress(connection, repository.id, progress)
    await expect(page.get_by_label("Reading code")).to_have_attribute("value", "40")
    async with database.system() as connection:
        await repositories.set_progress(connection, repository.id, {})
    await stage.indexed(database, repository)
    await expect(page.get_by_role("link", name="Ask letterbox")).to_be_visible()
    await expect(page.locator("#heard")).to_have_text("letterbox is ready.")


async def test_a_repository_is_added_with_the_form(
    browser: Browser, client: TestClient, database: Database, tmp_path: Any
) -> None:
    async with opened(browser, expected=("422",)) as page:
        await page.goto(at(client, "/"))
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Ask a repository")
        await expect(page.get_by_text("ponder ask")).to_be_visible()
        await page.get_by_label("A path").fill("/nowhere/at/all")
        await page.get_by_role("button", name="Add and index").click()
        await expect(page.get_by_role("alert")).to_contain_text("There is no folder")
        await expect(page.get_by_label("A path")).to_have_value("/nowhere/at/all")
        assert await violations(page) == []
        (tmp_path / ".git").mkdir()
        await page.get_by_label("A path").fill(str(tmp_path))
        await page.get_by_role("button", name="Add and index").click()
        await expect(page.get_by_role("heading", name=tmp_path.name)).to_be_visible()
    async with database.system() as connection:
        (row,) = await work.due(connection)
    assert row.kind == "index"


async def test_the_theme_is_remembered(page: Page, client: TestClient) -> None:
    await page.goto(at(client, "/"))
    background = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(background)
    await page.get_by_role("button", name="Switch between light and dark").click()
    dark = await page.evaluate(background)
    assert light != dark
    await page.reload()
    assert await page.evaluate(background) == dark


async def test_asking_works_without_scripts(
    browser: Browser, client: TestClient, repository: Repository, worker: Worker
) -> None:
    worker.before_the_end.clear()
    async with opened(browser, scripts=False) as page:
        await page.goto(at(client, f"/repositories/{repository.id}"))
        await page.get_by_role("textbox").fill(QUESTION)
        await page.get_by_role("button", name="Ask", exact=True).click()
        await expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
        # The browser would refresh by itself; Chromium does not believe Playwright that it has no
        # scripts so far as to read what is within noscript.
        assert 'http-equiv="refresh"' in await page.content()
        worker.before_the_end.set()
        while await page.locator("[data-pending]").count():
            await page.reload()
        await expect(page.locator(".source")).to_have_count(4)


async def test_another_site_cannot_make_the_browser_ask(
    browser: Browser, client: TestClient, repository: Repository, database: Database
) -> None:
    form = (
        f'<form method="post" action="{at(client, f"/repositories/{repository.id}/index")}">'
        "<button>Win a prize</button></form>"
    )
    async with opened(browser, expected=("403",)) as page:
        await page.route(
            "http://prizes.test/*",
            lambda route: route.fulfill(body=form, content_type="text/html"),
        )
        await page.goto("http://prizes.test/")
        await page.get_by_role("button").click()
        await expect(page.get_by_text("The request came from another site")).to_be_visible()
    async with database.system() as connection:
        assert await work.due(connection) == []
