"""A browser, started once, and a fresh visitor for each test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.support.chromium import chromium
from tests.support.databases import ROOT
from tests.support.looks import DESK, PHONE, faults, in_both_themes, in_both_themes_at, largest_content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Browser, ConsoleMessage, Page

    from tests.support.site import RunningSite


WCAG: Final[Mapping[str, Any]] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # what passes is not read, and listing it takes as long as finding it
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
    """See that axe finds nothing on the page as it is, and keep pictures of it."""

    def take(page: Page, name: str) -> None:
        assert faults(page, WCAG) == [], name
        _keep(page, name)

    return take


@pytest.fixture
def pictures() -> Callable[[Page, str], None]:
    """The same in both themes."""

    def take(page: Page, name: str) -> None:
        for theme in in_both_themes(page):
            assert faults(page, WCAG) == [], (name, theme)
            _keep(page, f"{name}-{theme}")

    return take


@pytest.fixture
def is_sound() -> Callable[[Page, str], None]:
    """See that axe finds nothing and nothing sticks out, in both themes at phone and desk width."""

    def look(page: Page, name: str) -> None:
        for theme, width in in_both_themes_at(page, PHONE, DESK):
            assert faults(page, WCAG) == [], (name, theme, width)
            assert largest_content(page) <= width, (name, theme, width)
            if width == DESK:
                _keep(page, f"{name}-{theme}" if theme == "dark" else name)

    return look


def _keep(page: Page, name: str) -> None:
    """Take pictures of a page where FACTUALLY_SCREENSHOTS names a folder for them."""
    folder = os.environ.get("FACTUALLY_SCREENSHOTS")
    if folder is None:
        return
    target = Path(ROOT, folder)
    target.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width, suffix in ((DESK, "desk"), (PHONE, "phone")):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(200)
        page.screenshot(path=target / f"{name}-{suffix}.png", full_page=True)
    if before is not None:
        page.set_viewport_size(before)
