"""Reconciliation against the real sandbox: what agrees, what is mended, and what is left for a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.donations.books.movements import Presented
from factually.donations.books.posting import post
from factually.donations.reconciliation.differences import DifferenceKind, Mending
from factually.donations.reconciliation.reports import latest_report
from factually.donations.reconciliation.running import OVERLAP
from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from factually.foundation.errors import Unavailable
from factually.foundation.money import Money
from tests.support.balance_movements import movement
from tests.support.donation_factories import pledge_of
from tests.support.reconciling import LATER
from tests.support.stripe_sandbox import card_token, take

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    import stripe

    from factually.donations.books.movements import BalanceMovement
    from factually.donations.intents import IntentSnapshot
    from factually.donations.reconciliation.differences import Report
    from tests.support.donation_factories import GivingDesk
    from tests.support.reconciling import Reconciler

STRIPE = "Assets:Stripe:Balance"


class OddGateway(StripeGateway):
    """The real one, with something odd between Stripe and us."""

    def __init__(
        self,
        desk: GivingDesk,
        *,
        relabel: Callable[[BalanceMovement], BalanceMovement] = lambda one: one,
        before_walk: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(
            StripeAccount(
                secret_key=desk.sandbox.secret_key,
                webhook_secret=desk.sandbox.webhook_secret,
                sandbox_address=desk.sandbox.url,
                production=False,
            )
        )
        self._relabel = relabel
        self._before_walk = before_walk
        self.looks = 0

    def movements(self, *, since: datetime) -> Iterator[BalanceMovement]:
        self._before_walk()
        return map(self._relabel, super().movements(since=since))

    def balances(self) -> Mapping[str, int]:
        self.looks += 1
        return super().balances()


def kinds(report: Report) -> list[tuple[DifferenceKind, Mending | None]]:
    return [(difference.kind, difference.mending) for difference in report.differences]


def refund_at_stripe(desk: GivingDesk, gift_id: uuid.UUID, amount: int) -> stripe.Refund:
    """Give back as an operator may in Stripe's own pages, without a word to us."""
    intent = desk.gift(gift_id).payment_intent_id
    assert intent is not None
    return desk.sandbox.client().v1.refunds.create({"payment_intent": intent, "amount": amount})


def test_a_busy_day_ends_with_three_that_agree(desk: GivingDesk, reconciler: Reconciler) -> None:
    first, second = desk.give(pledge_of(minor=2500)), desk.give(pledge_of(minor=2500))
    refund_at_stripe(desk, first.id, 200)
    dispute = desk.sandbox.force("disputes", {"charge": second.charge_id})
    desk.sandbox.force(f"disputes/{dispute['id']}/decide", {"outcome": "won"})
    desk.sandbox.force("payout_schedule", {"interval": "manual"})
    desk.sandbox.advance(5 * 24 * 3600)
    desk.sandbox.force("payouts")
    report = reconciler.run()
    assert report.left == ()
    assert set(reconciler.posted_for()) == {
        ("charge", first.public_id),
        ("charge", second.public_id),
        ("dispute", second.public_id),
        ("dispute_reversal", second.public_id),
        ("payout", None),
        ("refund", first.public_id),
    }
    assert [(one.currency, one.stripe_minor - one.books_minor) for one in report.balances] == [("USD", 0)]
    balances = reconciler.balances()
    assert balances["Income:Gifts"] == -5000
    assert balances["Income:Refunds"] == 200
    assert "Income:Disputes" not in {account for account, minor in balances.items() if minor}
    again = reconciler.run()
    assert (again.posted, again.left) == (0, ())


@pytest.mark.parametrize(
    ("paid", "back", "settled"),
    [
        (Money(2_500, "EUR"), 200, (2_900, 232)),
        (Money(3_000, "JPY"), 300, (1_920, 192)),
        (Money(7_500, "KWD"), 2_500, (2_438, 813)),
    ],
)
def test_gifts_in_another_currency_agree_in_it_and_the_books_in_dollars(
    desk: GivingDesk, reconciler: Reconciler, paid: Money, back: int, settled: tuple[int, int]
) -> None:
    minor, currency = paid.minor, paid.currency
    first = desk.give(pledge_of(minor=minor, currency=currency))
    second = desk.give(pledge_of(minor=minor, currency=currency))
    refund_at_stripe(desk, first.id, back)
    dispute = desk.sandbox.force("disputes", {"charge": second.charge_id})
    desk.sandbox.force(f"disputes/{dispute['id']}/decide", {"outcome": "won"})
    desk.journey.settle(first.id)
    desk.journey.settle(second.id)
    report = reconciler.run_later()
    assert report.differences == ()
    assert [(one.currency, one.stripe_minor - one.books_minor) for one in report.balances] == [("USD", 0)]
    balances = reconciler.balances()
    assert (-balances["Income:Gifts"], balances["Income:Refunds"]) == (2 * settled[0], settled[1])
    query = text(
        "SELECT reporting_category, presented_minor, presented_currency FROM ledger_transaction ORDER BY 1, 2"
    )
    with desk.database.transaction() as session:
        assert [tuple(row) for row in session.execute(query)] == [
            ("charge", minor, currency),
            ("charge", minor, currency),
            ("dispute", -minor, currency),
            ("dispute_reversal", minor, currency),
            ("refund", -back, currency),
        ]


