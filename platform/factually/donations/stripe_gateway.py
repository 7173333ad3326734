"""The payment gateway on the real Stripe SDK; only the adapters import ``stripe``.

SDK facts: stripe.md section 2. The same adapter talks to Stripe and to the sandbox on loopback.
"""

from __future__ import annotations

from json import JSONDecodeError
from typing import TYPE_CHECKING, Final

import stripe

from factually.donations.card_statement import card_statement
from factually.donations.events import EVENT_TYPES
from factually.donations.gateway import BadSignature, Notice
from factually.donations.monthly.stripe_monthly import StripeMonthly
from factually.donations.stripe_account import StripeAccount, check_account
from factually.donations.stripe_errors import translated
from factually.donations.stripe_money_reading import read_movement, read_warning
from factually.donations.stripe_reading import (
    Aftermath,
    read_balances,
    read_confirmation,
    read_intent,
    read_notice,
)
from factually.donations.stripe_transport import timed_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from stripe.params import EventListParams, PaymentIntentCreateParams, PaymentIntentListParams

    from factually.donations.aftermath import WarningSnapshot
    from factually.donations.books.movements import BalanceMovement
    from factually.donations.gateway import AuthorisationOrder, RefundOrder
    from factually.donations.intents import ConfirmationFacts, IntentSnapshot

