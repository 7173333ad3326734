"""A donor on the real processes: a gift, a link by mail, a receipt, being named, a copy, and the deletion."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.test_story import VISA, ends_with, fill_card, fill_form, give

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Download, Page

    from tests.support.site import RunningSite

pytestmark = pytest.mark.browser

EMAIL: Final = "own-pages@example.org"
LINK: Final = re.compile(r"http\S+/my/sign-in/\S+")


def download(page: Page, button: str) -> Download:
    with page.expect_download() as started:
        page.get_by_role("link", name=button).click()
    return started.value


def sign_in(site: RunningSite, page: Page, is_sound: Callable[[Page, str], None]) -> None:
    """Ask for a link in the footer's way, and follow it once."""
    page.get_by_role("contentinfo").get_by_role("link", name="Your gifts").click()
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("link", name="Enter your e-mail address.")).to_be_visible()
    is_sound(page, "my-start")
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send me the link").click()
    ends_with(page, "Look into your mailbox")
    is_sound(page, "my-mail")

    body = site.wait_for_letter(EMAIL, "Your link").get_body(("plain",))
    found = LINK.search(body.get_content() if body is not None else "")
    assert found is not None
    page.goto(found[0])
    is_sound(page, "my-link")
    page.get_by_role("button", name="Show my gifts").click()
    ends_with(page, "Your gifts")
    is_sound(page, "my-gifts")
    page.goto(found[0])
    ends_with(page, "This link is over")
    is_sound(page, "my-link-over")


def look_after_gift(page: Page, is_sound: Callable[[Page, str], None], folder: Path) -> None:
    """Take the receipt of the only gift, and ask not to be named."""
    page.goto("/my/gifts")
    page.get_by_role("table").get_by_role("link").first.click()
    is_sound(page, "my-gift")
    receipt = download(page, "Receipt (PDF)")
    receipt.save_as(folder / "receipt.pdf")
    text = PdfReader(folder / "receipt.pdf").pages[0].extract_text()
    assert "Žofie Example" in text
    assert "Total of gifts: $5.00" in text
    page.get_by_label("No, don't name me").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("No, don't name me")).to_be_checked()


def copy_and_delete(page: Page, is_sound: Callable[[Page, str], None], folder: Path) -> None:
    """Take a copy, then delete in two steps."""
    page.get_by_role("navigation", name="Your pages").get_by_role("link", name="Your data").click()
    is_sound(page, "my-data")
    copied = download(page, "Download my data (JSON)")
    copied.save_as(folder / "data.json")
    data = json.loads((folder / "data.json").read_text())
    assert [gift["anonymous"] for gift in data["gifts"]] == [True]
    page.get_by_role("link", name="Go on to delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="Tick the box if you want this.")).to_be_visible()
    is_sound(page, "my-delete")
    page.get_by_label("Delete what may go now").check()
    page.get_by_role("button", name="Delete").click()
    ends_with(page, "It is done")
    is_sound(page, "my-deleted")


def test_a_donor_looks_after_their_gift(
    site: RunningSite, page: Page, is_sound: Callable[[Page, str], None], tmp_path: Path
) -> None:
    page.goto("/donate")
    fill_form(page, EMAIL, name="Žofie Example")
    fill_card(page, VISA)
    give(page)
    ends_with(page, "Thank you")
    sign_in(site, page, is_sound)
    look_after_gift(page, is_sound, tmp_path)
    copy_and_delete(page, is_sound, tmp_path)
    confirmation = site.wait_for_letter(EMAIL, "when the rest goes").get_body(("plain",))
    assert confirmation is not None
    assert "kept until" in confirmation.get_content()
    page.goto("/my/gifts")
    ends_with(page, "Your gifts")
    expect(page.get_by_label("Your e-mail address")).to_be_visible()
