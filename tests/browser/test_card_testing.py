"""Donors on an evening on which thieves try stolen cards: they wait for their turn, and give."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from factually.donations.card_testing.admitting import admit
from factually.donations.card_testing.errors import WaitYourTurn
from factually.donations.card_testing.models import CardTurn
from factually.donations.card_testing.turns import Ask
from factually.donations.context import STRIPE_PLACES, donations_context
from factually.donations.pledges import normal_email
from tests.browser.test_accessibility import served
from tests.browser.test_story import VISA, WAIT, ends_with, fill_card, fill_form, give
from tests.support.clock import FrozenClock
from tests.support.looks import fits_the_narrowest
from tests.support.made_up_settings import made_up_settings
from tests.support.oversight_desk import open_desk
from tests.support.stripe_sandbox import stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase
    from tests.support.oversight_desk import OversightDesk

pytestmark = pytest.mark.browser

EMAIL: Final = "ada@example.org"
A_PERSON_TAKES: Final = timedelta(minutes=1)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that the sandbox's own agrees with."""
    return FrozenClock(datetime.now(UTC))


@pytest.fixture
def desk(
    test_database: TestDatabase, database: Database, keyring: Keyring, clock: FrozenClock
) -> Iterator[OversightDesk]:
    with stripe_sandbox() as sandbox:
        settings = made_up_settings(
            test_database,
            STRIPE_SANDBOX_URL=sandbox.url,
            STRIPE_SECRET_KEY=sandbox.secret_key,
            STRIPE_PUBLISHABLE_KEY=sandbox.publishable_key,
            STRIPE_WEBHOOK_SECRET=sandbox.webhook_secret,
        )
        with open_desk(settings, database, keyring, clock, sandbox) as opened:
            yield opened


def index(text: str) -> bytes:
    return sha256(text.encode()).digest()


def decline(desk: OversightDesk, number: int, *, email_index: bytes | None = None) -> None:
    """Let a thief have tried a card of theirs."""
    now = desk.giving.clock.now()
    with desk.giving.database.transaction() as session:
        session.add(
            CardTurn(
                subject=f"thief {number}",
                entry=f"ctoken_{number}",
                address=index(f"thief {number}"),
                email_index=email_index or index(f"thief {number}"),
                asked_at=now,
                passed_at=now,
                answered_at=now,
                paid=False,
            )
        )


def ask(desk: OversightDesk, donor: str) -> None:
    """Let another donor come first."""
    with suppress(WaitYourTurn):
        asked = Ask(subject=donor, entry=donor, address=index(donor), email_index=index(donor))
        admit(desk.giving.database, asked, clock=desk.giving.clock)


def fill_in(page: Page, address: str, clock: FrozenClock) -> None:
    page.goto(f"{address}/donate")
    clock.advance(A_PERSON_TAKES)
    fill_form(page, EMAIL)
    fill_card(page, VISA)


def test_a_donor_waits_for_the_turn_and_gives_by_pressing_once(
    browser: Browser,
    desk: OversightDesk,
    clock: FrozenClock,
    pictures: Callable[[Page, str], None],
) -> None:
    page = browser.new_page()
    with served(desk.app) as address:
        fill_in(page, address, clock)
        for number in range(10):
            decline(desk, number)
        for other in ("one donor", "another donor"):
            ask(desk, other)
        give(page)
        waiting = page.get_by_role("heading", name="Please wait for your turn")
        expect(waiting).to_be_visible(timeout=WAIT)
        expect(page.get_by_text("in about 8 seconds")).to_be_visible()
        expect(page.locator("#give")).to_be_disabled()
        pictures(page, "card-waits")
        assert fits_the_narrowest(page)
        clock.advance(timedelta(seconds=8))
        ends_with(page, "Thank you")
    page.close()


def test_a_donor_for_whom_too_many_cards_were_declined_is_told_so(
    browser: Browser,
    desk: OversightDesk,
    clock: FrozenClock,
    pictures: Callable[[Page, str], None],
) -> None:
    page = browser.new_page()
    with served(desk.app) as address:
        fill_in(page, address, clock)
        whose = desk.giving.keyring.blind_index(normal_email(EMAIL), "gift e-mail")
        for number in range(5):
            decline(desk, number, email_index=whose)
        give(page)
        expect(page.get_by_text("Several cards were declined for this e-mail address")).to_be_visible()
        expect(page.locator("#waiting")).to_be_hidden()
        expect(page.locator("#give")).to_be_enabled()
        pictures(page, "card-refused")
        assert fits_the_narrowest(page)
    page.close()


def test_a_donor_who_is_very_fast_is_held_up_for_a_moment_only(
    browser: Browser, desk: OversightDesk, clock: FrozenClock
) -> None:
    page = browser.new_page()
    with served(desk.app) as address:
        page.goto(f"{address}/donate")
        fill_form(page, EMAIL)
        fill_card(page, VISA)
        with page.expect_response(lambda answer: answer.status == 429):
            give(page)
        clock.advance(A_PERSON_TAKES)
        ends_with(page, "Thank you")
    page.close()


def test_a_donor_who_finds_all_places_taken_goes_on_when_there_is_one(
    browser: Browser, desk: OversightDesk, clock: FrozenClock
) -> None:
    page = browser.new_page()
    with served(desk.app) as address:
        fill_in(page, address, clock)
        with ExitStack() as taken, desk.app.app_context():
            for _ in range(STRIPE_PLACES):
                taken.enter_context(donations_context().at_stripe.place())
            with page.expect_response(lambda answer: answer.status == 503):
                give(page)
        ends_with(page, "Thank you")
    page.close()


def test_the_browser_solves_sums_as_the_server_checks_them(browser: Browser, desk: OversightDesk) -> None:
    page = browser.new_page()
    with served(desk.app) as address:
        page.goto(f"{address}/donate")
        for challenge in ("gift:ctoken_1", "x" * 46, "x" * 47, "x" * 54, "x" * 118):
            sum_ = {"challenge": challenge, "bits": 10}
            counter = page.evaluate("sum => window.FactuallyPatience.solve(sum)", sum_)
            digest = sha256(f"{challenge}:{counter}".encode()).digest()
            assert int.from_bytes(digest[:2]) >> 6 == 0
    page.close()
