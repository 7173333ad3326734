"""A monthly gift on the real processes: begun, steered from a mailed link, given another card, cancelled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from tests.browser.test_story import (
    THREE_D_SECURE,
    VISA,
    WAIT,
    ends_with,
    fill_card,
    fill_form,
    give,
    open_first_gift,
    sign_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.support.site import RunningSite

pytestmark = pytest.mark.browser

EMAIL: Final = "monthly@example.org"
LINK: Final = re.compile(r"http\S+/monthly/\S+")
MASTERCARD: Final = "5555555555554444"


def begin(page: Page, email: str) -> None:
    """Give five dollars a month through the form."""
    page.goto("/donate")
    page.get_by_label("Every month").check()
    fill_form(page, email)
    expect(page.get_by_role("button", name="Give $5 a month")).to_be_visible()
    fill_card(page, VISA)
    give(page)
    ends_with(page, "Thank you")


def mailed_link(site: RunningSite, email: str, subject: str) -> str:
    """Return the link to the monthly gift in a letter."""
    body = site.wait_for_letter(email, subject).get_body(("plain",))
    found = LINK.search("" if body is None else body.get_content())
    assert found is not None
    return found[0]


def test_a_donor_gives_monthly_steers_it_and_cancels_it(
    site: RunningSite, page: Page, is_sound: Callable[[Page, str], None]
) -> None:
    begin(page, EMAIL)
    is_sound(page, "monthly-thanks")
    page.goto(mailed_link(site, EMAIL, "receipt"))
    ends_with(page, "$5.00 a month")
    is_sound(page, "monthly-show")

    page.get_by_label("New amount a month").fill("nothing")
    page.get_by_role("button", name="Change the amount").click()
    expect(page.get_by_role("link", name="Enter an amount in dollars")).to_be_visible()
    is_sound(page, "monthly-wrong-amount")
    page.get_by_label("New amount a month").fill("7.50")
    page.get_by_role("button", name="Change the amount").click()
    ends_with(page, "$7.50 a month")

    page.get_by_role("link", name="Use another card").click()
    fill_card(page, MASTERCARD)
    is_sound(page, "monthly-card")
    page.get_by_role("button", name="Use this card").click()
    ends_with(page, "$7.50 a month")
    expect(page.get_by_text("You changed the card.")).to_be_visible()

    page.get_by_role("button", name="Pause it").click()
    expect(page.get_by_role("button", name="Resume it")).to_be_visible()
    is_sound(page, "monthly-paused")

    page.get_by_role("link", name="Cancel it").click()
    is_sound(page, "monthly-cancel")
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("You cancelled it. Nothing more is taken.")).to_be_visible()
    is_sound(page, "monthly-ended")
    site.wait_for_letter(EMAIL, "has ended")


def test_without_script_it_is_cancelled_in_two_clicks(
    site: RunningSite, page: Page, browser: Browser
) -> None:
    email = "no-script@example.org"
    begin(page, email)
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(mailed_link(site, email, "receipt"))
    plain.get_by_role("link", name="Cancel it").click()
    plain.get_by_role("button", name="Cancel it").click()
    expect(plain.get_by_text("You cancelled it. Nothing more is taken.")).to_be_visible()
    context.close()


def test_a_bank_that_asks_after_an_auditor_accepted_is_answered_from_the_letter(
    site: RunningSite, page: Page, is_sound: Callable[[Page, str], None]
) -> None:
    email = "asked@example.org"
    bank = page.frame_locator("iframe[title='Card authentication']")
    page.goto("/donate")
    page.get_by_label("Every month").check()
    fill_form(page, email, organisation="It Takes a Village")
    fill_card(page, THREE_D_SECURE)
    give(page)
    bank.get_by_role("button", name="Complete").click(timeout=WAIT)
    ends_with(page, "A person will look at your gift")

    sign_in(page, "auditor")
    page.goto("/oversight/")
    open_first_gift(page)
    page.get_by_label("Your reason").fill("A school; the committee of this name is another body.")
    page.get_by_role("button", name="Accept: take the gift").click()
    page.goto(mailed_link(site, email, "with your bank"))
    ends_with(page, "Confirm with your bank")
    is_sound(page, "monthly-bank")
    page.get_by_role("button", name="Confirm with your bank").click()
    bank.get_by_role("button", name="Complete").click(timeout=WAIT)
    ends_with(page, "$5.00 a month")
    expect(page.get_by_text("It goes on.")).to_be_visible()
    site.wait_for_letter(email, "receipt")
