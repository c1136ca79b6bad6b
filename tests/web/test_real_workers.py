"""From the form to the marked lines, with a worker process that indexes and answers for real."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient
from playwright.async_api import expect

from core.queue import Queue
from core.settings import Settings
from tests.checkout import Checkout
from tests.web.browser import launched, opened, violations
from tests.web.stage import FIXTURES, JOBS, RETRY

pytestmark = [pytest.mark.browser, pytest.mark.end_to_end]
MINUTE = 60_000


@pytest.fixture
async def workers(settings: Settings, queue: Queue, tmp_path: Path) -> AsyncIterator[None]:
    """The process that `ponder worker` is, on the stores of the tests."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "PONDER_DATA_DIR": str(settings.data_dir),
        "PONDER_SECRET_KEY": settings.secret_key,
        "PONDER_PUBLIC_URL": settings.public_url,
    }
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("ponder"), "worker", env=environment
    )
    try:
        async with asyncio.timeout(60):
            while not all((await queue.workers() or {"": False}).values()):
                assert process.returncode is None, "the worker ended"
                await asyncio.sleep(0.05)
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await process.wait() == 0


async def test_a_repository_is_added_asked_and_its_sources_read(
    client: TestClient, workers: None, tmp_path: Path
) -> None:
    project = Checkout(tmp_path / "letterbox-project")
    for path in (RETRY, JOBS):
        project.write(path, (FIXTURES / path).read_text())
    project.commit()
    async with launched() as browser, opened(browser) as page:
        await page.goto(str(client.make_url("/")))
        await page.get_by_label("A path").fill(str(project.path))
        await page.get_by_role("button", name="Add and index").click()
        await page.get_by_role("link", name="Ask letterbox-project").click(timeout=MINUTE)
        await page.get_by_role("textbox").fill("How is the wait before the next attempt computed?")
        await page.keyboard.press("Enter")
        await expect(page.locator(".facts")).to_be_visible(timeout=MINUTE)
        assert await violations(page) == []
        source = page.locator(".source > a", has_text="retry.py").first
        first, last = map(int, re.findall(r"\d+", await source.locator(".range").inner_text()))
        await source.click()
        await expect(page.locator(".marked")).to_have_count(last - first + 1)
        await expect(page.locator(f"#L{first}")).to_be_in_viewport()
        shown = await page.locator(".file .text").all_inner_texts()
        assert shown == (FIXTURES / RETRY).read_text().splitlines()
        await page.get_by_text("About this file").click()
        defined = page.locator(".known", has_text="Defines").get_by_role("link", name="deliver")
        await expect(defined).to_be_visible(timeout=MINUTE)
        await page.get_by_role("link", name="Back to the answer").click()
        await page.get_by_role("link", name="Why this answer?").click()
        await expect(page.locator(".found tbody tr").first).to_contain_text("retry.py")
        assert await violations(page) == []
        await page.goto(str(client.make_url("/")))
        await page.get_by_role("link", name="Search letterbox-project").click()
        await page.locator("#query").fill('"attempt" symbol:Policy.* lang:python')
        await page.keyboard.press("Enter")
        await expect(page.locator(".places .source").first).to_contain_text("Policy.wait")
        await expect(page.locator("mark").first).to_have_text("attempt")
