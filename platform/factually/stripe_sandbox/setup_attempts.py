"""SetupAttempts: one try to set a card up, kept whether it succeeded or not."""

from dataclasses import dataclass
from typing import Final

from factually.stripe_sandbox import charges
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import Shape, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

LIST = Shape(list_shape(setup_intent=text()).fields, required=("setup_intent",))
_COPIED: Final = (
    "brand",
    "checks",
    "country",
    "exp_month",
    "exp_year",
    "fingerprint",
    "funding",
    "last4",
    "wallet",
)


@dataclass(frozen=True)
class Outcome:
    """How a try ended: Stripe's status, the error if it failed, and whether the cardholder was asked."""

    status: str
    error: Document | None = None
    authenticated: bool = False


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/setup_attempts."""
    return page(work, "setup_attempt", parameters, "setup_intent")


def record(work: Work, intent: Document, method: Document, outcome: Outcome) -> Document:
    """Write one try down; the answer to 3-D Secure ends the try that asked for it."""
    facts = {name: method["card"][name] for name in _COPIED}
    attempt: Document = {
        "id": new_id("setatt"),
        "object": "setup_attempt",
        "application": None,
        "attach_to_self": False,
        "created": work.now,
        "customer": intent["customer"],
        "customer_account": None,
        "flow_directions": None,
        "livemode": False,
        "on_behalf_of": None,
        "payment_method": method["id"],
        "payment_method_details": {
            "type": "card",
            "card": {
                **facts,
                "network": facts["brand"],
                "three_d_secure": _authentication() if outcome.authenticated else None,
            },
        },
        "setup_error": outcome.error,
        "setup_intent": intent["id"],
        "status": outcome.status,
        "usage": intent["usage"],
    }
    if intent["status"] == "requires_action":
        attempt["id"] = intent["latest_attempt"]
    work.records.save(attempt)
    return attempt


def _authentication() -> Document:
    """Describe it as a charge does, without what only a payment can be exempt from."""
    return {name: value for name, value in charges.authentication().items() if "exemption" not in name}