NETWORK_RETRIES: Final = 2
SIGNATURE_TOLERANCE_SECONDS: Final = 300
_WITH_CHARGE: Final = ["latest_charge.balance_transaction", "latest_charge.refunds.data.balance_transaction"]
_TYPES_A_CALL: Final = 20
_PAGE: Final = 100


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
        line = account.card_statement
        self._statement_suffix = card_statement(line).suffix if line else None
        address = account.sandbox_address
        client = stripe.StripeClient(
            account.secret_key,
            max_network_retries=NETWORK_RETRIES,
            http_client=http_client or stripe.RequestsClient(session=timed_session()),
            base_addresses={}
            if address is None
            else {"api": address, "connect": address, "files": address, "meter_events": address},
        )
        self._intents = client.v1.payment_intents
        self._tokens = client.v1.confirmation_tokens
        self._charges = client.v1.charges
        self._refunds = client.v1.refunds
        self._disputes = client.v1.disputes
        self._warnings = client.v1.radar.early_fraud_warnings
        self._payouts = client.v1.payouts
        self._events = client.v1.events
        self._movements = client.v1.balance_transactions
        self._balance = client.v1.balance
        self.monthly = StripeMonthly(client, statement_suffix=self._statement_suffix)

    def confirmation(self, token_id: str) -> ConfirmationFacts:
        """Read a ConfirmationToken's card facts."""
        with translated():
            return read_confirmation(self._tokens.retrieve(token_id).to_dict())

    def authorise(self, order: AuthorisationOrder) -> IntentSnapshot:
        """Create and confirm a PaymentIntent that only holds the money (stripe.md section 1.1)."""
        params: PaymentIntentCreateParams = {
            "amount": order.amount.minor,
            "currency": order.amount.currency.lower(),
            "capture_method": "manual",
            "confirm": True,
            "confirmation_token": order.confirmation_token,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "metadata": {"gift": order.gift_id},
            "expand": _WITH_CHARGE,
        }
        if self._statement_suffix is not None:
            params["statement_descriptor_suffix"] = self._statement_suffix
        with translated():
            return self._snapshot(self._intents.create(params, {"idempotency_key": order.idempotency_key}))

    def authorise_again(self, intent_id: str, order: AuthorisationOrder) -> IntentSnapshot:
        """Confirm the existing intent with another card."""
        with translated():
            return self._snapshot(
                self._intents.confirm(
                    intent_id,
                    {"confirmation_token": order.confirmation_token, "expand": _WITH_CHARGE},
                    {"idempotency_key": order.idempotency_key},
                )
            )

    def intent(self, intent_id: str) -> IntentSnapshot:
        """Fetch a PaymentIntent with its latest charge."""
        with translated():
            return self._snapshot(self._intents.retrieve(intent_id, {"expand": _WITH_CHARGE}))

    def find_intent(self, gift_id: str, *, since: datetime) -> IntentSnapshot | None:
        """Walk the intents created since then for our metadata; Stripe's own search lags behind."""
        params: PaymentIntentListParams = {"created": {"gte": int(since.timestamp())}, "limit": _PAGE}
        with translated():
            for intent in self._intents.list(params).auto_paging_iter():
                if intent.metadata.to_dict().get("gift") == gift_id:
                    return self.intent(intent.id)
        return None

    def capture(self, intent_id: str, *, idempotency_key: str) -> IntentSnapshot:
        """Take the whole authorised amount."""
        with translated():
            return self._snapshot(
                self._intents.capture(
                    intent_id, {"expand": _WITH_CHARGE}, {"idempotency_key": idempotency_key}
                )
            )

    def cancel(self, intent_id: str, *, idempotency_key: str) -> IntentSnapshot:
        """Release the hold without naming a reason."""
        with translated():
            return self._snapshot(
                self._intents.cancel(
                    intent_id, {"expand": _WITH_CHARGE}, {"idempotency_key": idempotency_key}
                )
            )

    def refund(self, order: RefundOrder) -> None:
        """Give money back without naming a reason; our row's id in the metadata finds it again."""
        with translated():
            self._refunds.create(
                {
                    "payment_intent": order.intent_id,
                    "amount": order.amount,
                    "metadata": {"refund": order.refund_id},
                },
                {"idempotency_key": order.idempotency_key},
            )

    def submit_evidence(self, dispute_id: str, text: str, *, idempotency_key: str) -> None:
        """Send a text as all our evidence, and submit it."""
        with translated():
            self._disputes.update(
                dispute_id,
                {"evidence": {"uncategorized_text": text}, "submit": True},
                {"idempotency_key": idempotency_key},
            )

    def intent_of_charge(self, charge_id: str) -> str | None:
        """Fetch the charge and read what it belongs to."""
        with translated():
            intent = self._charges.retrieve(charge_id).payment_intent
            return intent.id if isinstance(intent, stripe.PaymentIntent) else intent

    def warnings(self, charge_id: str) -> tuple[WarningSnapshot, ...]:
        """List the early fraud warnings of a charge."""
        with translated():
            found = self._warnings.list({"charge": charge_id, "limit": _PAGE}).data
            return tuple(read_warning(warning.to_dict()) for warning in found)

    def payout_movements(self, payout_id: str) -> tuple[BalanceMovement, ...]:
        """Fetch a payout and the balance transactions of its way there and back."""
        with translated():
            payout = self._payouts.retrieve(payout_id).to_dict()
            booked = (payout.get("balance_transaction"), payout.get("failure_balance_transaction"))
            return tuple(read_movement(self._booked(name)) for name in booked if isinstance(name, str))

    def movements(self, *, since: datetime) -> Iterator[BalanceMovement]:
        """Walk the balance transactions with their sources, which name charge and intent."""
        with translated():
            created: int = int(since.timestamp())
            found = self._movements.list(
                {"created": {"gte": created}, "limit": _PAGE, "expand": ["data.source"]}
            )
            for transaction in found.auto_paging_iter():
                yield read_movement(transaction.to_dict())

    def balances(self) -> Mapping[str, int]:
        """Fetch the balance, available and pending together."""
        with translated():
            return read_balances(self._balance.retrieve().to_dict())

    def events(self, *, since: datetime, undelivered: bool = True) -> Iterator[Notice]:
        """Walk the events of all kinds we handle, at most 20 kinds in a call."""
        for first in range(0, len(EVENT_TYPES), _TYPES_A_CALL):
            params: EventListParams = {
                "created": {"gte": int(since.timestamp())},
                "limit": _PAGE,
                "types": list(EVENT_TYPES[first : first + _TYPES_A_CALL]),
            }
            if undelivered:
                params["delivery_success"] = False
            with translated():
                for event in self._events.list(params).auto_paging_iter():
                    yield read_notice(event.to_dict(), known_version=stripe.api_version)

    def read_notice(self, payload: bytes, signature: str) -> Notice:
        """Verify the signature over the raw body, then read the event."""
        try:
            event = stripe.Webhook.construct_event(
                payload, signature, self._webhook_secret, tolerance=SIGNATURE_TOLERANCE_SECONDS
            )
        # The library decodes before it verifies: what is no text was never signed.
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            raise BadSignature("The signature does not match.") from error
        except JSONDecodeError as error:
            raise ValueError("the body is no JSON") from error
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("the body is no event") from error
        except ValueError as error:
            raise ValueError("the event is one of API v2, which this software does not read") from error
        return read_notice(event.to_dict(), known_version=stripe.api_version)

    def _snapshot(self, intent: stripe.PaymentIntent) -> IntentSnapshot:
        charge = intent.latest_charge
        aftermath = self._aftermath(charge) if isinstance(charge, stripe.Charge) else Aftermath()
        return read_intent(intent.to_dict(), aftermath)

    def _aftermath(self, charge: stripe.Charge) -> Aftermath:
        refunds = charge.refunds
        if refunds is None or refunds.has_more:
            # Only the newest ten come with the charge.
            listed = self._refunds.list(
                {"charge": charge.id, "limit": _PAGE, "expand": ["data.balance_transaction"]}
            )
            found = list(listed.auto_paging_iter())
        else:
            found = refunds.data
        disputes = self._disputes.list({"charge": charge.id, "limit": _PAGE}).data if charge.disputed else []
        return Aftermath(
            refunds=tuple(self._with_failure(refund.to_dict()) for refund in found),
            disputes=tuple(dispute.to_dict() for dispute in disputes),
        )

    def _with_failure(self, refund: dict[str, object]) -> dict[str, object]:
        """Fetch how the money of a failed refund came back, which most refunds have no field for."""
        failure = refund.get("failure_balance_transaction")
        if not isinstance(failure, str):
            return refund
        return {**refund, "failure_balance_transaction": self._booked(failure)}

    def _booked(self, transaction_id: str) -> dict[str, object]:
        found: dict[str, object] = self._movements.retrieve(transaction_id).to_dict()
        return found
