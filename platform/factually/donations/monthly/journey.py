"""Takes a month's charge through rows and calls in turn: a row is committed, Stripe is called, then a row.

Beside `donations.journey` the only module that opens transactions around calls of a gift; a death between
any two lines is mended by the next `settle`, whoever makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.donations.card_testing.turns import answer_turn
from factually.donations.gateway import (
    CardDeclined,
    GatewayBusy,
    GatewayFailed,
    GatewayRefused,
    GatewayUnavailable,
)
from factually.donations.intents import IntentStatus
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift, PaymentAttempt
from factually.donations.monthly.charging import ChargeStep, Look, fold_charge, note_start
from factually.donations.monthly.dunning import note_failure
from factually.donations.monthly.gateway import SetupOrder, SubscriptionOrder
from factually.donations.monthly.lifecycle import CHARGING
from factually.donations.monthly.models import MonthlyGift
from factually.donations.monthly.progress import lock_monthly
from factually.donations.monthly.snapshots import SetupStatus
from factually.donations.progress import Step, lock_gift
from factually.donations.standing import Standing
from factually.donations.steps import AttemptOutcome, Instruction
from factually.foundation.money import Money

if TYPE_CHECKING:
    import uuid

    from factually.audit.journal import Actor
    from factually.donations.gateway import PaymentGateway
    from factually.donations.giving import CardAttempt
    from factually.donations.monthly.charging import ChargeCall
    from factually.donations.monthly.gateway import MonthlyGateway
    from factually.donations.receipts import DonorPost
    from factually.foundation.clock import Clock
    from factually.foundation.database import Database

_ROUNDS: Final = 5
"""Looks and calls in one settling: subscribe or pay, void, and a look more after each."""


@dataclass(frozen=True, kw_only=True)
class ChargeJourney:
    """The way of a month's charge, with all that it takes."""

    database: Database
    gateway: PaymentGateway
    post: DonorPost
    clock: Clock
    actor: Actor

    @property
    def _stripe(self) -> MonthlyGateway:
        return self.gateway.monthly

    def save_card(self, attempt: CardAttempt) -> None:
        """Save the card of a first month with a customer of its own; nothing is charged by that.

        Raises:
            CardDeclined: The bank said no.
            GatewayError: Nothing is known; the attempt stays open.
        """
        # Keyed by the attempt: Stripe repeats its own errors under a key, and the next card gets past them.
        attempt_key = f"{attempt.gift_id}:{attempt.order.confirmation_token}"
        customer_id, monthly_id = self._customer(attempt.gift_id, f"cus:{attempt_key}")
        setup = self._stripe.save_card(
            SetupOrder(
                customer_id=customer_id,
                gift_id=str(attempt.gift_id),
                confirmation_token=attempt.order.confirmation_token,
                idempotency_key=f"seti:{attempt_key}",
            )
        )
        with self.database.transaction() as session:
            lock_monthly(session, monthly_id).setup_intent_id = setup.id

    def settle(self, gift_id: uuid.UUID, *, busy: bool = False) -> Standing:
        """Look at Stripe, fold it into the month's gift, make the calls that follow, and say where it stands.

        Raises:
            GatewayError: Stripe did not answer; the gift is as it was.
        """
        made: ChargeCall | None = None
        for _ in range(_ROUNDS):
            look = self._look(gift_id)
            step = Step(self.actor, self.clock.now())
            with self.database.transaction() as session:
                lock_gift(session, gift_id)
                if look.setup is not None and look.setup.status is SetupStatus.SUCCEEDED:
                    answer_turn(session, str(gift_id), paid=True, now=step.now)
                made = fold_charge(session, gift_id, look, post=self.post, step=step)
                gift = session.get_one(Gift, gift_id)
                goes_on = session.get_one(MonthlyGift, gift.monthly_gift_id).state in CHARGING
            if made is None:
                break
            self._make(made)
        return _standing(gift, look, busy=busy, goes_on=goes_on)

    def _customer(self, gift_id: uuid.UUID, key: str) -> tuple[str, uuid.UUID]:
        _, monthly = self._rows(gift_id)
        if monthly.customer_id is not None:
            return monthly.customer_id, monthly.id
        made = self._stripe.customer(str(monthly.id), idempotency_key=key)
        with self.database.transaction() as session:
            row = lock_monthly(session, monthly.id)
            row.customer_id = row.customer_id or made
            return row.customer_id, row.id

    def _look(self, gift_id: uuid.UUID) -> Look:
        gift, monthly = self._rows(gift_id)
        first = monthly.setup_intent_id is not None and self._is_first(gift)
        setup = self._stripe.setup(monthly.setup_intent_id or "") if first else None
        if first and monthly.subscription_id is None and gift.instruction == Instruction.CAPTURE.value:
            gift = self._find_start(gift, monthly)
        if gift.invoice_id is None:
            return Look(setup=setup)
        invoice = self._stripe.invoice(gift.invoice_id)
        return Look(
            setup=setup,
            card=None if first else self._stripe.saved_card(monthly.payment_method_id or ""),
            invoice=invoice,
            intent=None if invoice.intent_id is None else self.gateway.intent(invoice.intent_id),
        )

    def _is_first(self, gift: Gift) -> bool:
        with self.database.transaction() as session:
            earlier = select(Gift.id).where(
                Gift.monthly_gift_id == gift.monthly_gift_id, Gift.created_at < gift.created_at
            )
            return session.execute(earlier.limit(1)).first() is None

    def _find_start(self, gift: Gift, monthly: MonthlyGift) -> Gift:
        """Look for a subscription whose creation we never heard the answer to, before another is begun."""
        found = self._stripe.find_subscription(monthly.customer_id or "")
        if found is None:
            return gift
        with self.database.transaction() as session:
            note_start(session, gift.id, found, step=Step(self.actor, self.clock.now()))
            return session.get_one(Gift, gift.id)

    def _make(self, call: ChargeCall) -> None:
        outcome, code = AttemptOutcome.ACCEPTED, None
        try:
            self._send(call)
        except GatewayBusy:
            raise
        except GatewayFailed:
            self._close(call, AttemptOutcome.UNANSWERED, None)
            raise
        except GatewayUnavailable:
            # The row stays open: the call is sent again under its own key.
            raise
        except CardDeclined as declined:
            outcome, code = AttemptOutcome.DECLINED, declined.decline_code or declined.code
        except GatewayRefused as refused:
            outcome, code = AttemptOutcome.REFUSED, refused.code
        self._close(call, outcome, code)

    def _send(self, call: ChargeCall) -> None:
        if call.step is ChargeStep.PAY:
            self._stripe.pay(call.invoice_id or "", idempotency_key=call.idempotency_key)
        elif call.step is ChargeStep.VOID:
            self._stripe.void(call.invoice_id or "", idempotency_key=call.idempotency_key)
        else:
            self._subscribe(call)

    def _subscribe(self, call: ChargeCall) -> None:
        gift, monthly = self._rows(call.gift_id)
        order = SubscriptionOrder(
            monthly_id=str(monthly.id),
            customer_id=monthly.customer_id or "",
            payment_method_id=monthly.payment_method_id or "",
            amount=Money(gift.amount_minor, gift.currency),
            idempotency_key=call.idempotency_key,
        )
        # Under a later key Stripe would begin another one, should an earlier call have done its work.
        found = self._stripe.find_subscription(order.customer_id)
        begun = found or self._stripe.subscribe(order)
        with self.database.transaction() as session:
            note_start(session, call.gift_id, begun, step=Step(self.actor, self.clock.now()))

    def _close(self, call: ChargeCall, outcome: AttemptOutcome, code: str | None) -> None:
        """Write down the answer to a call, once; a card that did not pay is a matter of the dunning."""
        step = Step(self.actor, self.clock.now())
        with self.database.transaction() as session:
            gift = lock_gift(session, call.gift_id)
            row = session.get_one(PaymentAttempt, call.attempt_id)
            if row.outcome is not None:
                return
            row.outcome, row.code, row.finished_at = outcome.value, code, step.now
            if outcome is AttemptOutcome.DECLINED:
                note_failure(session, gift, code, post=self.post, step=step)

    def _rows(self, gift_id: uuid.UUID) -> tuple[Gift, MonthlyGift]:
        with self.database.transaction() as session:
            gift = session.get_one(Gift, gift_id)
            return gift, session.get_one(MonthlyGift, gift.monthly_gift_id)


def _standing(gift: Gift, look: Look, *, busy: bool, goes_on: bool) -> Standing:
    asks: str | None = None
    if look.setup is not None and gift.state == GiftState.AUTHORISING:
        asks = look.setup.client_secret if look.setup.status is SetupStatus.REQUIRES_ACTION else None
    elif goes_on and look.intent is not None and look.intent.status is IntentStatus.REQUIRES_ACTION:
        asks = look.intent.client_secret
    return Standing(
        gift=gift,
        client_secret=asks,
        waiting=busy or (look.setup is not None and look.setup.status is SetupStatus.PROCESSING),
        decline_code=None if look.setup is None else look.setup.decline_code,
    )
