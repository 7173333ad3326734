"""Reads what Stripe says about money after it was taken: refunds, disputes, warnings, balance transactions.

Pure and strict, see `stripe_json`.
"""

from __future__ import annotations

import uuid
from typing import Final

from factually.donations.aftermath import (
    DisputeSnapshot,
    DisputeStatus,
    RefundSnapshot,
    RefundState,
    WarningSnapshot,
)
from factually.donations.books.movements import BalanceMovement, Presented
from factually.donations.stripe_json import (
    StripeJson,
    flag,
    inner,
    members,
    moment,
    number,
    optional_text,
    text,
)

_REFUND_STATES: Final = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.REQUIRES_ACTION,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.CANCELLED,
}

_PRESENTED: Final = {"charge": "amount_captured", "dispute": "amount", "refund": "amount"}
"""Where an object says how much of a card's money it moved."""


def read_refund(refund: StripeJson) -> RefundSnapshot:
    """Read a refund whose balance transactions are expanded."""
    state = _REFUND_STATES.get(text(refund, "status"))
    if state is None:
        raise ValueError(f"a refund is never {refund['status']}")
    booked = (inner(refund, name) for name in ("balance_transaction", "failure_balance_transaction"))
    return RefundSnapshot(
        id=text(refund, "id"),
        row_id=_row_id(inner(refund, "metadata") or {}),
        amount=number(refund, "amount"),
        state=state,
        failure_reason=optional_text(refund, "failure_reason"),
        created=moment(refund, "created"),
        movements=tuple(
            read_movement(transaction, of=refund) for transaction in booked if transaction is not None
        ),
    )


def read_dispute(dispute: StripeJson) -> DisputeSnapshot:
    """Read a dispute, which always brings its balance transactions."""
    details = inner(dispute, "evidence_details") or {}
    return DisputeSnapshot(
        id=text(dispute, "id"),
        charge_id=_id(dispute, "charge"),
        amount=number(dispute, "amount"),
        reason=text(dispute, "reason"),
        status=DisputeStatus(text(dispute, "status")),
        due_by=None if details.get("due_by") is None else moment(details, "due_by"),
        created=moment(dispute, "created"),
        movements=tuple(
            read_movement(transaction, of=dispute) for transaction in members(dispute, "balance_transactions")
        ),
    )


def read_warning(warning: StripeJson) -> WarningSnapshot:
    """Read an early fraud warning."""
    return WarningSnapshot(
        id=text(warning, "id"),
        charge_id=_id(warning, "charge"),
        fraud_type=text(warning, "fraud_type"),
        actionable=flag(warning, "actionable"),
        created=moment(warning, "created"),
    )


def read_movement(transaction: StripeJson, *, of: StripeJson | None = None) -> BalanceMovement:
    """Read a balance transaction; where its source is expanded, the charge and intent that it is about.

    Args:
        transaction: The balance transaction.
        of: The charge, refund or dispute that it was found at, where its source is not expanded.
    """
    source = transaction.get("source")
    cause = inner(transaction, "source") if isinstance(source, dict) else None
    kind = None if cause is None else cause.get("object")
    amount = number(transaction, "amount")
    return BalanceMovement(
        id=text(transaction, "id"),
        type=text(transaction, "type"),
        reporting_category=text(transaction, "reporting_category"),
        amount=amount,
        fee=number(transaction, "fee"),
        net=number(transaction, "net"),
        currency=text(transaction, "currency").upper(),
        created=moment(transaction, "created"),
        available_on=moment(transaction, "available_on"),
        source_id=optional_text(transaction, "source") if cause is None else text(cause, "id"),
        charge_id=None if cause is None else optional_text(cause, "id" if kind == "charge" else "charge"),
        intent_id=None if cause is None else optional_text(cause, "payment_intent"),
        presented=_presented(of or cause or {}, amount),
    )


def _presented(source: StripeJson, settled: int) -> Presented | None:
    """Read in which currency a card paid or got back; the sign is that of what it settled as."""
    name = _PRESENTED.get(str(source.get("object")))
    if name is None:
        return None
    minor = number(source, name)
    return Presented(minor if settled >= 0 else -minor, text(source, "currency").upper())


def _id(owner: StripeJson, name: str) -> str:
    value = owner.get(name)
    return text(owner, name) if isinstance(value, str) else text(inner(owner, name) or {}, "id")


def _row_id(metadata: StripeJson) -> uuid.UUID | None:
    try:
        return uuid.UUID(optional_text(metadata, "refund") or "")
    except ValueError:
        return None
