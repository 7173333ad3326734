"""What a cardholder's bank does: it disputes a charge or asks about it, and decides on our evidence.

A dispute takes its amount and a fee out of the balance when it opens; won, the amount comes back, the fee
does not. An inquiry only asks, and takes nothing unless it becomes a dispute.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from factually.stripe_sandbox import alarms, balance_transactions, early_fraud_warnings, events
from factually.stripe_sandbox.balance_transactions import Fee, Movement
from factually.stripe_sandbox.dispute_evidence import blank
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

FEE: Final = Fee(1500, "Dispute fee")
"""What Stripe charges in the United States for a dispute, won or lost."""
DEADLINE: Final = "dispute.deadline"
"""The alarm at which the time for evidence is over."""
DECISION: Final = "dispute.decision"
"""The alarm at which the bank decides on evidence."""
REASONS: Final = {
    "credit_not_processed": "13.7",
    "duplicate": "12.6.1",
    "fraudulent": "10.4",
    "general": "10.4",
    "product_not_received": "13.1",
    "product_unacceptable": "13.3",
    "subscription_canceled": "13.2",
    "unrecognized": "10.4",
}
"""Reasons that can be forced, with Visa's reason code."""
_DAYS_FOR_EVIDENCE: Final = 9
_DAYS_FOR_INQUIRY: Final = 20
_DAYS_OF_BANK: Final = 60
_SOON: Final = 3600
_ANSWERS: Final = {
    "winning_evidence": "won",
    "losing_evidence": "lost",
    "escalate_inquiry_evidence": "needs_response",
}
"""Stripe's test words for `uncategorized_text`: the bank then decides so, and soon."""
OPEN: Final = ("needs_response", "warning_needs_response")
_WAITING: Final = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}
_ENDS: Final = ("won", "lost", "warning_closed")


def open_by(work: Work, charge: Document, *, reason: str, inquiry: bool = False) -> Document:
    """Let the cardholder's bank dispute what is left of a captured charge, or ask about it.

    Raises:
        ApiError: nothing was captured, nothing is left, or it is disputed already.
    """
    amount = charge["amount_captured"] - charge.get("_refunded", 0)
    if amount <= 0:
        raise ApiError(f"Charge {charge['id']} has nothing left to dispute.", param="charge")
    if charge["disputed"]:
        raise ApiError(f"Charge {charge['id']} is disputed already.", code="charge_disputed", param="charge")
    dispute = _build(work, charge, amount, reason)
    dispute["payment_method_details"]["card"]["case_type"] = "inquiry" if inquiry else "chargeback"
    dispute["status"] = "warning_needs_response" if inquiry else "needs_response"
    _set_deadline(work, dispute, _DAYS_FOR_INQUIRY if inquiry else _DAYS_FOR_EVIDENCE)
    work.records.save(dispute)
    charge["disputed"] = True
    work.records.save(charge)
    events.emit(work, "charge.dispute.created", dispute)
    if not inquiry:
        _withdraw(work, dispute)
    early_fraud_warnings.act_on(work, charge)
    return dispute


def submit(work: Work, dispute: Document) -> None:
    """Hand the evidence to the bank, which answers soon to a test word and else after weeks."""
    details = dispute["evidence_details"]
    dispute["evidence_details"] = {
        **details,
        "due_by": None,
        "submission_count": details["submission_count"] + 1,
    }
    dispute["status"] = _WAITING[dispute["status"]]
    alarms.unschedule(work, DEADLINE, dispute["id"])
    wait = _SOON if _answer(dispute) else _DAYS_OF_BANK * 24 * 3600
    alarms.schedule(work, work.now + wait, DECISION, dispute["id"])


def give_in(work: Work, dispute: Document) -> None:
    """End a dispute that nobody contests: it is lost; an inquiry closes."""
    _end(work, dispute, _given_in(dispute))


def run_out(work: Work, identifier: str) -> None:
    """End a dispute that nobody answered by `due_by`."""
    dispute = work.get("dispute", identifier)
    if dispute["status"] in OPEN:
        dispute["evidence_details"]["past_due"] = True
        give_in(work, dispute)


def rule(work: Work, identifier: str) -> None:
    """Let the bank decide on the evidence: by Stripe's test words, else against us."""
    dispute = work.get("dispute", identifier)
    if dispute["status"] in _WAITING.values():
        decide(work, dispute, _answer(dispute) or _given_in(dispute))


