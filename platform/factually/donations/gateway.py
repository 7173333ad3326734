"""The one narrow door to the payment provider: what we ask of it, and how it can fail.

Everything above this module speaks of gifts; the only adapter is `factually.donations.stripe_gateway`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from factually.donations.books.movements import BalanceMovement
    from factually.donations.intents import ConfirmationFacts, IntentSnapshot
    from factually.foundation.money import Money


class GatewayError(Exception):
    """A call to the payment provider did not do what was asked."""


class GatewayUnavailable(GatewayError):
    """The outcome is unknown: no answer, one that makes no sense, 409 lock, 429 or 5xx; look again later."""


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
class Notice:
    """A verified webhook: a hint that something happened, never the truth about it (stripe.md section 5)."""

    event_id: str
    type: str
    livemode: bool
    api_version: str | None
    intent_id: str | None
    gift_id: str | None


class PaymentGateway(Protocol):
    """What a gift needs from a payment provider; each method is one remote call, outside any transaction."""

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

    def movements(self, *, since: datetime) -> Iterator[BalanceMovement]:
        """Walk every movement of our balance since then, the newest first, page by page."""
        ...

    def balances(self) -> Mapping[str, int]:
        """Fetch what the provider owes us by currency: minor units, available and pending together."""
        ...

    def read_notice(self, payload: bytes, signature: str) -> Notice:
        """Verify a webhook's raw body.

        Raises:
            BadSignature: The signature is missing, wrong or older than 300 seconds.
            ValueError: The body is signed and is no event.
        """
        ...
