"""Refunds, disputes, reconciliation and payment events as an auditor meets them, by keyboard and eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from factually.audit.journal import SYSTEM
from factually.donations.books.posting import post
from factually.donations.disputes.following import follow_warnings
from factually.donations.gateway import Notice
from factually.donations.inbox import accept, keep_damaged
from factually.donations.progress import Step
from factually.foundation.money import Money
from tests.browser.test_accessibility import served
from tests.browser.test_doubts import looks
from tests.support.balance_movements import movement
from tests.support.oversight_desk import open_desk, paid_through
from tests.support.reconciling import Reconciler
from tests.support.refunds import ask, decide, dispute, refund_at_sandbox, send_refunds
from tests.support.stripe_sandbox import stripe_sandbox

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from factually.accounts.models import Account
    from factually.donations.models import Gift
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase
from tests.support.oversight_desk import OversightDesk

pytestmark = pytest.mark.browser
REASON = "The donor wrote that she meant to give five dollars and not fifty."


@pytest.fixture
def desk(
    test_database: TestDatabase, database: Database, keyring: Keyring, clock: FrozenClock
) -> Iterator[OversightDesk]:
    with (
        stripe_sandbox() as sandbox,
        open_desk(paid_through(sandbox, test_database), database, keyring, clock, sandbox) as opened,
    ):
        yield opened


def visit(browser: Browser, desk: OversightDesk, account: Account, address: str) -> Page:
    cookie = desk.signed_in(account).get_cookie("factually")
    assert cookie is not None
    context = browser.new_context()
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context.new_page()


def refunds_of_every_kind(desk: OversightDesk, asker: Account) -> uuid.UUID:
    """One that waits for a second person, whose id is returned, one that came back, and one that was made."""
    giving = desk.giving
    waiting, failed, made = (desk.captured_gift() for _ in range(3))
    for gift in (failed, made):
        ask(giving, gift, asker)
    send_refunds(giving)
    [at_bank] = refund_at_sandbox(giving, failed)
    giving.sandbox.force(f"refunds/{at_bank['id']}", {"status": "failed"})
    giving.journey.settle(failed.id)
    return ask(giving, waiting, asker, reason=REASON, second_from=Money(1, "USD"))


def test_one_auditor_asks_for_a_refund_and_another_approves_it(
    browser: Browser, desk: OversightDesk, pictures: Callable[[Page, str], None]
) -> None:
    asker, second = desk.person(), desk.person(name="second")
    waiting = refunds_of_every_kind(desk, asker)
    gift = desk.captured_gift()
    with served(desk.app) as address:
        page = visit(browser, desk, asker, address)
        page.goto(f"{address}/oversight/gifts/{gift.public_id}")
        page.get_by_role("link", name="Give money back").click()
        page.get_by_label("Amount").fill("9")
        page.get_by_label("Your reason").fill(REASON)
        page.get_by_role("button", name="Give back").click()
        expect(page.get_by_text("Enter an amount up to $5.00").first).to_be_visible()
        looks(page, pictures, "refund-form")
        page.get_by_label("Amount").fill("2")
        page.get_by_role("button", name="Give back").click()
        expect(page.get_by_role("heading", name="Given back").first).to_be_visible()
        page.goto(f"{address}/oversight/refunds")
        looks(page, pictures, "refunds")
        page = visit(browser, desk, second, address)
        page.goto(f"{address}/oversight/refunds/{waiting}")
        looks(page, pictures, "refund")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("heading", name="Given back").first).to_be_visible()


def disputes_of_every_kind(desk: OversightDesk) -> tuple[Gift, str]:
    """A dispute to answer, which is returned, an inquiry, one that was lost, and a warning."""
    giving = desk.giving
    disputed, inquired, lost, warned = (desk.captured_gift() for _ in range(4))
    dispute_id = dispute(giving, disputed)
    dispute(giving, inquired, inquiry=True)
    decide(giving, lost, dispute(giving, lost), "lost")
    giving.sandbox.force("early_fraud_warnings", {"charge": warned.charge_id})
    found = giving.gateway.warnings(warned.charge_id or "")
    with giving.database.transaction() as session:
        follow_warnings(session, warned.id, found, step=Step(SYSTEM, giving.clock.now()))
    return disputed, dispute_id


def test_an_auditor_sees_what_is_due_and_answers_the_bank(
    browser: Browser, desk: OversightDesk, pictures: Callable[[Page, str], None]
) -> None:
    gift, _ = disputes_of_every_kind(desk)
    with served(desk.app) as address:
        page = visit(browser, desk, desk.person(), address)
        page.goto(f"{address}/oversight/disputes")
        looks(page, pictures, "disputes")
        page.get_by_role("link", name=f"Of gift {gift.public_id[:8]}").click()
        page.get_by_text("The receipt that is added").click()
        looks(page, pictures, "dispute")
        page.get_by_label("What should the bank know?").fill(
            "The donor gave on our page, after confirming the payment with their own bank."
        )
        page.get_by_role("button", name="Send this answer").click()
        expect(page.get_by_text("Sent to the bank")).to_be_visible()
        looks(page, pictures, "dispute-answered")


def test_an_administrator_sees_events_that_wait_or_are_damaged(
    browser: Browser, desk: OversightDesk, pictures: Callable[[Page, str], None]
) -> None:
    gift = desk.captured_gift()
    told = Notice(
        event_id="evt_1QZx7aLkdIwHu7ixkM5Vq2Pd",
        type="payment_intent.amount_capturable_updated",
        livemode=False,
        api_version="2025-01-27.acacia",
        foreign_version=True,
        subject_id=gift.payment_intent_id,
        intent_id=gift.payment_intent_id,
        gift_id=None,
    )
    with desk.giving.database.transaction() as session:
        accept(session, told, now=desk.giving.clock.now())
        keep_damaged(session, b"{}", "the body is no event", livemode=False, now=desk.giving.clock.now())
    with served(desk.app) as address:
        page = visit(browser, desk, desk.person("admin", name="admin"), address)
        page.goto(f"{address}/desk")
        page.get_by_role("link", name="Payment events").click()
        expect(page.get_by_text("the body is no event")).to_be_visible()
        looks(page, pictures, "payment-events")


def difference_in_the_balance(desk: OversightDesk) -> None:
    """Post what Stripe never heard of, and reconcile once nothing can be on its way any more."""
    giving = desk.giving
    with giving.database.transaction() as session:
        made_up = movement("topup", 300, created=giving.clock.now(), number=99)
        post(session, made_up, gift_id=None, now=giving.clock.now())
    Reconciler(giving).run_later()


def test_an_auditor_explains_what_differs_from_stripe(
    browser: Browser, desk: OversightDesk, pictures: Callable[[Page, str], None]
) -> None:
    difference_in_the_balance(desk)
    with served(desk.app) as address:
        page = visit(browser, desk, desk.person(), address)
        page.goto(f"{address}/oversight/reconciliation")
        expect(page.get_by_text("2 differences need a person")).to_be_visible()
        looks(page, pictures, "reconciliation")
        page.get_by_role("link", name="Look at USD and explain it").click()
        page.get_by_role("button", name="Explain it").click()
        looks(page, pictures, "reconciliation-difference")
        page.get_by_label("Your reason").fill("Posted by mistake; the treasurer takes it out next week.")
        page.get_by_role("button", name="Explain it").click()
        expect(page.get_by_text("One difference needs a person")).to_be_visible()
        looks(page, pictures, "reconciliation-explained")
