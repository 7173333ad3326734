"""Six looks at one gift at Stripe, folded in any order, and what that ends in."""

from __future__ import annotations

from dataclasses import replace
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

_BOOKS: Final = (
    "Assets:Stripe:Balance -1245, Expenses:Stripe:DisputeFees 1500, Expenses:Stripe:ProcessingFees 45, "
    "Income:Disputes 0, Income:Gifts -500, Income:Refunds 200"
)
ONLY_END: Final = (
    "won 500 200 300",
    "succeeded 200 elsewhere",
    "won",
    _BOOKS,
    "gift-receipt, refund-made",
)
"""Gift, refund, dispute, books and letters, however the looks came."""
_END: Final = text(
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
    """Pledge a gift and open the attempt to charge it; nothing is sent."""
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
        end = tuple(session.execute(_END).one())
        kept.rollback()
    return end
