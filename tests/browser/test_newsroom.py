"""An article's way on the real site: pasted, written on, reviewed by a second person, read, corrected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from tests.support.article_factories import short_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Whatever runs here, or is refused by the policy of the page, fails the test through the console.
PAYLOAD: Final = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>"
TEXT: Final = short_text(
    title="Fact check: Does tea boil at 100 °C?",
    summary=f"It does {PAYLOAD} [1] [2].",
    section="Mind it [1] [2].",
)
REASON: Final = "A text of a test, whose sources say nothing of themselves."


def sign_in(page: Page, role: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(f"{role}@example.org")
    page.get_by_label("Password").fill("facts before feelings")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1, name="Newsroom")).to_be_visible()


def write(page: Page, words: str) -> None:
    """Type at the end of the text, and see that it is saved by itself."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    expect(page.locator(".editor-status__saved")).to_have_text(re.compile("^Saved at"))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def open_review(page: Page) -> None:
    page.get_by_role("link", name="Review and publish").click()


def publish(page: Page) -> None:
    form = page.locator("form.act", has=page.get_by_role("button", name="Publish now"))
    form.get_by_label(re.compile("Why it is published past")).fill(REASON)
    press(page, "Publish now")


def test_an_article_goes_from_a_paste_to_readers_and_is_corrected(
    page: Page, is_sound: Callable[[Page, str], None]
) -> None:
    sign_in(page, "editor")
    page.get_by_role("link", name="New article").first.click()
    page.get_by_label("Title or text").fill(TEXT)
    press(page, "Start writing")
    write(page, " We boiled some [1].")
    is_sound(page, "newsroom-editor")
    open_review(page)
    article = page.url
    press(page, "Hand in for review")
    sign_in(page, "reviewer")
    is_sound(page, "newsroom-board")
    page.goto(article)
    is_sound(page, "newsroom-review")
    press(page, "Approve")
    publish(page)
    page.get_by_role("link", name="As readers see it").click()
    expect(page.get_by_text("We boiled some")).to_be_visible()
    expect(page.get_by_text(PAYLOAD)).to_be_visible()
    address = page.url
    page.goto(article)
    press(page, "Tell readers that we are correcting this")
    page.goto(address)
    expect(page.get_by_role("heading", name="We are correcting this article")).to_be_visible()
    sign_in(page, "editor")
    page.goto(article.removesuffix("/review"))
    write(page, " And once more [2].")
    open_review(page)
    press(page, "Hand in for review")
    sign_in(page, "reviewer")
    page.goto(article)
    press(page, "Approve")
    page.locator("#publish-was").fill("We had boiled it once.")
    page.locator("#publish-now").fill("We boiled it twice.")
    page.locator("#publish-why").fill("We miscounted.")
    publish(page)
    page.goto(address)
    expect(page.get_by_text("We boiled it twice.")).to_be_visible()
    is_sound(page, "article-corrected")