def test_a_converted_refund_of_the_wrong_amount_is_found_to_the_cent(
    desk: GivingDesk, reconciler: Reconciler
) -> None:
    gift = desk.give(pledge_of(minor=2_500, currency="EUR"))
    refund_at_stripe(desk, gift.id, 200)
    desk.journey.settle(gift.id)
    reconciler.run()
    with desk.database.transaction() as session:
        odd = movement("refund", -1, created=desk.clock.now(), presented=Presented(-1, "EUR"))
        post(session, odd, gift_id=gift.id, now=desk.clock.now())
    report = reconciler.run_later()
    [differs] = [one for one in report.differences if one.kind is DifferenceKind.GIFT_DIFFERS]
    assert "25.00 EUR taken, 2.00 EUR given back" in differs.sentence
    assert "its postings say 25.00 EUR and 2.01 EUR" in differs.sentence


def test_what_may_be_on_its_way_is_posted_without_a_word(desk: GivingDesk, reconciler: Reconciler) -> None:
    gift = desk.give()
    refund_at_stripe(desk, gift.id, 100)
    report = reconciler.run()
    assert report.differences == ()
    assert report.posted >= 1
    assert ("refund", gift.public_id) in reconciler.posted_for()


def test_a_movement_nobody_heard_of_is_posted_and_its_gift_settled(
    desk: GivingDesk, reconciler: Reconciler
) -> None:
    gift = desk.give()
    reconciler.run()
    refund_at_stripe(desk, gift.id, 100)
    report = reconciler.run_later()
    assert kinds(report) == [
        (DifferenceKind.MISSING_IN_BOOKS, Mending.POSTED),
        (DifferenceKind.GIFT_DIFFERS, Mending.SETTLING_QUEUED),
    ]
    assert report.differences[1].subject == gift.public_id
    assert {"gift_id": str(gift.id)} in reconciler.queued()
    desk.journey.settle(gift.id)
    assert reconciler.run_later().differences == ()


def test_a_gift_that_settling_does_not_help_is_left_to_a_person(
    desk: GivingDesk, reconciler: Reconciler
) -> None:
    gift = desk.give()
    reconciler.run()
    with desk.database.transaction() as session:
        odd = movement("refund", -70, created=desk.clock.now())
        post(session, odd, gift_id=gift.id, now=desk.clock.now())
    first = reconciler.run_later()
    assert (DifferenceKind.GIFT_DIFFERS, Mending.SETTLING_QUEUED) in kinds(first)
    soon = reconciler.run()
    assert (DifferenceKind.GIFT_DIFFERS, Mending.SETTLING_QUEUED) in kinds(soon)
    for _ in range(2):
        assert (DifferenceKind.GIFT_DIFFERS, None) in kinds(reconciler.run_later())


def test_a_payment_without_a_gift_is_posted_and_named_each_time(
    desk: GivingDesk, reconciler: Reconciler
) -> None:
    charge = take(desk.sandbox.client(), amount=700)
    first, second = reconciler.run_later(), reconciler.run_later()
    assert kinds(first) == [
        (DifferenceKind.MISSING_IN_BOOKS, Mending.POSTED),
        (DifferenceKind.WITHOUT_GIFT, None),
    ]
    assert kinds(second) == [(DifferenceKind.WITHOUT_GIFT, None)]
    assert charge.id in second.left[0].sentence
    assert reconciler.balances()["Income:Gifts"] == -700


def test_a_gift_restored_without_its_payment_gets_it_back(desk: GivingDesk, reconciler: Reconciler) -> None:
    gift = desk.pledge()
    client = desk.sandbox.client()
    intent = client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "usd",
            "capture_method": "automatic",
            "confirm": True,
            "confirmation_token": card_token(client),
            "allowed_payment_method_types": ["card"],
            "metadata": {"gift": str(gift.id)},
        }
    )
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    report = reconciler.run_later()
    assert sorted(reconciler.posted_for(), key=str) == [
        ("charge", gift.public_id),
        ("refund", gift.public_id),
    ]
    assert {"gift_id": str(gift.id), "intent_id": intent.id} in reconciler.queued()
    assert DifferenceKind.WITHOUT_GIFT not in {difference.kind for difference in report.differences}


