"""axe finds nothing on any page, in both themes, at phone and desk width (WCAG 2.2 A and AA)."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from factually.independence.results import Verdict
from tests.browser.conftest import WCAG
from tests.support.article_factories import COMPLETE, SAMPLE, published
from tests.support.independence_factories import prepare_screening
from tests.support.looks import DESK, NARROWEST, PHONE, faults, in_both_themes_at, largest_content
from tests.support.oversight_desk import CANARY, open_desk, paid_through
from tests.support.stripe_sandbox import stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase
    from tests.support.oversight_desk import OversightDesk

pytestmark = pytest.mark.browser

RULES: Final = {
    **WCAG,
    "runOnly": {"type": "tag", "values": [*WCAG["runOnly"]["values"], "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
}
PUBLIC: Final = (
    "/",
    "/about",
    "/corrections",
    "/corrections/requests",
    "/donate",
    "/independence",
    "/methodology",
    "/no-such-page",
    "/policies",
    "/sign-in",
    "/style-guide",
)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(app: Flask, database: Database, clock: FrozenClock) -> Iterator[str]:
    """The whole application with a policy, a register and two articles, on a free port of this machine."""
    with database.transaction() as session:
        prepare_screening(session)
    for text in (COMPLETE, SAMPLE):
        published(database, text, now=clock.now())
    # As in life: forms hold a token.
    app.config.update(WTF_CSRF_ENABLED=True)
    with served(app) as url:
        yield url


def articles(page: Page, address: str) -> list[str]:
    """Addresses of the articles on the front page."""
    page.goto(address)
    links = page.locator("article h3 a")
    return [str(links.nth(number).get_attribute("href")) for number in range(links.count())]


def test_axe_finds_nothing_on_public_pages(browser: Browser, address: str) -> None:
    page = browser.new_page()
    pages = [*PUBLIC, *articles(page, address)]
    assert len(pages) == len(PUBLIC) + 2
    for path in pages:
        page.goto(address + path)
        for theme, width in in_both_themes_at(page, PHONE, DESK):
            assert faults(page, RULES) == [], (path, theme, width)
    page.close()


def test_every_page_fits_a_screen_of_320_pixels(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": NARROWEST, "height": 800})
    for path in [*PUBLIC, *articles(page, address)]:
        page.goto(address + path)
        assert largest_content(page) <= NARROWEST, path
    page.close()


def test_the_keyboard_reaches_the_text_in_one_step(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.close()


def test_an_error_in_the_summary_leads_to_its_field(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/style-guide")
    for text, field in (("Enter your e-mail address.", "email"), ("Say whose money this is.", "capacity-0")):
        page.get_by_role("link", name=text).click()
        assert page.evaluate("location.hash") == f"#{field}"
        page.keyboard.press("Tab")
    page.close()


def test_nothing_moves_for_readers_who_asked_for_less_motion(browser: Browser, address: str) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto(address)
    assert page.locator(".masthead .button").evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
    page.close()


def test_pages_of_readers_ask_nothing_of_other_servers(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in [path for path in PUBLIC if path != "/donate"]:
        page.goto(address + path)
    assert asked
    assert [url for url in asked if not url.startswith(address)] == []
    page.close()


@pytest.fixture
def desk(
    test_database: TestDatabase, database: Database, keyring: Keyring, clock: FrozenClock
) -> Iterator[OversightDesk]:
    """The auditors' desk, with gifts that were really given."""
    with (
        stripe_sandbox() as sandbox,
        open_desk(paid_through(sandbox, test_database), database, keyring, clock, sandbox) as opened,
    ):
        yield opened


def auditors_pages(page: Page, desk: OversightDesk, address: str) -> Iterator[str]:
    """Open each page of the desk in turn: lists, a case in each standing, errors, an open donor record."""
    held, cancelled = desk.held_gift(), desk.held_gift()
    desk.decide(cancelled, desk.person(name="other"), Verdict.REFUSE)
    cases = [desk.captured_gift(), desk.refused_gift(), cancelled, held]
    for path in ("", "gifts", "gifts?state=lost", *(f"gifts/{gift.public_id}" for gift in cases)):
        answer = page.goto(f"{address}/oversight/{path}")
        assert answer is not None
        assert answer.status == 200
        yield path
    page.get_by_role("button", name="Accept: take the gift").click()
    expect(page.get_by_role("link", name="Give your reason.")).to_be_visible()
    yield "a decision without a reason"
    page.get_by_role("button", name="Show donor record").click()
    expect(page.get_by_role("link", name="Say why you need to know who gave.")).to_be_visible()
    yield "a look without a reason"
    page.get_by_label("Why do you need to know who gave?").fill("The names have to be compared.")
    page.get_by_role("button", name="Show donor record").click()
    expect(page.get_by_text(CANARY.email)).to_be_visible()
    yield "an open donor record"


def test_axe_finds_nothing_on_the_auditors_pages(browser: Browser, desk: OversightDesk) -> None:
    cookie = desk.signed_in(desk.person()).get_cookie("factually")
    assert cookie is not None
    context = browser.new_context()
    with served(desk.app) as address:
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        page = context.new_page()
        for name in auditors_pages(page, desk, address):
            for theme, width in in_both_themes_at(page, NARROWEST, DESK):
                assert faults(page, RULES) == [], (name, theme, width)
                assert largest_content(page) <= width, (name, theme, width)
    context.close()