def decide(work: Work, dispute: Document, outcome: str) -> None:
    """Let the bank decide now: `won`, `lost`, and for an inquiry `warning_closed` or `needs_response`.

    Raises:
        ApiError: an outcome that this dispute cannot have.
    """
    inquiry = dispute["status"].startswith("warning_")
    possible = ("needs_response", "warning_closed") if inquiry else ("won", "lost")
    if dispute["status"] in _ENDS or outcome not in possible:
        raise ApiError(f"A dispute with status {dispute['status']} cannot become {outcome}.", param="outcome")
    if outcome == "needs_response":
        _escalate(work, dispute)
    else:
        _end(work, dispute, outcome)


def end_inquiries(work: Work, charge: Document) -> None:
    """Close what the bank only asked about, once the money went back by a refund in full."""
    for dispute in _of_charge(work, charge):
        if charge["refunded"] and dispute["status"].startswith("warning_") and dispute["status"] not in _ENDS:
            _end(work, dispute, "warning_closed")


def refuse_refund(work: Work, charge: Document) -> None:
    """Refuse the refund of money that a dispute has taken or may take.

    Raises:
        ApiError: `charge_disputed`.
    """
    if any(not dispute["is_charge_refundable"] for dispute in _of_charge(work, charge)):
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )


def _of_charge(work: Work, charge: Document) -> list[Document]:
    if not charge["disputed"]:
        return []
    return work.records.select("dispute", Selection(equal={"charge": charge["id"]}))


def _build(work: Work, charge: Document, amount: int, reason: str) -> Document:
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": work.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": blank(charge),
        "evidence_details": {
            "due_by": None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": True,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"],
                "case_type": "chargeback",
                "network": charge["payment_method_details"]["card"]["brand"],
                "network_reason_code": REASONS[reason],
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }


def _set_deadline(work: Work, dispute: Document, days: int) -> None:
    last = datetime.fromtimestamp(work.now, tz=UTC).date() + timedelta(days=days)
    due_by = int(datetime.combine(last, time(23, 59, 59), tzinfo=UTC).timestamp())
    dispute["evidence_details"]["due_by"] = due_by
    alarms.schedule(work, due_by, DEADLINE, dispute["id"])


def _withdraw(work: Work, dispute: Document) -> None:
    """Take amount and fee out of the balance, at once."""
    dispute["is_charge_refundable"] = False
    amount = balance_transactions.converted(dispute, dispute["amount"])
    _book(work, dispute, Movement("adjustment", -amount, "dispute", (FEE,), at_once=True))
    events.emit(work, "charge.dispute.funds_withdrawn", dispute, {"balance_transactions": []})


def _book(work: Work, dispute: Document, movement: Movement) -> None:
    transaction = balance_transactions.record(work, dispute, movement, converted_from=dispute["currency"])
    dispute["balance_transactions"] = [*dispute["balance_transactions"], transaction]
    work.records.save(dispute)


def _answer(dispute: Document) -> str | None:
    """Read the outcome that a test word asks for, where this dispute can have it."""
    outcome = _ANSWERS.get(dispute["evidence"]["uncategorized_text"] or "")
    inquiry = dispute["status"].startswith("warning_")
    if not inquiry:
        return outcome if outcome in ("won", "lost") else None
    return {"won": "warning_closed", "needs_response": outcome}.get(outcome or "")


def _given_in(dispute: Document) -> str:
    return "warning_closed" if dispute["status"].startswith("warning_") else "lost"


def _escalate(work: Work, dispute: Document) -> None:
    before = {"status": dispute["status"]}
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    dispute["status"] = "needs_response"
    alarms.unschedule(work, DECISION, dispute["id"])
    _set_deadline(work, dispute, _DAYS_FOR_EVIDENCE)
    work.records.save(dispute)
    events.emit(work, "charge.dispute.updated", dispute, before)
    _withdraw(work, dispute)


def _end(work: Work, dispute: Document, outcome: str) -> None:
    before = {"status": dispute["status"]}
    dispute["status"] = outcome
    for action in (DEADLINE, DECISION):
        alarms.unschedule(work, action, dispute["id"])
    if outcome != "lost":
        dispute["is_charge_refundable"] = True
    if outcome == "won":
        amount = balance_transactions.converted(dispute, dispute["amount"])
        _book(work, dispute, Movement("adjustment", amount, "dispute_reversal", at_once=True))
    work.records.save(dispute)
    if outcome == "won":
        events.emit(
            work,
            "charge.dispute.funds_reinstated",
            dispute,
            {"balance_transactions": dispute["balance_transactions"][:-1]},
        )
    events.emit(work, "charge.dispute.closed", dispute, before)
