"""Brings the subscription at Stripe to what our row says: amount, card, pause, end; in any number of goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.donations.gateway import GatewayError, GatewayFailed, GatewayRefused
from factually.donations.monthly.gateway import SubscriptionChange
from factually.donations.monthly.letters import tell_monthly
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.donations.monthly.models import MonthlyGift
from factually.donations.monthly.progress import end_monthly, lock_monthly, sync_soon, tell_stripe
from factually.donations.monthly.renewals import Renewals
from factually.donations.monthly.renewing import monthly_of
from factually.donations.monthly.snapshots import Collection
from factually.donations.monthly.suspending import open_months
from factually.donations.progress import Step
from factually.foundation.errors import Unavailable
from factually.foundation.money import Money

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from factually.donations.journey import Journey
    from factually.donations.monthly.snapshots import SubscriptionSnapshot

_NOT_ANSWERING: Final = "Our payment provider isn't answering. The change is made there as soon as it does."
_GONE: Final = "resource_missing"
_LEFT_OUT: Final = frozenset({MonthlyState.PAUSED, MonthlyState.SUSPENDED})


@dataclass(frozen=True, kw_only=True)
class SubscriptionSync:
    """Tells Stripe of changes with the way of gifts; whoever is late finds nothing left to do."""

    journey: Journey

    def sync(self, monthly_id: uuid.UUID) -> None:
        """Bring the subscription to what the row says, and settle the months that waited for that.

        Where it is over, they are settled first: an invoice can't be voided once its customer is gone.

        Raises:
            Unavailable: Stripe did not answer; the row remembers what it does not know yet.
        """
        with self.journey.database.transaction() as session:
            monthly = session.get_one(MonthlyGift, monthly_id)
            months = open_months(session, monthly_id)
        if monthly.synced_revision == monthly.revision:
            return
        over = monthly.state == MonthlyState.ENDED
        if over:
            self._settle(months)
        try:
            brought = self._end(monthly) if over else self._bring(monthly)
        except GatewayFailed as error:
            self._take_next_key(monthly)
            raise Unavailable(_NOT_ANSWERING) from error
        except GatewayError as error:
            raise Unavailable(_NOT_ANSWERING) from error
        if brought:
            self._note(monthly)
        if not over:
            self._settle(months)

    def check(self, subscription_id: str) -> None:
        """Look whether somebody changed or ended a subscription at Stripe itself, and answer that.

        An end is taken over; anything else is set right, above all that nothing is collected by itself.

        Raises:
            GatewayError: Stripe did not answer.
        """
        found = self.journey.gateway.monthly.subscription(subscription_id)
        step = Step(self.journey.actor, self.journey.clock.now())
        with self.journey.database.transaction() as session:
            known = monthly_of(session, subscription_id)
            if known is None:
                return
            monthly = lock_monthly(session, known.id)
            if found.is_over:
                event = end_monthly(session, monthly, EndReason.ELSEWHERE, step=step)
                tell_monthly(session, event, post=self.journey.post, now=step.now)
            elif monthly.synced_revision == monthly.revision and _change(monthly, found) is not None:
                tell_stripe(session, monthly)

    def _settle(self, months: Sequence[uuid.UUID]) -> None:
        for month in months:
            self.journey.settle(month)

    def _bring(self, monthly: MonthlyGift) -> bool:
        """Change what differs, and say whether that could be done: not before the first month is paid."""
        if monthly.subscription_id is None:
            return True
        found = self.journey.gateway.monthly.subscription(monthly.subscription_id)
        if found.is_over:
            self.check(found.id)
            return False
        if found.is_incomplete:
            return False
        change = _change(monthly, found)
        if change is not None:
            self.journey.gateway.monthly.change(found, change)
        self.journey.gateway.monthly.forget_other_cards(
            monthly.customer_id or "", keep=monthly.payment_method_id or ""
        )
        if monthly.state in _LEFT_OUT:
            Renewals(journey=self.journey).look(monthly.id)
        return True

    def _end(self, monthly: MonthlyGift) -> bool:
        """Let nothing be left at Stripe that could become money: invoices first, the card last."""
        stripe, key = self.journey.gateway.monthly, f"{monthly.id}:{monthly.revision}"
        if monthly.subscription_id is not None:
            Renewals(journey=self.journey).look(monthly.id)
            if not stripe.subscription(monthly.subscription_id).is_over:
                stripe.end(monthly.subscription_id, idempotency_key=f"subx:{key}")
        if monthly.customer_id is not None:
            try:
                stripe.forget_customer(monthly.customer_id, idempotency_key=f"cusx:{key}")
            except GatewayRefused as refused:
                if refused.code != _GONE:
                    raise
        return True

    def _take_next_key(self, monthly: MonthlyGift) -> None:
        """Go on under other keys: Stripe would only repeat its error under these."""
        with self.journey.database.transaction() as session:
            row = lock_monthly(session, monthly.id)
            if row.revision == monthly.revision:
                row.revision += 1

    def _note(self, monthly: MonthlyGift) -> None:
        with self.journey.database.transaction() as session:
            row = lock_monthly(session, monthly.id)
            row.synced_revision = max(row.synced_revision, monthly.revision)
            if row.synced_revision < row.revision:
                sync_soon(session, row.id)


def _change(monthly: MonthlyGift, found: SubscriptionSnapshot) -> SubscriptionChange | None:
    """Return what has to be told to Stripe, None where it knows all of it."""
    collection = Collection.VOID if MonthlyState(monthly.state) in _LEFT_OUT else Collection.KEEP_AS_DRAFT
    wanted = (monthly.amount_minor, monthly.payment_method_id, collection.value)
    if found.is_incomplete or (found.amount, found.payment_method_id, found.collection) == wanted:
        return None
    return SubscriptionChange(
        amount=Money(monthly.amount_minor, monthly.currency),
        payment_method_id=monthly.payment_method_id or "",
        collection=collection,
        idempotency_key=f"subu:{found.id}:{monthly.revision}",
    )
