"""Monthly gifts on the real Stripe SDK: saved cards, subscriptions, invoices (stripe.md section 1.2).

Metadata names our rows and nothing else; amounts, cards and their owners stand nowhere in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.donations.monthly.reading import (
    read_invoice,
    read_saved_card,
    read_setup,
    read_subscription,
)
from factually.donations.monthly.snapshots import UNPAID, InvoiceStatus
from factually.donations.stripe_errors import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    import stripe
    from stripe.params import SubscriptionCreateParamsItemPriceData

    from factually.donations.intents import CardFacts
    from factually.donations.monthly.gateway import SetupOrder, SubscriptionChange, SubscriptionOrder
    from factually.donations.monthly.snapshots import (
        InvoiceSnapshot,
        SetupSnapshot,
        SubscriptionSnapshot,
    )
    from factually.foundation.money import Money

PRODUCT: Final = "monthly-gift"
"""The one product at Stripe that all monthly gifts are for; each brings its own price."""
_WITH_CARD: Final = ["payment_method"]
_WITH_PAYMENTS: Final = ["payments"]
_PAGE: Final = 100


class StripeMonthly:
    """`MonthlyGateway` on Stripe's API v1."""

    def __init__(self, client: stripe.StripeClient, *, statement_suffix: str | None) -> None:
        """Take the gateway's client; nothing connects yet.

        Args:
            client: The SDK's client.
            statement_suffix: Our words on card statements, behind the account's own, as for a one-off gift;
                None leaves them to Stripe.
        """
        self._statement_suffix = statement_suffix
        self._customers = client.v1.customers
        self._setups = client.v1.setup_intents
        self._methods = client.v1.payment_methods
        self._products = client.v1.products
        self._subscriptions = client.v1.subscriptions
        self._invoices = client.v1.invoices

    def customer(self, monthly_id: str, *, idempotency_key: str) -> str:
        """Create a customer without name or address: our own letters need neither of Stripe."""
        with translated():
            made = self._customers.create(
                {"metadata": {"monthly": monthly_id}}, {"idempotency_key": idempotency_key}
            )
            return made.id

    def save_card(self, order: SetupOrder) -> SetupSnapshot:
        """Create and confirm a SetupIntent."""
        with translated():
            made = self._setups.create(
                {
                    "customer": order.customer_id,
                    "usage": "off_session",
                    "confirm": True,
                    "confirmation_token": order.confirmation_token,
                    "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                    "metadata": {} if order.gift_id is None else {"gift": order.gift_id},
                    "expand": _WITH_CARD,
                },
                {"idempotency_key": order.idempotency_key},
            )
            return read_setup(made.to_dict())

    def setup(self, setup_id: str) -> SetupSnapshot:
        """Fetch a SetupIntent with its card."""
        with translated():
            return read_setup(self._setups.retrieve(setup_id, {"expand": _WITH_CARD}).to_dict())

    def saved_card(self, payment_method_id: str) -> CardFacts | None:
        """Fetch a payment method."""
        with translated():
            return read_saved_card(self._methods.retrieve(payment_method_id).to_dict())

    def subscribe(self, order: SubscriptionOrder) -> SubscriptionSnapshot:
        """Create a subscription that is charged at once; a card that does not pay leaves it incomplete.

        It ends with its first month until `change` tells how later ones are collected, which can't be told
        here: should that never happen, Stripe would collect them by itself.
        """
        with translated():
            self._make_product()
            made = self._subscriptions.create(
                {
                    "customer": order.customer_id,
                    "default_payment_method": order.payment_method_id,
                    "items": [{"price_data": _price(order.amount)}],
                    "off_session": True,
                    "payment_behavior": "allow_incomplete",
                    "proration_behavior": "none",
                    "cancel_at_period_end": True,
                    "metadata": {"monthly": order.monthly_id},
                },
                {"idempotency_key": order.idempotency_key},
            )
            return read_subscription(made.to_dict())

    def subscription(self, subscription_id: str) -> SubscriptionSnapshot:
        """Fetch a subscription."""
        with translated():
            return read_subscription(self._subscriptions.retrieve(subscription_id).to_dict())

    def find_subscription(self, customer_id: str) -> SubscriptionSnapshot | None:
        """List the customer's subscriptions: there is never more than one."""
        with translated():
            found = self._subscriptions.list({"customer": customer_id, "status": "all", "limit": 1}).data
            return read_subscription(found[0].to_dict()) if found else None

    def change(self, subscription: SubscriptionSnapshot, change: SubscriptionChange) -> None:
        """Update price, card and collection in one call, without prorations; from now on it goes on."""
        with translated():
            self._subscriptions.update(
                subscription.id,
                {
                    "items": [{"id": subscription.item_id, "price_data": _price(change.amount)}],
                    "default_payment_method": change.payment_method_id,
                    "pause_collection": {"behavior": change.collection.value},
                    "cancel_at_period_end": False,
                    "proration_behavior": "none",
                },
                {"idempotency_key": change.idempotency_key},
            )

    def end(self, subscription_id: str, *, idempotency_key: str) -> None:
        """Cancel a subscription now, without a last invoice."""
        with translated():
            self._subscriptions.cancel(subscription_id, {}, {"idempotency_key": idempotency_key})

    def forget_other_cards(self, customer_id: str, *, keep: str) -> None:
        """Detach the customer's other payment methods, each for good."""
        with translated():
            for method in self._methods.list({"customer": customer_id, "limit": _PAGE}).data:
                if method.id != keep:
                    self._methods.detach(method.id, {}, {"idempotency_key": f"det:{method.id}"})

    def forget_customer(self, customer_id: str, *, idempotency_key: str) -> None:
        """Delete the customer, which detaches its cards."""
        with translated():
            self._customers.delete(customer_id, {}, {"idempotency_key": idempotency_key})

    def invoice(self, invoice_id: str) -> InvoiceSnapshot:
        """Fetch an invoice with its payments."""
        with translated():
            return read_invoice(self._invoices.retrieve(invoice_id, {"expand": _WITH_PAYMENTS}).to_dict())

    def unpaid_invoices(self, subscription_id: str) -> Sequence[InvoiceSnapshot]:
        """List a subscription's newest invoices, far more than can be unpaid, and keep those that are."""
        with translated():
            found = self._invoices.list({"subscription": subscription_id, "limit": _PAGE}).data
            read = [read_invoice(invoice.to_dict()) for invoice in reversed(found)]
        return [invoice for invoice in read if invoice.status in UNPAID]

    def pay(self, invoice_id: str, *, idempotency_key: str) -> None:
        """Finalise a draft without letting Stripe collect it, then collect it once."""
        self._finalise(invoice_id)
        with translated():
            self._invoices.pay(invoice_id, {"off_session": True}, {"idempotency_key": idempotency_key})

    def void(self, invoice_id: str, *, idempotency_key: str) -> None:
        """Finalise a draft, since Stripe deletes no draft of a subscription, and void it."""
        self._finalise(invoice_id)
        with translated():
            self._invoices.void_invoice(invoice_id, {}, {"idempotency_key": idempotency_key})

    def _finalise(self, invoice_id: str) -> None:
        invoice = self.invoice(invoice_id)
        if invoice.status is not InvoiceStatus.DRAFT:
            return
        suffix = self._statement_suffix
        with translated():
            if suffix is not None and invoice.statement_suffix != suffix:
                self._invoices.update(invoice_id, {"statement_descriptor": suffix})
            self._invoices.finalize_invoice(
                invoice_id, {"auto_advance": False}, {"idempotency_key": f"fin:{invoice_id}"}
            )

    def _make_product(self) -> None:
        """Have the product there, with our words: a first month's invoice takes them from it."""
        suffix = self._statement_suffix
        found = self._products.list({"ids": [PRODUCT]}).data
        product = (
            found[0]
            if found
            else self._products.create(
                {"id": PRODUCT, "name": "Monthly gift"}, {"idempotency_key": f"product:{PRODUCT}"}
            )
        )
        if suffix is not None and product.statement_descriptor != suffix:
            self._products.update(PRODUCT, {"statement_descriptor": suffix})


def _price(amount: Money) -> SubscriptionCreateParamsItemPriceData:
    return {
        "product": PRODUCT,
        "currency": amount.currency.lower(),
        "unit_amount": amount.minor,
        "recurring": {"interval": "month"},
    }
