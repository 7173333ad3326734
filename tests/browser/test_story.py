"""The whole story on the real processes: a reader gives, and an auditor sees why it was allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.support.site import RunningSite

pytestmark = pytest.mark.browser

VISA = "4242424242424242"
DECLINED = "4000000000000002"
THREE_D_SECURE = "4000000000003220"
WAIT = 20_000


def fill_form(page: Page, email: str, *, name: str = "Ada Example", organisation: str = "") -> None:
    if organisation:
        page.get_by_label("An organisation's, and I may give it").check()
        page.get_by_label("Name of the organisation").fill(organisation)
    else:
        page.get_by_label("My own").check()
    page.get_by_role("group", name=re.compile("political party")).get_by_label("No", exact=True).check()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_label("What I have said here is true.").check()


def fill_card(page: Page, number: str) -> None:
    frame = page.frame_locator("#card iframe")
    frame.get_by_label("Card number").fill(number)
    frame.get_by_label(re.compile("Expiry|Expiration")).fill("12 / 34")
    frame.get_by_label(re.compile("CVC|Security code")).fill("123")


def give(page: Page) -> Locator:
    page.get_by_role("button", name=re.compile(r"^Give \$")).click()
    return page.get_by_role("heading", level=1)


def ends_with(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible(timeout=WAIT)


def sign_in(page: Page, role: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(f"{role}@example.org")
    page.get_by_label("Password").fill("facts before feelings")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def open_first_gift(page: Page) -> None:
    page.locator("a.gift-link").first.click()


def intents_of(site: RunningSite, since: int) -> list[dict[str, object]]:
    intents = site.stripe("/v1/payment_intents?limit=100")
    return intents[: len(intents) - since]


def count(site: RunningSite, kind: str) -> int:
    return len(site.stripe(f"/v1/{kind}?limit=100"))


def test_a_reader_gives_five_dollars_and_an_auditor_sees_why_it_was_allowed(
    site: RunningSite,
    page: Page,
    picture: Callable[[Page, str], None],
) -> None:
    before = count(site, "payment_intents")
    page.goto("/")
    picture(page, "home")
    page.get_by_role("link", name=re.compile("local law enforcement")).first.click()
    expect(page.get_by_text("6 of 6 cited sources are not yet recorded")).to_be_visible()
    picture(page, "article")
    page.get_by_role("main").get_by_role("link", name=re.compile(r"\$5")).first.click()
    fill_form(page, "reader@example.org")
    fill_card(page, VISA)
    picture(page, "donate")
    give(page)
    ends_with(page, "Thank you")
    picture(page, "thank-you")

    [intent] = intents_of(site, before)
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 500)
    assert "Example" not in str(intent["metadata"])
    receipt = site.wait_for_letter("reader@example.org", "receipt")
    assert "$5.00" in str(receipt.get_body(("plain",)))

    sign_in(page, "auditor")
    page.goto("/oversight/gifts")
    open_first_gift(page)
    main = page.get_by_role("main")
    for rule in ("DS01", "DS02", "DS03", "DS14", "DS29"):
        expect(main.get_by_text(rule).first).to_be_visible()
    expect(main.get_by_text("Allow").first).to_be_visible()
    picture(page, "case")


def test_a_political_committee_is_refused_before_stripe_hears_of_it(
    site: RunningSite,
    page: Page,
    picture: Callable[[Page, str], None],
) -> None:
    before = (count(site, "payment_intents"), count(site, "customers"), count(site, "charges"))
    page.goto("/donate")
    fill_form(page, "treasurer@example.org", organisation="Republican National Committee")
    fill_card(page, VISA)
    give(page)
    ends_with(page, "We can't take this gift")
    expect(page.get_by_text("Nothing was charged and no hold was placed")).to_be_visible()
    expect(page.get_by_text("DS03").first).to_be_visible()
    picture(page, "refusal")
    assert (count(site, "payment_intents"), count(site, "customers"), count(site, "charges")) == before
    assert site.letters_to("treasurer@example.org") == []


def test_a_name_match_is_held_and_taken_once_an_auditor_accepts_it(
    site: RunningSite,
    page: Page,
    picture: Callable[[Page, str], None],
) -> None:
    before = count(site, "payment_intents")
    page.goto("/donate")
    fill_form(page, "namesake@example.org", organisation="It Takes a Village")
    fill_card(page, VISA)
    give(page)
    ends_with(page, "A person will look at your gift")
    picture(page, "held")
    [held] = intents_of(site, before)
    assert held["status"] == "requires_capture"
    site.wait_for_letter("namesake@example.org", "looked at")

    sign_in(page, "auditor")
    page.goto("/oversight/")
    picture(page, "auditor-queue")
    open_first_gift(page)
    picture(page, "case-held")
    page.get_by_label("Your reason").fill("A school; the committee of this name is another body.")
    page.get_by_role("button", name="Accept: take the gift").click()
    expect(page.get_by_text(re.compile("taken|captured", re.IGNORECASE)).first).to_be_visible(timeout=WAIT)
    [taken] = intents_of(site, before)
    assert (taken["status"], taken["amount_received"]) == ("succeeded", 500)
    site.wait_for_letter("namesake@example.org", "receipt")


def test_a_held_gift_that_an_auditor_refuses_is_really_cancelled(site: RunningSite, page: Page) -> None:
    before = count(site, "payment_intents")
    page.goto("/donate")
    fill_form(page, "pac@example.org", organisation="ActBlue")
    fill_card(page, VISA)
    give(page)
    ends_with(page, "A person will look at your gift")
    sign_in(page, "auditor")
    page.goto("/oversight/")
    open_first_gift(page)
    page.get_by_label("Your reason").fill("It is the committee itself, as its address shows.")
    page.get_by_role("button", name="Refuse: cancel the hold").click()
    expect(page.get_by_text(re.compile("cancelled", re.IGNORECASE)).first).to_be_visible(timeout=WAIT)
    [cancelled] = intents_of(site, before)
    assert (cancelled["status"], cancelled["amount_received"]) == ("canceled", 0)
    site.wait_for_letter("pac@example.org", "can't take")


def test_a_bank_that_asks_to_confirm_is_answered_in_the_page(site: RunningSite, page: Page) -> None:
    before = count(site, "payment_intents")
    page.goto("/donate")
    fill_form(page, "secure@example.org")
    fill_card(page, THREE_D_SECURE)
    give(page)
    page.frame_locator("iframe[title='Card authentication']").get_by_role("button", name="Complete").click(
        timeout=WAIT
    )
    ends_with(page, "Thank you")
    [intent] = intents_of(site, before)
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 500)


def test_a_declined_card_then_a_good_one_is_one_charge(site: RunningSite, page: Page) -> None:
    before = count(site, "payment_intents")
    page.goto("/donate")
    fill_form(page, "second@example.org")
    fill_card(page, DECLINED)
    give(page)
    expect(page.locator("#card-error")).to_be_visible(timeout=WAIT)
    fill_card(page, VISA)
    give(page)
    ends_with(page, "Thank you")
    [intent] = intents_of(site, before)
    assert intent["status"] == "succeeded"
    charges = [
        charge for charge in site.stripe("/v1/charges?limit=100") if charge["payment_intent"] == intent["id"]
    ]
    assert sorted(bool(charge["captured"]) for charge in charges) == [False, True]
    assert sum(int(charge["amount_captured"]) for charge in charges) == 500


def test_staff_of_the_newsroom_do_not_reach_the_auditors_desk(site: RunningSite, page: Page) -> None:
    sign_in(page, "editor")
    for address in ("/oversight/", "/oversight/gifts"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403
    assert "editor@example.org" in site.greeting
