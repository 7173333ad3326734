"""The one narrow door to the payment provider: what we ask of it, and how it can fail.

Everything above this module speaks of gifts; the only adapter is `factually.donations.stripe_gateway`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from factually.donations.aftermath import WarningSnapshot
    from factually.donations.books.movements import BalanceMovement
    from factually.donations.intents import ConfirmationFacts, IntentSnapshot
    from factually.donations.monthly.gateway import MonthlyGateway
    from factually.foundation.money import Money


class GatewayError(Exception):
    """A call to the payment provider did not do what was asked."""


class GatewayUnavailable(GatewayError):
    """The outcome is unknown: no answer, one that makes no sense, 409 lock, 429 or 5xx; look again later."""


class GatewayFailed(GatewayUnavailable):
    """The provider answered with an error of its own, and repeats it under this key (stripe.md section 3)."""


class GatewayBusy(GatewayUnavailable):
    """The same call is under way elsewhere with the same key; that one will bring the answer."""


class GatewayRefused(GatewayError):
    """The provider understood and said no: nothing was changed.

    Attributes:
        code: Stripe's error code, such as ``payment_intent_unexpected_state``.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class IdempotencyConflict(GatewayError):
    """A key was used again with other parameters: our own rows contradict each other."""


class CardDeclined(GatewayError):
    """The card did not pay; the donor may try another one on the same intent.

    Attributes:
        code: Stripe's ``code``, for our log and not for the donor.
        decline_code: The issuer's, where there is one; likewise.
        intent_id: The PaymentIntent that stays usable; keep it, or a second card makes a second intent.
    """

    def __init__(self, message: str, *, code: str, decline_code: str | None, intent_id: str | None) -> None:
        super().__init__(message)
        self.code = code
        self.decline_code = decline_code
        self.intent_id = intent_id


class BadSignature(GatewayError):
    """A webhook was not signed by the provider within the last 300 seconds."""


@dataclass(frozen=True, kw_only=True)
class AuthorisationOrder:
    """All parameters of one card attempt, each from our rows, so that a repeated key repeats them exactly."""

    gift_id: str
    amount: Money
    confirmation_token: str
    idempotency_key: str


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    """All parameters of one refund, each from its row; without a reason that would block-list the donor."""

    refund_id: str
    intent_id: str
    amount: int
    idempotency_key: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An event: a hint that something happened, never the truth about it (stripe.md section 5).

    Attributes:
        api_version: How the event is worded; the version an endpoint was made with.
        foreign_version: Whether that is another version than ours, so that its fields may be other ones.
        subject_id: Stripe's id of the object it tells of.
        intent_id: The PaymentIntent it names, if any.
        charge_id: The charge it names, if any: some objects name nothing else.
        gift_id: The gift that our metadata on the object names.
    """

    event_id: str
    type: str
    livemode: bool
    api_version: str | None
    intent_id: str | None
    gift_id: str | None
    foreign_version: bool = False
    subject_id: str | None = None
    charge_id: str | None = None


class PaymentGateway(Protocol):
    """What a gift needs from a payment provider; each method is one remote call, outside any transaction."""

    @property
    def monthly(self) -> MonthlyGateway:
        """What a monthly gift needs besides."""
        ...

    def confirmation(self, token_id: str) -> ConfirmationFacts:
        """Read a ConfirmationToken's card facts before anything is created."""
        ...

    def authorise(self, order: AuthorisationOrder) -> IntentSnapshot:
        """Create a PaymentIntent with manual capture and confirm it.

        Raises:
            CardDeclined: The card did not pay.
        """
        ...

    def authorise_again(self, intent_id: str, order: AuthorisationOrder) -> IntentSnapshot:
        """Confirm the gift's existing intent with another card, so that one gift has one intent.

        Raises:
            CardDeclined: The card did not pay.
        """
        ...

    def intent(self, intent_id: str) -> IntentSnapshot:
        """Fetch a PaymentIntent as it is now."""
        ...

    def find_intent(self, gift_id: str, *, since: datetime) -> IntentSnapshot | None:
        """Search by metadata for an intent whose creation we never heard the answer to."""
        ...

    def capture(self, intent_id: str, *, idempotency_key: str) -> IntentSnapshot:
        """Take the whole authorised amount."""
        ...

    def cancel(self, intent_id: str, *, idempotency_key: str) -> IntentSnapshot:
        """Release the hold; never with the reason ``fraudulent``, which would block-list the donor."""
        ...

    def refund(self, order: RefundOrder) -> None:
        """Give captured money back; what came of it is seen by the next look at the intent.

        Raises:
            GatewayRefused: Nothing is left to give back, or a bank has the money (``charge_disputed``).
        """
        ...

    def submit_evidence(self, dispute_id: str, text: str, *, idempotency_key: str) -> None:
        """Answer a dispute, once and for all: the bank reads the text and nothing that comes later.

        Raises:
            GatewayRefused: The bank takes no answer any more.
        """
        ...

    def intent_of_charge(self, charge_id: str) -> str | None:
        """Return the PaymentIntent a charge belongs to, None for a charge made without one."""
        ...

    def warnings(self, charge_id: str) -> tuple[WarningSnapshot, ...]:
        """Fetch the early fraud warnings of a charge."""
        ...

    def payout_movements(self, payout_id: str) -> tuple[BalanceMovement, ...]:
        """Fetch what a payout did to our balance, also its return where the bank did not take it."""
        ...

    def movements(self, *, since: datetime) -> Iterator[BalanceMovement]:
        """Walk every movement of our balance since then, the newest first, page by page."""
        ...

    def balances(self) -> Mapping[str, int]:
        """Fetch what the provider owes us by currency: minor units, available and pending together."""
        ...

    def events(self, *, since: datetime, undelivered: bool = True) -> Iterator[Notice]:
        """Walk the events of the kinds we handle since then, 30 days back at most, page by page.

        Args:
            since: When the oldest one happened.
            undelivered: Only those that no endpoint of ours has accepted.
        """
        ...

    def read_notice(self, payload: bytes, signature: str) -> Notice:
        """Verify a webhook's raw body.

        Raises:
            BadSignature: The signature is missing, wrong or older than 300 seconds.
            ValueError: The body is signed and is no event.
        """
        ...
