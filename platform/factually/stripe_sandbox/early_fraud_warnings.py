"""Early fraud warnings: a card network says that a payment may be fraud, before any dispute."""

from typing import Final

from factually.stripe_sandbox import events
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, text
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

KIND: Final = "radar.early_fraud_warning"
RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(charge=text(), payment_intent=text())


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/radar/early_fraud_warnings/{early_fraud_warning}."""
    return work.get(KIND, identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/radar/early_fraud_warnings."""
    return page(work, KIND, parameters, "charge", "payment_intent")


def warn(work: Work, charge: Document) -> Document:
    """Let the card network warn of a charge."""
    warning: Document = {
        "id": new_id("issfr"),
        "object": KIND,
        "actionable": not charge["refunded"] and not charge["disputed"],
        "charge": charge["id"],
        "created": work.now,
        "fraud_type": "misc",
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    work.records.save(warning)
    events.emit(work, "radar.early_fraud_warning.created", warning)
    return warning


def act_on(work: Work, charge: Document) -> None:
    """Note on a charge's warnings that nothing can be done any more: it is refunded in full, or disputed."""
    if not charge["refunded"] and not charge["disputed"]:
        return
    for warning in work.records.select(KIND, Selection(equal={"charge": charge["id"], "actionable": True})):
        warning["actionable"] = False
        work.records.save(warning)
        events.emit(work, "radar.early_fraud_warning.updated", warning, {"actionable": True})
