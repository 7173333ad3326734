"""The end of a hold: captured, cancelled, or lapsed."""

from typing import Final

from factually.stripe_sandbox import (
    aftermath,
    charges,
    currencies,
    descriptors,
    events,
    payment_intents,
    refunds,
)
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.shapes import EXPAND, Shape, boolean, choice, integer, merged, metadata, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

CAPTURE = Shape(
    {
        "amount_to_capture": integer(1),
        "expand": EXPAND,
        "final_capture": boolean,
        "metadata": metadata,
        "statement_descriptor": text(22),
        "statement_descriptor_suffix": text(22),
    }
)
CANCEL = Shape(
    {
        "cancellation_reason": choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
        "expand": EXPAND,
    }
)
_CANCELABLE: Final = (
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "requires_capture",
)


def capture(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/payment_intents/{intent}/capture: once, up to what is held; the rest is released.

    Raises:
        ApiError: nothing held, too much asked, or the hold is over.
    """
    intent = work.get("payment_intent", identifier)
    if intent["status"] != "requires_capture":
        raise payment_intents.unexpected_state(intent, "captured")
    charge = work.get("charge", intent["latest_charge"])
    if charge["payment_method_details"]["card"]["capture_before"] <= work.now:
        raise ApiError("The hold on this card has expired.", code="charge_expired_for_capture")
    amount: int = parameters.get("amount_to_capture") or intent["amount_capturable"]
    if amount > intent["amount_capturable"]:
        raise ApiError(
            f"The amount to capture ({amount}) is more than the amount capturable"
            f" ({intent['amount_capturable']}).",
            code="amount_too_large",
            param="amount_to_capture",
        )
    currencies.check_step(amount, intent["currency"], "amount_to_capture")
    if "metadata" in parameters:
        intent["metadata"] = merged(intent["metadata"], parameters["metadata"])
    descriptors.check(parameters)
    if "statement_descriptor_suffix" in parameters:
        intent["statement_descriptor_suffix"] = parameters["statement_descriptor_suffix"] or None
    released = charge["amount"] - amount
    before = {
        name: charge[name]
        for name in ("amount_captured", "amount_refunded", "balance_transaction", "captured")
    }
    charge |= {"captured": True, "amount_captured": amount, "amount_refunded": released}
    charges.book(work, charge)
    intent |= {"status": "succeeded", "amount_capturable": 0, "amount_received": amount}
    work.records.save(intent)
    events.emit(work, "charge.captured", charge, before)
    events.emit(work, "payment_intent.succeeded", intent)
    aftermath.follow(work, charge)
    return intent


def cancel(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/payment_intents/{intent}/cancel: a hold is released, which Stripe tells as a refund.

    Raises:
        ApiError: it ended already.
    """
    intent = work.get("payment_intent", identifier)
    if intent["status"] not in _CANCELABLE:
        raise payment_intents.unexpected_state(intent, "canceled")
    if intent["status"] == "requires_capture":
        _release(work, intent, "charge.refunded", reason=None)
    payment_intents.end(work, intent, parameters.get("cancellation_reason"))
    return intent


def lapse(work: Work, identifier: str) -> None:
    """End a hold that nobody captured in time, as Stripe does at `capture_before`."""
    intent = work.get("payment_intent", identifier)
    if intent["status"] != "requires_capture":
        return
    _release(work, intent, "charge.expired", reason="expired_uncaptured_charge")
    payment_intents.end(work, intent, "automatic")


def _release(work: Work, intent: Document, event: str, *, reason: str | None) -> None:
    charge = work.get("charge", intent["latest_charge"])
    refunds.build(work, charge, charge["amount"], reason=reason)
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    charge |= {"amount_refunded": charge["amount"], "refunded": True}
    work.records.save(charge)
    events.emit(work, event, charge, before)
