"""BalanceTransactions: what a capture brings and costs, what a refund takes back."""

from typing import Final

from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(type=text(), source=text(), currency=text())
_DAYS_UNTIL_AVAILABLE: Final = 2
_DAY: Final = 24 * 3600


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/balance_transactions/{id}."""
    return work.get("balance_transaction", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/balance_transactions."""
    return page(work, "balance_transaction", parameters, "type", "source", "currency")


def processing_fee(amount: int) -> int:
    """Give the fee in minor units: 2.9 % rounded half up, and 30 (Stripe's price for cards in the US)."""
    return (amount * 29 + 500) // 1000 + 30


def record(work: Work, source: Document, *, kind: str, amount: int, fee: int = 0) -> Document:
    """Write a movement of the balance; `amount` is negative where money leaves."""
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    transaction: Document = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": work.now - work.now % _DAY + _DAYS_UNTIL_AVAILABLE * _DAY,
        "balance_type": "payments",
        "created": work.now,
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
    work.records.save(transaction)
    return transaction
