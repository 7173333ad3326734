"""A browser, started once, and a fresh visitor for each test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.chromium import chromium
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

    from tests.support.site import RunningSite


WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A fresh visitor; anything the browser complains of fails the test.

    The browser comes before the site, so that no site is started in vain where there is none.
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A refusal is a 4xx on purpose, and Chromium calls each one an error.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    visitor = context.new_page()
    visitor.on("console", hear)
    visitor.on("pageerror", lambda error: complaints.append(str(error)))
    yield visitor
    context.close()
    assert complaints == []


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """See that axe finds nothing, and keep pictures where FACTUALLY_SCREENSHOTS names a folder."""
    folder = os.environ.get("FACTUALLY_SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        found = Axe().run(page, options=WCAG).response["violations"]
        assert [fault["id"] for fault in found] == []
        if folder is None:
            return
        target = Path(ROOT, folder)
        target.mkdir(parents=True, exist_ok=True)
        before = page.viewport_size
        for width, suffix in ((1280, "desk"), (390, "phone")):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(200)
            page.screenshot(path=target / f"{name}-{suffix}.png", full_page=True)
        if before is not None:
            page.set_viewport_size(before)

    return take
