"""Fetches the invoices of new months and takes each up, or voids the one that must not become money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factually.donations.gateway import GatewayRefused
from factually.donations.monthly.models import MonthlyGift
from factually.donations.monthly.progress import lock_monthly
from factually.donations.monthly.renewing import monthly_of, take_month
from factually.donations.monthly.snapshots import UNPAID
from factually.donations.progress import Step

if TYPE_CHECKING:
    import uuid

    from factually.donations.journey import Journey
    from factually.donations.monthly.snapshots import InvoiceSnapshot


@dataclass(frozen=True, kw_only=True)
class Renewals:
    """Takes up new months with the way of gifts; a repeat of the work changes nothing."""

    journey: Journey

    def follow(self, invoice_id: str) -> uuid.UUID | None:
        """Look at one invoice, as an event of Stripe's asks.

        Returns:
            The month's gift, None where there is none.

        Raises:
            GatewayError: Stripe did not answer.
            Unavailable: It did not while the gift was settled.
        """
        invoice = self.journey.gateway.monthly.invoice(invoice_id)
        with self.journey.database.transaction() as session:
            monthly = monthly_of(session, invoice.subscription_id or "")
        if monthly is None:
            return None
        self._note_next(monthly)
        return self._take(monthly.id, invoice)

    def look(self, monthly_id: uuid.UUID) -> None:
        """Look for months that no event told us of.

        Raises:
            GatewayError: Stripe did not answer.
            Unavailable: It did not while a gift was settled.
        """
        with self.journey.database.transaction() as session:
            monthly = session.get_one(MonthlyGift, monthly_id)
        if monthly.subscription_id is None:
            return
        self._note_next(monthly)
        for invoice in self.journey.gateway.monthly.unpaid_invoices(monthly.subscription_id):
            self._take(monthly_id, invoice)

    def _note_next(self, monthly: MonthlyGift) -> None:
        """Write down when the next month begins, once the one that was expected has come."""
        now = self.journey.clock.now()
        if monthly.subscription_id is None or monthly.next_charge_at is None or monthly.next_charge_at > now:
            return
        snapshot = self.journey.gateway.monthly.subscription(monthly.subscription_id)
        with self.journey.database.transaction() as session:
            row = lock_monthly(session, monthly.id)
            if row.next_charge_at is not None:
                row.next_charge_at = snapshot.next_charge_at

    def _take(self, monthly_id: uuid.UUID, invoice: InvoiceSnapshot) -> uuid.UUID | None:
        journey = self.journey
        step = Step(journey.actor, journey.clock.now())
        with journey.database.transaction() as session:
            gift_id = take_month(session, monthly_id, invoice, keyring=journey.post.keyring, step=step)
        if gift_id is not None:
            journey.settle(gift_id)
        elif invoice.status in UNPAID:
            self._leave_out(invoice)
        return gift_id

    def _leave_out(self, invoice: InvoiceSnapshot) -> None:
        try:
            self.journey.gateway.monthly.void(invoice.id, idempotency_key=f"void:{invoice.id}")
        except GatewayRefused:
            # Somebody was faster: it is void already, or will be seen as paid.
            return
