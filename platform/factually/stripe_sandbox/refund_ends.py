"""How a refund that is not yet certain ends: succeeded, failed, cancelled, or waiting for the customer."""

from typing import Final

from factually.stripe_sandbox import alarms, balance_transactions, events, refunds
from factually.stripe_sandbox.balance_transactions import Movement
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.shapes import EXPAND, Shape
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

CANCEL = EXPIRE = Shape({"expand": EXPAND})
EXPIRY: Final = "refund.expire"
"""The alarm at which the customer's time to answer is over."""
_RETURNING: Final = ("failed", "canceled")
_FORCED: Final = ("failed", "pending", "requires_action", "succeeded")
_DAYS_TO_ACT: Final = 30


def cancel(work: Work, _parameters: Document, identifier: str) -> Document:
    """POST /v1/refunds/{refund}/cancel: only while the customer's answer is awaited.

    Raises:
        ApiError: another status.
    """
    refund = _awaited(work, identifier, "canceled")
    _end(work, refund, "canceled")
    return refund


def expire(work: Work, _parameters: Document, identifier: str) -> Document:
    """POST /v1/test_helpers/refunds/{refund}/expire: the customer never answered.

    Raises:
        ApiError: another status.
    """
    refund = _awaited(work, identifier, "expired")
    _end(work, refund, "failed", failure_reason="expired_or_canceled_card")
    return refund


def run_out(work: Work, identifier: str) -> None:
    """Let a refund fail for which the customer should have answered by now."""
    refund = work.get("refund", identifier)
    if refund["status"] == "requires_action":
        _end(work, refund, "failed", failure_reason="expired_or_canceled_card")


def settle(work: Work, identifier: str) -> None:
    """End a refund as its test card says."""
    refund = work.get("refund", identifier)
    outcome = refund.pop("_ends_as", None)
    if outcome is not None:
        _end(work, refund, outcome)


def force(work: Work, refund: Document, status: str) -> None:
    """Bring a refund of captured money into another state, as a bank might.

    Raises:
        ApiError: no such state, or the refund's end is final.
    """
    if status not in _FORCED:
        raise ApiError(f"status must be one of {', '.join(_FORCED)}", param="status")
    if refund["balance_transaction"] is None or refund["status"] in (*_RETURNING, status):
        raise ApiError(f"A refund with status {refund['status']} cannot become {status}.", param="status")
    refund.pop("_ends_as", None)
    alarms.unschedule(work, refunds.SETTLEMENT, refund["id"])
    _end(work, refund, status)


def _awaited(work: Work, identifier: str, verb: str) -> Document:
    refund = work.get("refund", identifier)
    if refund["status"] != "requires_action":
        raise ApiError(
            f"This refund could not be {verb} because it has a status of {refund['status']}; only one that"
            " requires action can be.",
            code="refund_unexpected_state",
        )
    return refund


def _end(work: Work, refund: Document, status: str, *, failure_reason: str = "lost_or_stolen_card") -> None:
    before = {"status": refund["status"]}
    refund["status"] = status
    for name in ("next_action", "pending_reason"):
        refund.pop(name, None)
    if status == "pending":
        refund["pending_reason"] = "processing"
    if status == "requires_action":
        refund["next_action"] = _asked(work)
        alarms.schedule(work, refund["next_action"]["display_details"]["expires_at"], EXPIRY, refund["id"])
    if status in _RETURNING:
        _return(work, refund)
    if status == "failed":
        refund["failure_reason"] = failure_reason
    work.records.save(refund)
    events.emit(work, "refund.updated", refund, before)
    if status == "failed":
        events.emit(work, "refund.failed", refund, before)


def _return(work: Work, refund: Document) -> None:
    """Give the money back to the balance: it never reached the customer."""
    amount = balance_transactions.converted(refund, refund["amount"])
    movement = Movement("refund_failure", amount, at_once=True)
    returned = balance_transactions.record(work, refund, movement, converted_from=refund["currency"])
    refund["failure_balance_transaction"] = returned["id"]
    charge = work.get("charge", refund["charge"])
    refunds.count(charge, -refund["amount"])
    work.records.save(charge)


def _asked(work: Work) -> Document:
    expires_at = work.now + _DAYS_TO_ACT * 24 * 3600
    return {
        "type": "display_details",
        "display_details": {
            "email_sent": {"email_sent_at": work.now, "email_sent_to": "donor@example.org"},
            "expires_at": expires_at,
        },
    }
