"""SetupIntents: a card to be kept for later payments; created, changed, read and cancelled here."""

import hmac
from typing import Final

from factually.stripe_sandbox import customers, events, payment_methods
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id, random_text
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import (
    EXPAND,
    Reader,
    Shape,
    choice,
    list_of,
    merged,
    metadata,
    nested,
    text,
)
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

CHANGEABLE: Final[dict[str, Reader]] = {
    "allowed_payment_method_types": list_of(choice("card")),
    "customer": text(),
    "description": text(1000),
    "expand": EXPAND,
    "metadata": metadata,
    "payment_method": text(),
    "payment_method_options": nested(
        Shape(
            {"card": nested(Shape({"request_three_d_secure": choice("any", "automatic", "challenge")}))},
        )
    ),
}
UPDATE = Shape(CHANGEABLE)
RETRIEVE = Shape({"client_secret": text(), "expand": EXPAND})
LIST = list_shape(customer=text(), payment_method=text())
CANCEL = Shape(
    {"cancellation_reason": choice("abandoned", "duplicate", "requested_by_customer"), "expand": EXPAND}
)
OPEN: Final = ("requires_payment_method", "requires_confirmation", "requires_action")
"""The states from which an intent can be changed, confirmed or cancelled."""
_UNSET: Final = (
    "application",
    "cancellation_reason",
    "customer",
    "customer_account",
    "description",
    "excluded_payment_method_types",
    "flow_directions",
    "last_setup_error",
    "latest_attempt",
    "managed_payments",
    "mandate",
    "next_action",
    "on_behalf_of",
    "payment_method",
    "payment_method_configuration_details",
    "single_use_mandate",
)
"""Fields that are null until something fills them."""


def build(work: Work, parameters: Document) -> Document:
    """Make and save an unconfirmed intent.

    Raises:
        ApiError: an unknown customer or card.
    """
    identifier = new_id("seti")
    automatic = parameters.get("automatic_payment_methods")
    if automatic is None and "allowed_payment_method_types" not in parameters:
        automatic = {"enabled": True}
    intent: Document = {
        **dict.fromkeys(_UNSET),
        "id": identifier,
        "object": "setup_intent",
        "allowed_payment_method_types": None,
        "automatic_payment_methods": None
        if automatic is None
        else {"allow_redirects": automatic.get("allow_redirects", "always"), "enabled": automatic["enabled"]},
        "client_secret": f"{identifier}_secret_{random_text(25)}",
        "created": work.now,
        "livemode": False,
        "metadata": {},
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": parameters.get("usage", "off_session"),
    }
    apply(work, intent, parameters)
    work.records.save(intent)
    events.emit(work, "setup_intent.created", intent)
    return intent


def retrieve(work: Work, parameters: Document, identifier: str) -> Document:
    """GET /v1/setup_intents/{intent}.

    Raises:
        ApiError: `resource_missing`, also for a wrong `client_secret`.
    """
    intent = work.get("setup_intent", identifier)
    if "client_secret" in parameters:
        check_client_secret(intent, parameters["client_secret"])
    return intent


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/setup_intents."""
    return page(work, "setup_intent", parameters, "customer", "payment_method")


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/setup_intents/{intent}: nothing but metadata once it ended.

    Raises:
        ApiError: `setup_intent_unexpected_state`.
    """
    intent = work.get("setup_intent", identifier)
    if intent["status"] not in OPEN and set(parameters) - {"expand", "metadata"}:
        raise unexpected_state(intent, "updated")
    apply(work, intent, parameters)
    work.records.save(intent)
    return intent


def cancel(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/setup_intents/{intent}/cancel.

    Raises:
        ApiError: it ended already.
    """
    intent = work.get("setup_intent", identifier)
    if intent["status"] not in OPEN:
        raise unexpected_state(intent, "canceled")
    intent |= {
        "status": "canceled",
        "cancellation_reason": parameters.get("cancellation_reason"),
        "next_action": None,
    }
    work.records.save(intent)
    events.emit(work, "setup_intent.canceled", intent)
    return intent


def apply(work: Work, intent: Document, parameters: Document) -> None:
    """Write given parameters into an intent."""
    if "customer" in parameters:
        intent["customer"] = customers.living(work, parameters["customer"], param="customer")["id"]
    if "allowed_payment_method_types" in parameters:
        intent["allowed_payment_method_types"] = parameters["allowed_payment_method_types"] or None
    if "description" in parameters:
        intent["description"] = parameters["description"] or None
    if "metadata" in parameters:
        intent["metadata"] = merged(intent["metadata"], parameters["metadata"])
    options = parameters.get("payment_method_options") or {}
    intent["payment_method_options"]["card"] |= options.get("card", {})
    if "payment_method" in parameters:
        use_method(
            intent, payment_methods.by_reference(work, parameters["payment_method"], param="payment_method")
        )


def use_method(intent: Document, method: Document) -> None:
    """Put a card behind an intent, which then waits for confirmation.

    Raises:
        ApiError: the card belongs to another customer, or was detached.
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
            "The client_secret provided does not match the client_secret associated with the SetupIntent.",
            code="resource_missing",
            param="client_secret",
            status=404,
        )


def unexpected_state(intent: Document, verb: str) -> ApiError:
    """Say that an intent's status does not allow this, with the intent, as Stripe does."""
    return ApiError(
        f"This SetupIntent could not be {verb} because it has a status of {intent['status']}.",
        code="setup_intent_unexpected_state",
        attached={"setup_intent": intent},
    )
