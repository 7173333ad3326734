"""A reader gives in their own currency and covers the card's fee; without script the form still changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_story import VISA, count, ends_with, fill_card, fill_form, intents_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.support.site import RunningSite

pytestmark = pytest.mark.browser


def test_a_gift_in_euros_with_its_fee_keeps_what_was_typed_before(
    site: RunningSite,
    page: Page,
    picture: Callable[[Page, str], None],
    pictures: Callable[[Page, str], None],
) -> None:
    before = count(site, "payment_intents")
    page.goto("/donate")
    fill_form(page, "euro@example.org")
    page.get_by_label("Currency").select_option("EUR")
    expect(page.get_by_label("\u20ac5", exact=True)).to_be_checked()
    expect(page.get_by_label("Your name")).to_have_value("Ada Example")
    button = page.get_by_role("button", name="Give \u20ac")
    page.get_by_label("Another amount").check()
    for typed, label in (("7,50", "Give \u20ac7.50"), ("7.5", "Give \u20ac7.50"), ("7", "Give \u20ac7")):
        page.get_by_label("Amount in euros").fill(typed)
        expect(button).to_have_text(label)
    page.get_by_label("Amount in euros").fill("7,50")
    page.get_by_label("Add \u20ac0.75 to cover the card's fee").check()
    expect(button).to_have_text("Give \u20ac8.25")
    expect(page.get_by_text("FACTUALLY* GIFT")).to_be_visible()
    fill_card(page, VISA)
    pictures(page, "donate-euros")
    button.click()
    ends_with(page, "Thank you")
    expect(page.get_by_role("main")).to_contain_text("\u20ac8.25")
    picture(page, "thank-you-euros")
    letter = site.wait_for_letter("euro@example.org", "\u20ac8.25: receipt").get_body(("plain",))
    assert letter is not None
    assert "of which you added \u20ac0.75 for the card's fee" in letter.get_content()
    assert "your card's statement shows FACTUALLY* GIFT" in letter.get_content()
    [intent] = intents_of(site, before)
    assert intent["statement_descriptor_suffix"] == "GIFT"
    assert (intent["status"], intent["amount_received"], intent["currency"]) == ("succeeded", 825, "eur")


def test_each_currency_changes_limits_and_questions_in_place(page: Page) -> None:
    page.goto("/donate?currency=GBP")
    page.get_by_label("\u00a320", exact=True).check()
    page.get_by_label("Currency").select_option("JPY")
    expect(page.get_by_label("\u00a5500", exact=True)).to_be_checked()
    button = page.get_by_role("button", name="Give")
    expect(button.last).to_have_text("Give \u00a5500")
    page.get_by_label("Another amount").check()
    amount = page.get_by_label("Amount in yen")
    street = page.get_by_label("Street and number")
    for typed, label, asked in (
        ("500.00", "Give", False),
        ("99", "Give", False),
        ("6,250", "Give \u00a56,250", False),
        ("6251", "Give \u00a56,251", True),
    ):
        amount.fill(typed)
        expect(button.last).to_have_text(label)
        expect(street).to_be_visible(visible=asked)
    page.get_by_label("Currency").select_option("KWD")
    expect(page.get_by_label("Another amount")).to_be_checked()
    dinars = page.get_by_label("Amount in Kuwaiti dinars")
    for typed, label in (
        ("1.250", "Give KWD 1.250"),
        ("1,250", "Give"),
        ("1.255", "Give"),
        ("2", "Give KWD 2"),
    ):
        dinars.fill(typed)
        expect(button.last).to_have_text(label)
    page.get_by_label("Add KWD 0.220 to cover the card's fee").check()
    expect(button.last).to_have_text("Give KWD 2.220")


def test_without_script_a_button_shows_the_form_in_another_currency(
    browser: Browser, site: RunningSite
) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/donate?from=an-article")
    page.get_by_label("Currency").select_option("JPY")
    page.get_by_role("button", name="Change the currency").click()
    expect(page.get_by_label("\u00a51,000", exact=True)).to_be_visible()
    expect(page.get_by_label("Add \u00a582 to cover the card's fee")).to_be_visible()
    assert page.locator("[name=from_article]").get_attribute("value") == "an-article"
    context.close()
