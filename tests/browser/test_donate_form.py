"""The donation form asks a reader of five dollars nothing more, and larger gifts what the rules need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_story import VISA, ends_with, fill_card, fill_form, give

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.support.site import RunningSite

pytestmark = pytest.mark.browser

FIVE_DOLLARS_ASK = ["Your name", "Your e-mail address"]
ADDRESS = ["Street and number", "Town or city", "State or region", "ZIP or postal code", "Country"]
WORK = ["Occupation", "Employer"]
ORGANISATION = ["Name of the organisation", "Kind of organisation", "Employer Identification Number (EIN)"]


def asked(page: Page) -> list[str]:
    """Labels of the text fields and lists that are to be seen, in order."""
    fields = page.locator("#donate-form :is(input:not([type=radio], [type=checkbox]), select):visible")
    labels = fields.evaluate_all("fields => fields.map((field) => field.labels[0].textContent)")
    return [str(label).replace(" (optional)", "") for label in labels]


def choose_amount(page: Page, dollars: str) -> None:
    page.get_by_label("Another amount").check()
    page.get_by_label("Amount in dollars").fill(dollars)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_asked_grows_with_the_gift(
    page: Page, picture: Callable[[Page, str], None], theme: str
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/donate")
    assert asked(page) == FIVE_DOLLARS_ASK
    picture(page, f"donate-5-{theme}")
    choose_amount(page, "50")
    assert asked(page) == ["Amount in dollars", *FIVE_DOLLARS_ASK]
    choose_amount(page, "60")
    assert asked(page) == ["Amount in dollars", *FIVE_DOLLARS_ASK, *ADDRESS]
    picture(page, f"donate-60-{theme}")
    choose_amount(page, "250")
    assert asked(page) == ["Amount in dollars", *FIVE_DOLLARS_ASK, *ADDRESS, *WORK]
    picture(page, f"donate-250-{theme}")
    page.get_by_label("An organisation's, and I may give it").check()
    assert asked(page) == ["Amount in dollars", *ORGANISATION, *FIVE_DOLLARS_ASK, *ADDRESS]
    page.get_by_label("Kind of organisation").select_option("Donor-advised fund")
    expect(page.get_by_label("Who decided on this gift?")).to_be_visible()
    picture(page, f"donate-organisation-{theme}")
    page.get_by_label("My own").check()
    page.get_by_label("$5", exact=True).check()
    assert asked(page) == FIVE_DOLLARS_ASK


def test_whose_small_gifts_add_up_is_asked_as_for_one_large_gift(page: Page) -> None:
    page.goto("/donate")
    adds_up = page.get_by_label("My gifts of this year, with this one, come to more than $200.00")
    adds_up.check()
    assert asked(page) == [*FIVE_DOLLARS_ASK, *ADDRESS, *WORK]
    page.get_by_label("An organisation's, and I may give it").check()
    assert asked(page) == [*ORGANISATION, *FIVE_DOLLARS_ASK, *ADDRESS]
    page.get_by_label("My own").check()
    choose_amount(page, "250")
    expect(adds_up).to_be_hidden()
    assert asked(page) == ["Amount in dollars", *FIVE_DOLLARS_ASK, *ADDRESS, *WORK]
    choose_amount(page, "25")
    adds_up.uncheck()
    assert asked(page) == ["Amount in dollars", *FIVE_DOLLARS_ASK]


def test_a_link_asks_for_all_details_of_five_dollars(page: Page) -> None:
    page.goto("/donate?details=all")
    assert asked(page) == [*FIVE_DOLLARS_ASK, *ADDRESS, *WORK]


def test_without_script_the_details_can_be_opened(browser: Browser, site: RunningSite) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/donate")
    expect(page.get_by_label("Street and number")).to_be_hidden()
    page.get_by_text("Postal address, above").click()
    expect(page.get_by_label("Street and number")).to_be_visible()
    context.close()


def test_a_wrong_address_is_named_and_a_right_one_gives_the_gift(site: RunningSite, page: Page) -> None:
    page.goto("/donate")
    choose_amount(page, "60")
    fill_form(page, "sixty@example.org")
    page.get_by_label("Street and number").fill("1 Made-up Street")
    page.get_by_label("Town or city").fill("Austin")
    page.get_by_label("State or region").fill("Texas")
    page.get_by_label("ZIP or postal code").fill("787")
    fill_card(page, VISA)
    give(page)
    page.get_by_role("link", name=re.compile("ZIP code of five digits")).click()
    page.get_by_label("ZIP or postal code").fill("78701")
    give(page)
    ends_with(page, "Thank you")
    [gift] = [intent for intent in site.stripe("/v1/charges?limit=100") if intent["amount"] == 6_000]
    assert gift["billing_details"]["address"]["postal_code"] == "78701"
    assert gift["payment_method_details"]["card"]["checks"]["address_line1_check"] == "pass"
