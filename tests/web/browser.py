"""Chromium, driven by Playwright, and what the tests ask of every page."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from axe_core_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
DESKTOP, PHONE = (1440, 900), (390, 844)


def chromium() -> str:
    """The system's; a test without it fails, since nothing else looks at the pages."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "install Chromium, on Debian with 'apt-get install chromium fonts-dejavu'"
    return path


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser,
    *,
    size: tuple[int, int] = DESKTOP,
    theme: str = "light",
    scripts: bool = True,
    expected: tuple[str, ...] = (),
) -> AsyncIterator[Page]:
    """A page of a fresh profile. What is reported as an error fails the test at the end, unless
    it is `expected`."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        java_script_enabled=scripts,
        has_touch=size == PHONE,
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: said.type == "error" and errors.append(said.text))
    try:
        yield page
    finally:
        await context.close()
    assert [error for error in errors if not any(part in error for part in expected)] == []


async def violations(page: Page) -> list[str]:
    """What axe finds wrong, best practices included, one line each."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    # To say where each of thousands of nodes that are right stands would take most of the time.
    run = "axe.run({resultTypes: ['violations']}).then((found) => found.violations)"
    found: list[dict[str, Any]] = await page.evaluate(run)
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in found
        for node in violation["nodes"]
    ]


KEPT = {
    *("answer-light", "answer-dark", "answer-phone", "code-light", "code-dark", "why-light"),
    *("search-light", "search-dark", "search-phone"),
    *("insights-light", "insights-phone", "risk-map-light", "risk-map-dark"),
    *("welcome-light", "repositories-light", "repositories-phone"),
}


async def picture(page: Page, name: str) -> None:
    """For the documentation, when it is asked for: PONDER_SCREENSHOTS=1, or `all` of them."""
    wanted = os.environ.get("PONDER_SCREENSHOTS", "")
    if wanted == "all" or (wanted and name in KEPT):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=SCREENSHOTS / f"{name}.png")
