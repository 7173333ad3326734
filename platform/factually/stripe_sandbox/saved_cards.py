"""PaymentMethods as customers keep them: attached, changed, replaced by the network, detached."""

import copy
from typing import Final

from factually.stripe_sandbox import customers, events, payment_methods
from factually.stripe_sandbox.cards import BY_NAME, Card
from factually.stripe_sandbox.errors import ApiError, missing
from factually.stripe_sandbox.listing import CURSORS, page
from factually.stripe_sandbox.shapes import (
    BILLING_DETAILS,
    EXPAND,
    Shape,
    choice,
    integer,
    merged,
    metadata,
    nested,
    text,
)
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

_REDISPLAY: Final = choice("always", "limited", "unspecified")
CREATE = Shape(
    {
        "allow_redisplay": _REDISPLAY,
        "billing_details": BILLING_DETAILS,
        "card": nested(Shape({"token": text()}, required=("token",))),
        "expand": EXPAND,
        "metadata": metadata,
        "type": choice("card"),
    },
    required=("card", "type"),
)
UPDATE = Shape(
    {
        "allow_redisplay": _REDISPLAY,
        "billing_details": BILLING_DETAILS,
        "card": nested(Shape({"exp_month": integer(1, 12), "exp_year": integer()})),
        "expand": EXPAND,
        "metadata": metadata,
    }
)
ATTACH = Shape({"customer": text(), "expand": EXPAND}, required=("customer",))
DETACH = Shape({"expand": EXPAND})
RETRIEVE = Shape({"expand": EXPAND})
_FILTERS: Final = {"allow_redisplay": _REDISPLAY, "type": choice("card")}
LIST = Shape({**CURSORS, **_FILTERS, "customer": text()})
LIST_OF_CUSTOMER = Shape({**CURSORS, **_FILTERS})


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/payment_methods: of a test token such as `tok_visa`; numbers stay out of servers.

    Raises:
        ApiError: an unknown token.
    """
    reference = parameters["card"]["token"]
    card = BY_NAME.get(reference.replace("tok_", "pm_card_", 1))
    if card is None:
        raise missing("token", reference, param="card[token]")
    method = payment_methods.build(
        work,
        card,
        parameters.get("billing_details", {}),
        expires=payment_methods.test_expiry(work.now),
    )
    _apply(method, {name: value for name, value in parameters.items() if name != "card"})
    work.records.save(method)
    return method


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/payment_methods/{payment_method}."""
    return work.get("payment_method", identifier)


def retrieve_of_customer(work: Work, _parameters: Document, customer: str, identifier: str) -> Document:
    """GET /v1/customers/{customer}/payment_methods/{payment_method}.

    Raises:
        ApiError: `resource_missing`, also for another customer's card.
    """
    method = work.get("payment_method", identifier)
    if method["customer"] != customers.living(work, customer)["id"]:
        raise missing("payment_method", identifier)
    return method


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/payment_methods."""
    return page(work, "payment_method", parameters, "allow_redisplay", "customer", "type")


def list_of_customer(work: Work, parameters: Document, customer: str) -> Document:
    """GET /v1/customers/{customer}/payment_methods."""
    owner = customers.living(work, customer)["id"]
    return page(
        work, "payment_method", {**parameters, "customer": owner}, "allow_redisplay", "customer", "type"
    )


def attach(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/payment_methods/{payment_method}/attach: the bank is asked whether the card is good.

    Raises:
        ApiError: 402 where it is not; 400 where the card is another's or was detached.
    """
    customer = customers.living(work, parameters["customer"], param="customer")
    method = payment_methods.by_reference(work, identifier, param="payment_method")
    decline = payment_methods.card_of(method).setup_decline
    if decline is not None:
        raise ApiError(
            decline.message,
            status=402,
            type="card_error",
            code=decline.code,
            decline_code=decline.decline_code if decline.code == "card_declined" else None,
        )
    payment_methods.attach(work, method, customer["id"])
    events.emit(work, "payment_method.attached", method)
    return method


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/payment_methods/{payment_method}.

    Raises:
        ApiError: the card is not a customer's.
    """
    method = work.get("payment_method", identifier)
    if method["customer"] is None:
        raise ApiError("You must save this PaymentMethod to a customer before you can update it.")
    before = copy.deepcopy(method)
    _apply(method, parameters)
    work.records.save(method)
    events.emit(work, "payment_method.updated", method, events.changed(before, method))
    return method


def detach(work: Work, _parameters: Document, identifier: str) -> Document:
    """POST /v1/payment_methods/{payment_method}/detach: it can never be used or attached again.

    Raises:
        ApiError: the card is not a customer's.
    """
    method = work.get("payment_method", identifier)
    customer = method["customer"]
    if customer is None:
        raise ApiError(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    method |= {"customer": None, "_detached": True}
    work.records.save(method)
    _forget_as_default(work, customer, identifier)
    events.emit(work, "payment_method.detached", method, {"customer": customer})
    return method


def replace_by_network(work: Work, identifier: str, card: Card, expires: tuple[int, int]) -> Document:
    """Put a new card behind a saved one, as Visa and Mastercard tell Stripe when a bank issues it.

    `expires` is (month, year); the behaviour of the new card counts from now on.
    """
    method = work.get("payment_method", identifier)
    before = copy.deepcopy(method)
    method["card"] = payment_methods.card_facts(card, method["billing_details"], expires=expires)
    method["_number"] = card.number
    work.records.save(method)
    events.emit(work, "payment_method.automatically_updated", method, events.changed(before, method))
    return method


def _apply(method: Document, parameters: Document) -> None:
    if "allow_redisplay" in parameters:
        method["allow_redisplay"] = parameters["allow_redisplay"]
    if "billing_details" in parameters:
        details = {**method["billing_details"], **parameters["billing_details"]}
        method["billing_details"] = payment_methods.full_billing_details(details)
    if "metadata" in parameters:
        method["metadata"] = merged(method["metadata"], parameters["metadata"])
    method["card"] |= parameters.get("card", {})


def _forget_as_default(work: Work, customer_id: str, method: str) -> None:
    customer = work.get("customer", customer_id)
    if customer["invoice_settings"]["default_payment_method"] == method:
        before = {"invoice_settings": copy.deepcopy(customer["invoice_settings"])}
        customer["invoice_settings"]["default_payment_method"] = None
        work.records.save(customer)
        events.emit(work, "customer.updated", customer, before)
    chosen = Selection(equal={"customer": customer_id, "default_payment_method": method})
    for subscription in work.records.select("subscription", chosen):
        subscription["default_payment_method"] = None
        work.records.save(subscription)
        events.emit(work, "customer.subscription.updated", subscription, {"default_payment_method": method})