def test_a_posting_stripe_does_not_know_is_named_with_the_balance(
    desk: GivingDesk, reconciler: Reconciler
) -> None:
    with desk.database.transaction() as session:
        made_up = movement("topup", 300, created=desk.clock.now(), number=99)
        post(session, made_up, gift_id=None, now=desk.clock.now())
    report = reconciler.run_later()
    assert kinds(report) == [
        (DifferenceKind.UNKNOWN_TO_STRIPE, None),
        (DifferenceKind.BALANCE_DIFFERS, None),
    ]
    assert [difference.subject for difference in report.differences] == ["txn_99", "USD"]
    assert [(one.stripe_minor, one.books_minor) for one in report.balances] == [(0, 300)]


def test_a_posting_with_other_amounts_is_named(desk: GivingDesk, reconciler: Reconciler) -> None:
    take(desk.sandbox.client())
    (listed,) = desk.gateway.movements(since=desk.clock.now())
    with desk.database.transaction() as session:
        post(session, replace(listed, fee=0, net=listed.amount), gift_id=None, now=desk.clock.now())
    assert {DifferenceKind.POSTED_OTHERWISE, DifferenceKind.BALANCE_DIFFERS} <= {
        difference.kind for difference in reconciler.run_later().left
    }


def test_a_movement_of_an_unknown_kind_is_in_suspense_and_named(
    desk: GivingDesk, reconciler: Reconciler
) -> None:
    desk.give()

    def relabelled(one: BalanceMovement) -> BalanceMovement:
        return replace(one, id=f"{one.id}x", reporting_category="something_new", charge_id=None)

    report = reconciler.run(gateway=OddGateway(desk, relabel=relabelled))
    assert (DifferenceKind.UNKNOWN_KIND, None) in kinds(report)
    assert reconciler.balances()["Liabilities:Suspense"] == -500


def test_money_that_moves_between_two_questions_is_no_difference(
    desk: GivingDesk, reconciler: Reconciler
) -> None:
    desk.give()
    walks = iter(range(10))

    def give_during_the_second() -> None:
        if next(walks) == 1:
            desk.give()

    gateway = OddGateway(desk, before_walk=give_during_the_second)
    report = reconciler.run(gateway=gateway)
    assert (report.left, gateway.looks) == ((), 2)


def test_a_movement_of_nothing_agrees_with_its_posting(desk: GivingDesk, reconciler: Reconciler) -> None:
    take(desk.sandbox.client())

    def waived(one: BalanceMovement) -> BalanceMovement:
        return replace(one, id="txn_0", reporting_category="fee", amount=0, fee=0, net=0, charge_id=None)

    odd = OddGateway(desk, relabel=waived)
    reconciler.run(gateway=odd)
    assert [one.kind for one in reconciler.run(gateway=odd).left] == [DifferenceKind.BALANCE_DIFFERS]


def test_a_movement_that_a_webhook_posts_meanwhile_is_no_difference(
    desk: GivingDesk, reconciler: Reconciler
) -> None:
    charge = take(desk.sandbox.client())
    (listed,) = desk.gateway.movements(since=desk.clock.now())
    assert listed.charge_id == charge.id
    desk.clock.advance(LATER)

    class Overtaken(OddGateway):
        def intent(self, intent_id: str) -> IntentSnapshot:
            with desk.database.transaction() as session:
                post(session, listed, gift_id=None, now=desk.clock.now())
            return super().intent(intent_id)

    assert reconciler.run(gateway=Overtaken(desk)).differences == ()


def test_without_an_answer_nothing_is_kept(desk: GivingDesk, reconciler: Reconciler) -> None:
    desk.sandbox.fault("GET /v1/balance_transactions", "error_before", count=9)
    with pytest.raises(Unavailable):
        reconciler.run()
    with desk.database.transaction() as session:
        assert latest_report(session) is None


def test_a_report_is_read_back_as_it_was(desk: GivingDesk, reconciler: Reconciler) -> None:
    take(desk.sandbox.client())
    reconciler.run()
    report = reconciler.run_later()
    assert report.differences
    with desk.database.transaction() as session:
        assert latest_report(session) == report


def test_the_next_run_begins_a_week_before_the_last(reconciler: Reconciler) -> None:
    first = reconciler.run()
    second = reconciler.run_later()
    assert first.since is None
    assert second.since == first.started_at - OVERLAP
    assert reconciler.run(since=first.started_at).since == first.started_at
