"""One run of the payment suite: what it pays with, and the exchanges that several steps begin with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from factually.donations.gateway import AuthorisationOrder
from factually.donations.intents import IntentStatus
from factually.foundation.money import Money
from factually.serving.diagnosis.stripe_api import STRIPE, StripeApi

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from factually.donations.gateway import PaymentGateway
    from factually.donations.intents import IntentSnapshot
    from factually.donations.stripe_account import StripeAccount

AMOUNT: Final = Money(500, "USD")
PAYS: Final = "pm_card_visa"
DECLINED: Final = "pm_card_visa_chargeDeclined"
ASKS_THE_DONOR: Final = "pm_card_authenticationRequired"


class NotAsExpected(Exception):
    """The exchange went through and ended elsewhere than it must."""


@dataclass(frozen=True)
class PaymentTrial:
    """One run of the suite.

    Attributes:
        account: A test account, or the sandbox.
        gateway: The product's gateway to it.
        now: When the run began, for signatures.
        run: Makes this run's idempotency keys its own.
    """

    account: StripeAccount
    gateway: PaymentGateway
    now: datetime
    run: uuid.UUID

    def order(self, step: str, card: str = PAYS) -> AuthorisationOrder:
        """Enter a card and return the order that a gift would be placed with."""
        api = StripeApi(self.account.sandbox_address or STRIPE, self.account.secret_key)
        return AuthorisationOrder(
            gift_id=f"doctor-{self.run}-{step}",
            amount=AMOUNT,
            confirmation_token=api.enter_card(card),
            idempotency_key=self.key(step),
        )

    def key(self, step: str) -> str:
        """Return the idempotency key of one call of this run."""
        return f"doctor:{self.run}:{step}"

    def hold(self, step: str) -> IntentSnapshot:
        """Hold the amount on a card that pays."""
        held = self.gateway.authorise(self.order(step))
        expect(held.status, IntentStatus.REQUIRES_CAPTURE)
        return held

    def release(self, intent: IntentSnapshot) -> IntentSnapshot:
        """Release the hold, as after a refusal."""
        released = self.gateway.cancel(intent.id, idempotency_key=self.key(f"release {intent.id}"))
        expect(released.status, IntentStatus.CANCELED)
        return released

    @cached_property
    def taken(self) -> IntentSnapshot:
        """A payment that was held and taken; made once a run."""
        held = self.hold("take")
        return self.gateway.capture(held.id, idempotency_key=self.key("capture"))


def expect(status: IntentStatus, wanted: IntentStatus) -> None:
    """Compare a payment's state with the one that the product counts on.

    Raises:
        NotAsExpected: It is another one.
    """
    if status is not wanted:
        raise NotAsExpected(f"The payment is {status}, and must be {wanted}.")
