"""The payment gateway on the real Stripe SDK; the only module that imports ``stripe``.

SDK facts: stripe.md section 2. The same adapter talks to Stripe and to the sandbox on loopback.
"""

from __future__ import annotations

import ipaddress
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import stripe

from factually.donations.gateway import (
    BadSignature,
    CardDeclined,
    GatewayBusy,
    GatewayRefused,
    GatewayUnavailable,
    IdempotencyConflict,
    Notice,
)
from factually.donations.stripe_reading import (
    read_balances,
    read_confirmation,
    read_intent,
    read_movement,
    read_notice,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from stripe.params import PaymentIntentListParams

    from factually.donations.books.movements import BalanceMovement
    from factually.donations.gateway import AuthorisationOrder
    from factually.donations.intents import ConfirmationFacts, IntentSnapshot

CONNECT_SECONDS: Final = 1.0
READ_SECONDS: Final = 3.0
NETWORK_RETRIES: Final = 2
SIGNATURE_TOLERANCE_SECONDS: Final = 300
_WITH_CHARGE: Final = ["latest_charge"]


@dataclass(frozen=True, kw_only=True)
class StripeAccount:
    """Which Stripe account, or sandbox in its place, the site is paid through.

    Attributes:
        secret_key: API key; test keys start with ``sk_test_`` or ``rk_test_``.
        webhook_secret: Signing secret of our endpoint.
        sandbox_address: Origin of the sandbox on loopback, or None for Stripe itself.
        production: Whether the app runs in production mode.
    """

    secret_key: str
    webhook_secret: str
    sandbox_address: str | None
    production: bool

    @property
    def livemode(self) -> bool:
        """Whether the key moves real money."""
        return self.secret_key.startswith(("sk_live_", "rk_live_"))


def check_account(account: StripeAccount) -> None:
    """Refuse settings that could move real money by mistake, or none where it should move.

    Raises:
        ValueError: With one sentence for the operator (stripe.md section 12, guard rails).
    """
    if not account.secret_key.startswith(("sk_live_", "rk_live_", "sk_test_", "rk_test_")):
        raise ValueError("The Stripe key must start with sk_test_, rk_test_, sk_live_ or rk_live_.")
    if account.sandbox_address is None:
        return
    if account.livemode:
        raise ValueError("A live Stripe key can't be used with a sandbox address.")
    if account.production:
        raise ValueError("The Stripe sandbox can't be used in production mode.")
    if not _is_loopback(account.sandbox_address):
        raise ValueError("The Stripe sandbox address must be on this machine (127.0.0.1).")


def _is_loopback(address: str) -> bool:
    parts = urlsplit(address)
    try:
        host = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return False
    return parts.scheme == "http" and host.is_loopback


class StripeGateway:
    """`PaymentGateway` on Stripe's API v1."""

    def __init__(self, account: StripeAccount, *, http_client: stripe.HTTPClient | None = None) -> None:
        """Check the settings and build the client; nothing connects yet.

        Args:
            account: Keys and address.
            http_client: Another transport, by which tests check every exchange against Stripe's OpenAPI file.

        Raises:
            ValueError: The settings are dangerous, see `check_account`.
        """
        check_account(account)
        self._webhook_secret = account.webhook_secret
        address = account.sandbox_address
        client = stripe.StripeClient(
            account.secret_key,
            max_network_retries=NETWORK_RETRIES,
            http_client=http_client or stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
            base_addresses={}
            if address is None
            else {"api": address, "connect": address, "files": address, "meter_events": address},
        )
        self._intents = client.v1.payment_intents
        self._tokens = client.v1.confirmation_tokens
        self._disputes = client.v1.disputes
        self._movements = client.v1.balance_transactions
        self._balance = client.v1.balance

    def confirmation(self, token_id: str) -> ConfirmationFacts:
        """Read a ConfirmationToken's card facts."""
        with _translated():
            return read_confirmation(self._tokens.retrieve(token_id).to_dict())

    def authorise(self, order: AuthorisationOrder) -> IntentSnapshot:
        """Create and confirm a PaymentIntent that only holds the money (stripe.md section 1.1)."""
        with _translated():
            return self._snapshot(
                self._intents.create(
                    {
                        "amount": order.amount.minor,
                        "currency": order.amount.currency.lower(),
                        "capture_method": "manual",
                        "confirm": True,
                        "confirmation_token": order.confirmation_token,
                        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                        "metadata": {"gift": order.gift_id},
                        "expand": _WITH_CHARGE,
                    },
                    {"idempotency_key": order.idempotency_key},
                )
            )

    def authorise_again(self, intent_id: str, order: AuthorisationOrder) -> IntentSnapshot:
        """Confirm the existing intent with another card."""
        with _translated():
            return self._snapshot(
                self._intents.confirm(
                    intent_id,
                    {"confirmation_token": order.confirmation_token, "expand": _WITH_CHARGE},
                    {"idempotency_key": order.idempotency_key},
                )
            )

    def intent(self, intent_id: str) -> IntentSnapshot:
        """Fetch a PaymentIntent with its latest charge."""
        with _translated():
            return self._snapshot(self._intents.retrieve(intent_id, {"expand": _WITH_CHARGE}))

    def find_intent(self, gift_id: str, *, since: datetime) -> IntentSnapshot | None:
        """Walk the intents created since then for our metadata; Stripe's own search lags behind."""
        params: PaymentIntentListParams = {
            "created": {"gte": int(since.timestamp())},
            "limit": 100,
            "expand": ["data.latest_charge"],
        }
        with _translated():
            for intent in self._intents.list(params).auto_paging_iter():
                snapshot = self._snapshot(intent)
                if snapshot.gift_id == gift_id:
                    return snapshot
        return None

    def capture(self, intent_id: str, *, idempotency_key: str) -> IntentSnapshot:
        """Take the whole authorised amount."""
        with _translated():
            return self._snapshot(
                self._intents.capture(
                    intent_id, {"expand": _WITH_CHARGE}, {"idempotency_key": idempotency_key}
                )
            )

    def cancel(self, intent_id: str, *, idempotency_key: str) -> IntentSnapshot:
        """Release the hold without naming a reason."""
        with _translated():
            return self._snapshot(
                self._intents.cancel(
                    intent_id, {"expand": _WITH_CHARGE}, {"idempotency_key": idempotency_key}
                )
            )

    def movements(self, *, since: datetime) -> Iterator[BalanceMovement]:
        """Walk the balance transactions with their sources, which name charge and intent."""
        with _translated():
            created: int = int(since.timestamp())
            found = self._movements.list(
                {"created": {"gte": created}, "limit": 100, "expand": ["data.source"]}
            )
            for transaction in found.auto_paging_iter():
                yield read_movement(transaction.to_dict())

    def balances(self) -> Mapping[str, int]:
        """Fetch the balance, available and pending together."""
        with _translated():
            return read_balances(self._balance.retrieve().to_dict())

    def read_notice(self, payload: bytes, signature: str) -> Notice:
        """Verify the signature over the raw body, then read the event."""
        try:
            event = stripe.Webhook.construct_event(
                payload, signature, self._webhook_secret, tolerance=SIGNATURE_TOLERANCE_SECONDS
            )
        except stripe.SignatureVerificationError as error:
            raise BadSignature("The signature does not match.") from error
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("the body is no event") from error
        return read_notice(event.to_dict())

    def _snapshot(self, intent: stripe.PaymentIntent) -> IntentSnapshot:
        charge = intent.latest_charge
        if not isinstance(charge, stripe.Charge) or not charge.disputed:
            return read_intent(intent.to_dict(), ())
        disputes = self._disputes.list({"payment_intent": intent.id, "limit": 100})
        return read_intent(intent.to_dict(), tuple(dispute.to_dict() for dispute in disputes.data))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except stripe.CardError as error:
        details = error.error
        intent = getattr(details, "payment_intent", None)
        raise CardDeclined(
            error.user_message or "The card was declined.",
            code=error.code or "card_declined",
            decline_code=getattr(details, "decline_code", None),
            intent_id=getattr(intent, "id", None),
        ) from error
    except stripe.IdempotencyError as error:
        raise IdempotencyConflict(str(error)) from error
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayRefused(str(error), code=error.code or type(error).__name__) from error
    except stripe.StripeError as error:
        busy = error.code == "idempotency_key_in_use"
        raise (GatewayBusy if busy else GatewayUnavailable)(str(error)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Well-formed JSON of another shape: a proxy's page or a broken answer, never a reason to answer 500.
        raise GatewayUnavailable("The payment provider's answer could not be understood.") from error
