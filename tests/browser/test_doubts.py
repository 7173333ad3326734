"""Money in doubt as an auditor meets it: the list with its runs, one gift's page, and the decision."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from factually.independence.publishing import packaged_policy, publish_policy
from factually.independence.registers.entries import Entry
from tests.browser.test_accessibility import served
from tests.support.looks import fits_the_narrowest
from tests.support.oversight_desk import CANARY, open_desk, organisation, paid_through
from tests.support.register_changes import NEW_GROUP, NEWCOMER, change_register, rescreen, run_of
from tests.support.stripe_sandbox import stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from factually.donations.models import Gift
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase
    from tests.support.oversight_desk import OversightDesk

pytestmark = pytest.mark.browser

SECOND_GROUP = Entry(key="C00900006", name="HEARTLAND GRAIN PATRIOTS POLITICAL ACTION COMMITTEE")
REASON = "The committee took its name from another body, which is a mill."


@pytest.fixture
def desk(
    test_database: TestDatabase, database: Database, keyring: Keyring, clock: FrozenClock
) -> Iterator[OversightDesk]:
    with (
        stripe_sandbox() as sandbox,
        open_desk(paid_through(sandbox, test_database), database, keyring, clock, sandbox) as opened,
    ):
        yield opened


def come_into_doubt(desk: OversightDesk) -> list[Gift]:
    """Two gifts in doubt, a run under way, and one that waits for a policy's first day."""
    giving = desk.giving
    gifts = [giving.give(organisation(NEW_GROUP)) for _ in range(2)]
    change_register(giving, NEWCOMER, SECOND_GROUP)
    rescreen(giving)
    giving.clock.advance(timedelta(days=9))
    change_register(giving, NEWCOMER, SECOND_GROUP, Entry(key="C00900007", name="PRAIRIE BOOKS PAC"))
    run_of(giving)
    first_day = f"{giving.clock.now() + timedelta(days=30):%Y-%m-%dT00:00:00Z}"
    policy = {**json.loads(packaged_policy()), "version": "to come", "effective_from": first_day}
    with giving.database.transaction() as session:
        publish_policy(session, json.dumps(policy), now=giving.clock.now())
    return gifts


def test_an_auditor_sees_what_is_in_doubt_and_keeps_or_returns_it(
    browser: Browser, desk: OversightDesk, pictures: Callable[[Page, str], None]
) -> None:
    kept, returned = come_into_doubt(desk)
    cookie = desk.signed_in(desk.person()).get_cookie("factually")
    assert cookie is not None
    context = browser.new_context()
    with served(desk.app) as address:
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/oversight/doubts")
        expect(page.get_by_text("Undecided")).to_have_count(2)
        looks(page, pictures, "doubts")
        page.get_by_role("link", name=kept.public_id[:8]).click()
        expect(page.get_by_text("C00900006").first).to_be_visible()
        looks(page, pictures, "doubt")
        page.get_by_role("button", name="Keep the money").click()
        expect(page.get_by_role("link", name="Give your reason.")).to_be_visible()
        looks(page, pictures, "doubt-unreasoned")
        decide(page, "Keep the money")
        expect(page.get_by_text("decided to keep it")).to_be_visible()
        looks(page, pictures, "doubt-kept")
        page.goto(f"{address}/oversight/doubts/{returned.public_id}")
        decide(page, "Give it back")
        expect(page.get_by_text("decided to give it back")).to_be_visible()
        looks(page, pictures, "doubt-returned")
        page.goto(f"{address}/oversight/doubts")
        expect(page.get_by_text("Goes back")).to_be_visible()
        expect(page.get_by_text("Undecided")).to_have_count(0)
    context.close()


def decide(page: Page, button: str) -> None:
    page.get_by_label("reason", exact=False).fill(REASON)
    page.get_by_role("button", name=button).click()


def looks(page: Page, pictures: Callable[[Page, str], None], name: str) -> None:
    """See that the page fits, also a very narrow screen, says nothing of the donor, and pleases axe."""
    expect(page.get_by_text(CANARY.email)).to_have_count(0)
    assert fits_the_narrowest(page), name
    pictures(page, name)
