"""Beginning a subscription: its first invoice is finalised at once and, unless told otherwise, charged."""

from typing import Final

from factually.stripe_sandbox import (
    alarms,
    customers,
    events,
    invoice_collecting,
    invoice_drafts,
    invoice_payments,
    payment_intents,
    payment_methods,
    subscription_items,
    subscriptions,
)
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.shapes import (
    EXPAND,
    Shape,
    boolean,
    choice,
    integer,
    list_of,
    merged,
    metadata,
    nested,
    text,
)
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

PAYMENT_SETTINGS: Final = nested(
    Shape(
        {
            "payment_method_types": list_of(choice("card")),
            "save_default_payment_method": choice("off", "on_subscription"),
        }
    )
)
CREATE = Shape(
    {
        "cancel_at": integer(),
        "cancel_at_period_end": boolean,
        "collection_method": choice("charge_automatically"),
        "currency": text(3),
        "customer": text(),
        "default_payment_method": text(),
        "description": text(500),
        "expand": EXPAND,
        "items": list_of(nested(subscription_items.IN_NEW)),
        "metadata": metadata,
        "off_session": boolean,
        "payment_behavior": choice("allow_incomplete", "default_incomplete", "error_if_incomplete"),
        "payment_settings": PAYMENT_SETTINGS,
        "proration_behavior": choice("always_invoice", "create_prorations", "none"),
    },
    required=("customer", "items"),
)
"""No trials, discounts, taxes or schedules: what a gift does not have."""


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/subscriptions: active at once, or incomplete for 23 hours while the first payment is open.

    Raises:
        ApiError: nothing to charge, a card that is not the customer's, or, with `error_if_incomplete`, 402.
    """
    customer = customers.living(work, parameters["customer"], param="customer")
    subscription = _drafted(work, customer, parameters)
    invoice = invoice_drafts.build_for(work, subscription, "subscription_create")
    subscription["latest_invoice"] = invoice["id"]
    subscriptions.save(work, subscription)
    work.records.save(invoice)
    if subscription["cancel_at"] is not None and not subscription["cancel_at_period_end"]:
        alarms.schedule(work, subscription["cancel_at"], "subscription.cancel", subscription["id"])
    expiry = work.now + subscriptions.INCOMPLETE_SECONDS
    alarms.schedule(work, expiry, "subscription.expire", subscription["id"])
    events.emit(work, "customer.subscription.created", subscription)
    events.emit(work, "invoice.created", invoice)
    _pay(work, invoice, parameters.get("payment_behavior", "allow_incomplete"))
    return work.get("subscription", subscription["id"])


def own_method(work: Work, customer: Document, reference: str) -> str:
    """Find a card that a subscription may charge.

    Raises:
        ApiError: it is not one of the customer's saved cards.
    """
    method = payment_methods.by_reference(work, reference, param="default_payment_method")
    if method["customer"] != customer["id"]:
        raise ApiError(
            f"The customer does not have a payment method with the ID {reference}. The payment method must be"
            " attached to the customer.",
            code="resource_missing",
            param="default_payment_method",
        )
    identifier: str = method["id"]
    return identifier


def _drafted(work: Work, customer: Document, parameters: Document) -> Document:
    items = parameters["items"]
    if not items:
        raise ApiError("Name at least one item.", code="parameter_missing", param="items")
    subscription = subscriptions.blank(work, customer, _currency(work, parameters))
    subscription_items.apply(work, subscription, items)
    if "default_payment_method" in parameters:
        subscription["default_payment_method"] = own_method(
            work, customer, parameters["default_payment_method"]
        )
    subscription["description"] = parameters.get("description") or None
    subscription["metadata"] = merged({}, parameters.get("metadata", {}))
    subscription["payment_settings"] |= parameters.get("payment_settings", {})
    subscription["cancel_at"] = parameters.get("cancel_at")
    if parameters.get("cancel_at_period_end"):
        subscription |= {"cancel_at_period_end": True, "canceled_at": work.now}
    subscriptions.enter_period(work, subscription, work.now)
    return subscription


def _currency(work: Work, parameters: Document) -> str:
    """Take the currency of the first item, which `currency` may only repeat."""
    first = parameters["items"][0]
    if "price_data" in first:
        found = str(first["price_data"]["currency"]).lower()
    elif "price" in first:
        found = str(work.get("price", first["price"], param="items[0][price]")["currency"])
    else:
        raise ApiError("Missing required param: price.", code="parameter_missing", param="items[0][price]")
    if parameters.get("currency", found).lower() != found:
        raise ApiError(f"The price is in {found}, not in {parameters['currency']}.", param="currency")
    return found


def _pay(work: Work, invoice: Document, behavior: str) -> None:
    method = invoice_collecting.default_method(work, invoice)
    if behavior == "default_incomplete":
        invoice_collecting.issue(work, invoice)
        _leave_open(work, invoice, method)
        return
    if method is None:
        raise invoice_collecting.no_method()
    invoice_collecting.issue(work, invoice)
    invoice_collecting.collect(work, invoice)
    intent = invoice_payments.intent_of(work, invoice)
    if behavior == "error_if_incomplete" and intent is not None and intent["status"] != "succeeded":
        error = invoice_collecting.refusal(intent)
        error.keeps_work = False
        raise error


def _leave_open(work: Work, invoice: Document, method: Document | None) -> None:
    """Put the saved card behind the intent without charging it: the page confirms with the donor there."""
    intent = invoice_payments.intent_of(work, invoice)
    if intent is not None and method is not None:
        payment_intents.use_method(intent, method)
        work.records.save(intent)
