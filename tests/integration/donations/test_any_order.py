"""Looks at Stripe, folded in any order and with repeats: the same gift, letters and books in the end."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from factually.donations.giving import CardAttempt, open_attempt
from factually.donations.intents import IntentStatus
from factually.donations.settling import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.donations.gateway import AuthorisationOrder
    from factually.donations.intents import IntentSnapshot
    from factually.donations.models import Gift
    from tests.support.donation_factories import GivingDesk

END: Final = text(
    """
    SELECT (SELECT concat_ws(' ', state, captured_minor, refunded_minor, counted_minor) FROM gift),
        (SELECT string_agg(concat_ws(' ', state, amount_minor, cause), ', ') FROM refund),
        (SELECT string_agg(status, ', ') FROM dispute),
        (SELECT string_agg(concat_ws(' ', account, minor), ', ' ORDER BY account) FROM (
            SELECT account, sum(amount_minor) AS minor FROM ledger_entry GROUP BY 1) AS sums),
        (SELECT string_agg(split_part(key, ':', 1), ', ' ORDER BY key) FROM outgoing_letter)
    """
)


def given(desk: GivingDesk) -> tuple[Gift, CardAttempt]:
    gift = desk.pledge()
    card_entry = desk.gateway.confirmation(desk.token())
    with desk.database.transaction() as session:
        attempt = open_attempt(session, gift.id, card_entry, keyring=desk.keyring, step=desk.step())
    assert isinstance(attempt, CardAttempt)
    return gift, attempt


def looks_at(desk: GivingDesk, order: AuthorisationOrder) -> list[IntentSnapshot]:
    """Created, authorised, succeeded, refunded, disputed, won: what Stripe shows after each of them."""
    held = desk.gateway.authorise(order)
    created = replace(held, status=IntentStatus.REQUIRES_PAYMENT_METHOD, charge=None)
    captured = desk.gateway.capture(held.id, idempotency_key=f"cap:{held.id}")
    assert captured.charge is not None
    desk.sandbox.client().v1.refunds.create({"payment_intent": held.id, "amount": 200})
    refunded = desk.gateway.intent(held.id)
    dispute = desk.sandbox.force("disputes", {"charge": captured.charge.id})
    disputed = desk.gateway.intent(held.id)
    desk.sandbox.force(f"disputes/{dispute['id']}/decide", {"outcome": "won"})
    return [created, held, captured, refunded, disputed, desk.gateway.intent(held.id)]


def end_of(desk: GivingDesk, gift: Gift, looks: Sequence[IntentSnapshot]) -> tuple[str, ...]:
    """Fold looks in this order, say where that ends, and undo it."""
    with desk.database.transaction() as session:
        kept = session.begin_nested()
        for look in looks:
            fold(session, gift.id, look, post=desk.post, step=desk.step())
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        end = tuple(session.execute(END).one())
        kept.rollback()
    return end


def test_every_order_of_created_authorised_succeeded_refunded_disputed_and_won_ends_alike(
    desk: GivingDesk,
) -> None:
    gift, attempt = given(desk)
    created, *looks = looks_at(desk, attempt.order)
    # Each order is folded there and back, so its reverse needs no try of its own. The first look proves
    # nothing of a gift, and comes between.
    orders = [order for order in permutations(range(len(looks))) if order < order[::-1]]
    ways = [[looks[place] for place in order] for order in orders]
    ends = {end_of(desk, gift, (*way, created, *reversed(way))) for way in ways}
    books = (
        "Assets:Stripe:Balance -1245, Expenses:Stripe:DisputeFees 1500, Expenses:Stripe:ProcessingFees 45, "
        "Income:Disputes 0, Income:Gifts -500, Income:Refunds 200"
    )
    letters = "gift-receipt, refund-made"
    assert ends == {("won 500 200 300", "succeeded 200 elsewhere", "won", books, letters)}
