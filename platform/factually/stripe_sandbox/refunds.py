"""Refunds: of captured money, and the release of a hold, which Stripe words as a refund too.

How a refund that is not yet certain ends stands in `refund_ends`.
"""

from typing import Final

from factually.stripe_sandbox import alarms, balance_transactions, disputing, early_fraud_warnings, events
from factually.stripe_sandbox.balance_transactions import Movement
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id, random_text
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.payment_methods import card_of
from factually.stripe_sandbox.shapes import EXPAND, Shape, choice, integer, merged, metadata, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

CREATE = Shape(
    {
        "amount": integer(1),
        "charge": text(),
        "expand": EXPAND,
        "metadata": metadata,
        "payment_intent": text(),
        "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
    }
)
UPDATE = Shape({"expand": EXPAND, "metadata": metadata})
RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(charge=text(), payment_intent=text())
SETTLEMENT: Final = "refund.settle"
"""The alarm at which a refund ends as its test card says."""
_SETTLING_SECONDS: Final = 3600
"""How long the test cards that change their mind about a refund wait: Stripe says "some time later"."""


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/refunds: at most what was captured and is not yet refunded.

    Raises:
        ApiError: nothing named, nothing captured, nothing left, or more than is left.
    """
    charge = _named_charge(work, parameters)
    left = charge["amount_captured"] - charge.get("_refunded", 0)
    amount = parameters.get("amount", left)
    _check(charge, amount, left)
    disputing.refuse_refund(work, charge)
    refund = build(work, charge, amount, reason=parameters.get("reason"))
    refund["metadata"] = merged({}, parameters.get("metadata", {}))
    _await_end(work, refund, charge)
    movement = Movement("refund", -balance_transactions.converted(refund, amount))
    transaction = balance_transactions.record(work, refund, movement, converted_from=refund["currency"])
    refund["balance_transaction"] = transaction["id"]
    work.records.save(refund)
    if refund["reason"] == "fraudulent":
        charge["fraud_details"] = {"user_report": "fraudulent"}
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    count(charge, amount)
    work.records.save(charge)
    events.emit(work, "refund.created", refund)
    events.emit(work, "charge.refunded", charge, before)
    early_fraud_warnings.act_on(work, charge)
    disputing.end_inquiries(work, charge)
    return refund


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/refunds/{refund}."""
    return work.get("refund", identifier)


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/refunds/{refund}: metadata only."""
    refund = work.get("refund", identifier)
    if "metadata" in parameters:
        before = {"metadata": refund["metadata"]}
        refund["metadata"] = merged(refund["metadata"], parameters["metadata"])
        work.records.save(refund)
        events.emit(work, "refund.updated", refund, before)
    return refund


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/refunds."""
    return page(work, "refund", parameters, "charge", "payment_intent")


def included(work: Work, charge: Document) -> Document:
    """Give `charge.refunds`, which a charge has only where it is expanded: the newest ten."""
    listed = page(work, "refund", {"charge": charge["id"]}, "charge")
    return {**listed, "url": f"/v1/charges/{charge['id']}/refunds"}


def build(work: Work, charge: Document, amount: int, *, reason: str | None) -> Document:
    """Make and save a refund that succeeded, without touching charge or balance."""
    refund: Document = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "destination_details": {
            "card": {
                "reference": random_text(15).upper(),
                "reference_status": "available",
                "reference_type": "acquirer_reference_number",
                "type": "refund" if charge["captured"] else "reversal",
            },
            "type": "card",
        },
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    work.records.save(refund)
    return refund


def _await_end(work: Work, refund: Document, charge: Document) -> None:
    """Let a refund on one of the test cards that change their mind wait for its end."""
    card = card_of(work.get("payment_method", charge["payment_method"]))
    if card.refund == "succeeds":
        return
    refund["_ends_as"] = "failed" if card.refund == "fails_later" else "succeeded"
    alarms.schedule(work, work.now + _SETTLING_SECONDS, SETTLEMENT, refund["id"])
    if card.refund == "succeeds_later":
        refund |= {"status": "pending", "pending_reason": "processing"}


def _named_charge(work: Work, parameters: Document) -> Document:
    if "charge" in parameters:
        return work.get("charge", parameters["charge"], param="charge")
    if "payment_intent" not in parameters:
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )
    intent = work.get("payment_intent", parameters["payment_intent"], param="payment_intent")
    if intent["latest_charge"] is None:
        raise ApiError(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
        )
    return work.get("charge", intent["latest_charge"])


def _check(charge: Document, amount: int, left: int) -> None:
    if not charge["captured"]:
        raise ApiError(
            f"Charge {charge['id']} has not been captured, so it cannot be refunded. Cancel its"
            " PaymentIntent instead.",
            code="charge_not_refundable",
        )
    if left == 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise ApiError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )


def count(charge: Document, amount: int) -> None:
    """Note on a charge that more of it, or less, is refunded."""
    charge["_refunded"] = charge.get("_refunded", 0) + amount
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
