"""PaymentIntents: creation, change and reading; confirmation and end have modules of their own."""

import hmac
from typing import Final

from factually.stripe_sandbox import currencies, customers, descriptors, events, payment_methods, searching
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id, random_text
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import (
    EXPAND,
    SHIPPING,
    Reader,
    Shape,
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

CAPTURE_METHODS: Final = ("automatic", "automatic_async", "manual")

_CARD_OPTIONS = nested(
    Shape(
        {
            "card": nested(
                Shape({"request_three_d_secure": choice("any", "automatic", "challenge")}),
            )
        }
    )
)
CHANGEABLE: dict[str, Reader] = {
    "amount": integer(),
    "currency": text(3),
    "customer": text(),
    "description": text(1000),
    "expand": EXPAND,
    "metadata": metadata,
    "payment_method": text(),
    "payment_method_options": _CARD_OPTIONS,
    "allowed_payment_method_types": list_of(text()),
    "receipt_email": text(),
    "setup_future_usage": choice("", "off_session", "on_session"),
    "shipping": SHIPPING,
    "statement_descriptor": text(22),
    "statement_descriptor_suffix": text(22),
    "transfer_group": text(),
}
UPDATE = Shape({**CHANGEABLE, "capture_method": choice(*CAPTURE_METHODS)})
RETRIEVE = Shape({"client_secret": text(), "expand": EXPAND})
LIST = list_shape(customer=text())
SEARCH = searching.shape()
_UNSET: Final = (
    "application",
    "application_fee_amount",
    "canceled_at",
    "cancellation_reason",
    "customer",
    "customer_account",
    "description",
    "excluded_payment_method_types",
    "last_payment_error",
    "latest_charge",
    "next_action",
    "on_behalf_of",
    "payment_method",
    "payment_method_configuration_details",
    "processing",
    "receipt_email",
    "review",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)
"""Fields that are null until something fills them."""
_NO_CARD_OPTIONS: Final = dict.fromkeys(("installments", "mandate_options", "network"))
LAPSE: Final = "payment_intent.lapse"
"""The alarm at which a hold is over."""
_OPEN: Final = ("requires_payment_method", "requires_confirmation", "requires_action")
_MONEY_FIELDS: Final = (
    "amount",
    "currency",
    "capture_method",
    "payment_method",
    "allowed_payment_method_types",
)


def retrieve(work: Work, parameters: Document, identifier: str) -> Document:
    """GET /v1/payment_intents/{intent}.

    Raises:
        ApiError: `resource_missing`, also for a wrong `client_secret`.
    """
    intent = work.get("payment_intent", identifier)
    if "client_secret" in parameters:
        check_client_secret(intent, parameters["client_secret"])
    return intent


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/payment_intents."""
    return page(work, "payment_intent", parameters, "customer")


def search(work: Work, parameters: Document) -> Document:
    """GET /v1/payment_intents/search."""
    return searching.search(
        work, "payment_intent", parameters, ("amount", "created", "currency", "customer", "status")
    )


def build(work: Work, parameters: Document) -> Document:
    """Make and save an unconfirmed intent.

    Raises:
        ApiError: an amount, currency, customer or descriptor that Stripe refuses.
    """
    identifier = new_id("pi")
    automatic = parameters.get("automatic_payment_methods")
    if automatic is None and "allowed_payment_method_types" not in parameters:
        automatic = {"enabled": True}
    intent: Document = {
        **dict.fromkeys(_UNSET),
        "id": identifier,
        "object": "payment_intent",
        "allowed_payment_method_types": parameters.get("allowed_payment_method_types"),
        "amount": 0,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "automatic_payment_methods": None
        if automatic is None
        else {"allow_redirects": automatic.get("allow_redirects", "always"), "enabled": automatic["enabled"]},
        "capture_method": parameters.get("capture_method", "automatic_async"),
        "client_secret": f"{identifier}_secret_{random_text(25)}",
        "confirmation_method": parameters.get("confirmation_method", "automatic"),
        "created": work.now,
        "currency": "",
        "livemode": False,
        "metadata": {},
        "payment_method_options": {"card": {**_NO_CARD_OPTIONS, "request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }
    apply(work, intent, parameters)
    work.records.save(intent)
    events.emit(work, "payment_intent.created", intent)
    return intent


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/payment_intents/{intent}: the money only while nothing is held or ended.

    Raises:
        ApiError: `payment_intent_unexpected_state`.
    """
    intent = work.get("payment_intent", identifier)
    if intent["status"] not in _OPEN:
        locked = [name for name in _MONEY_FIELDS if name in parameters]
        if locked or intent["status"] == "canceled":
            raise unexpected_state(intent, f"updated ({', '.join(locked) or 'anything'})")
    apply(work, intent, parameters)
    if "capture_method" in parameters:
        intent["capture_method"] = parameters["capture_method"]
    work.records.save(intent)
    return intent


def apply(work: Work, intent: Document, parameters: Document) -> None:
    """Write given parameters into an intent, each checked against the others."""
    money = {**intent, **parameters}
    amount, currency = int(money["amount"]), str(money["currency"]).lower()
    currencies.check_amount(amount, currency)
    intent |= {"amount": amount, "currency": currency}
    if "customer" in parameters:
        intent["customer"] = customers.living(work, parameters["customer"], param="customer")["id"]
    # Since endive this parameter stands for the former `payment_method_types`.
    if any(name != "card" for name in parameters.get("allowed_payment_method_types", [])):
        raise ApiError(
            "This sandbox covers the payment method type card only.", param="allowed_payment_method_types"
        )
    descriptors.check(parameters)
    for name in (
        "description",
        "receipt_email",
        "setup_future_usage",
        "shipping",
        "statement_descriptor_suffix",
        "transfer_group",
    ):
        if name in parameters:
            intent[name] = parameters[name] or None
    if "metadata" in parameters:
        intent["metadata"] = merged(intent["metadata"], parameters["metadata"])
    intent["payment_method_options"]["card"] |= (parameters.get("payment_method_options") or {}).get(
        "card", {}
    )
    if "payment_method" in parameters:
        method = payment_methods.by_reference(work, parameters["payment_method"], param="payment_method")
        use_method(intent, method)


def use_method(intent: Document, method: Document) -> None:
    """Put a card behind an intent, which then waits for confirmation.

    Raises:
        ApiError: the card is detached, or belongs to another customer.
    """
    payment_methods.check_usable(method, intent["customer"])
    intent |= {"payment_method": method["id"], "status": "requires_confirmation", "next_action": None}


def check_client_secret(intent: Document, secret: str) -> None:
    """Compare a client secret in constant time.

    Raises:
        ApiError: it is another intent's.
    """
    if not hmac.compare_digest(intent["client_secret"].encode(), secret.encode()):
        raise ApiError(
            "The client_secret provided does not match the client_secret associated with the PaymentIntent.",
            code="resource_missing",
            param="client_secret",
            status=404,
        )


def end(work: Work, intent: Document, reason: str | None) -> None:
    """Cancel an intent for good."""
    intent |= {
        "status": "canceled",
        "canceled_at": work.now,
        "cancellation_reason": reason,
        "amount_capturable": 0,
        "next_action": None,
    }
    work.records.save(intent)
    events.emit(work, "payment_intent.canceled", intent)


def unexpected_state(intent: Document, verb: str) -> ApiError:
    """Say that an intent's status does not allow this, with the intent, as Stripe does."""
    return ApiError(
        f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        attached={"payment_intent": intent},
    )
