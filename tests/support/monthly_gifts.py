"""Steps of a monthly gift in the Stripe sandbox, as the site takes them."""

from dataclasses import dataclass, field
from typing import Any, Final

import requests
import stripe

from tests.support.stripe_sandbox import RunningSandbox, card_token

DAY: Final = 24 * 3600
HOUR: Final = 3600


def save_card(
    client: stripe.StripeClient, customer: str, card: str = "pm_card_visa", *, token: str | None = None
) -> stripe.SetupIntent:
    """Set a card up for payments without its owner, through a ConfirmationToken."""
    return client.v1.setup_intents.create(
        {
            "customer": customer,
            "usage": "off_session",
            "confirm": True,
            "confirmation_token": token or card_token(client, card),
            "allowed_payment_method_types": ["card"],
        }
    )


def donor(client: stripe.StripeClient, card: str = "pm_card_visa") -> tuple[str, str]:
    """Make a customer with a saved card; give both ids. The card is saved whatever its bank says later."""
    customer = client.v1.customers.create({"name": "Ann Donor", "email": "ann@example.org"})
    method = client.v1.payment_methods.attach(card, {"customer": customer.id})
    return customer.id, method.id


def product(client: stripe.StripeClient) -> str:
    """Find or make the product that all monthly gifts are for."""
    found = client.v1.products.list({"ids": ["monthly-gift"]}).data
    return found[0].id if found else client.v1.products.create({"id": "monthly-gift", "name": "Gift"}).id


def price_data(client: stripe.StripeClient, amount: int, currency: str = "usd") -> Any:  # noqa: ANN401 - a parameter of the SDK's own many types
    """Describe the inline price of a monthly gift."""
    return {
        "product": product(client),
        "currency": currency,
        "unit_amount": amount,
        "recurring": {"interval": "month"},
    }


def subscribe(
    client: stripe.StripeClient,
    giver: tuple[str, str],
    amount: int = 500,
    *,
    currency: str = "usd",
    **more: Any,  # noqa: ANN401 - the SDK's own parameters
) -> stripe.Subscription:
    """Begin a monthly gift of a donor's saved card."""
    parameters: Any = {
        "customer": giver[0],
        "default_payment_method": giver[1],
        "off_session": True,
        "payment_behavior": "allow_incomplete",
        "items": [{"price_data": price_data(client, amount, currency)}],
        "metadata": {"gift": "g1"},
        "expand": ["latest_invoice.payments", "latest_invoice.confirmation_secret"],
    }
    return client.v1.subscriptions.create(parameters | more)


def latest_invoice(subscription: stripe.Subscription) -> stripe.Invoice:
    """Give the expanded latest invoice."""
    invoice = subscription.latest_invoice
    assert isinstance(invoice, stripe.Invoice)
    return invoice


def intent_of(client: stripe.StripeClient, invoice: str) -> stripe.PaymentIntent:
    """Find the PaymentIntent that pays an invoice."""
    payment = client.v1.invoice_payments.list({"invoice": invoice}).data[0].payment
    assert isinstance(payment.payment_intent, str)
    return client.v1.payment_intents.retrieve(payment.payment_intent)


def answer_bank(sandbox: RunningSandbox, client_secret: str | None, *, passed: bool) -> requests.Response:
    """Answer the 3-D Secure dialog, as the cardholder does."""
    return requests.post(
        f"{sandbox.url}/endive/authentication",
        json={"key": sandbox.publishable_key, "client_secret": client_secret, "passed": passed},
        timeout=10,
    )


def replace_card(sandbox: RunningSandbox, method: str, card: str) -> dict[str, Any]:
    """Let the network put another test card behind a saved one."""
    answer = requests.post(
        f"{sandbox.url}/_sandbox/payment_methods/{method}/replace", json={"card": card}, timeout=10
    )
    answer.raise_for_status()
    replaced: dict[str, Any] = answer.json()
    return replaced


def choose_dunning(sandbox: RunningSandbox, after_retries: str) -> None:
    """Choose what follows the last retry."""
    answer = requests.post(
        f"{sandbox.url}/_sandbox/dunning", json={"after_retries": after_retries}, timeout=10
    )
    answer.raise_for_status()


@dataclass
class Telling:
    """The events of one sandbox, read from where the last look ended; Stripe keeps them for 30 days."""

    client: stripe.StripeClient
    seen: set[str] = field(default_factory=set)

    def types(self) -> list[str]:
        """Name what was told since the last look, oldest first; payouts and balances are another matter."""
        return [event.type for event in self.events()]

    def events(self) -> list[stripe.Event]:
        """Give what was told since the last look, oldest first."""
        told = list(self.client.v1.events.list({"limit": 100}).auto_paging_iter())
        fresh = [event for event in reversed(told) if event.id not in self.seen]
        self.seen |= {event.id for event in fresh}
        return [event for event in fresh if not event.type.startswith(("payout.", "balance."))]
