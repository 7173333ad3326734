"""BalanceTransactions: every movement of the account's balance, in the account's own currency."""

from dataclasses import dataclass
from typing import Final

from factually.stripe_sandbox import alarms, currencies
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, text
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

KIND: Final = "balance_transaction"
RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(currency=text(), payout=text(), source=text(), type=text())
RELEASE: Final = "balance.release"
"""The alarm that makes the money of one day available."""
_DAYS_UNTIL_AVAILABLE: Final = 2
_DAY: Final = 24 * 3600
_RATE_AT_HOME: Final = 29
_RATE_ABROAD: Final = 44
_FIXED_FEE: Final = 30


@dataclass(frozen=True)
class Fee:
    """One line of `fee_details`, in cents."""

    amount: int
    description: str


@dataclass(frozen=True)
class Movement:
    """Why the balance moves: Stripe's type and reporting category, by how much (cents), and what it costs.

    `at_once` is true for what is available, or missing, from the first moment.
    """

    kind: str
    amount: int
    category: str | None = None
    fees: tuple[Fee, ...] = ()
    at_once: bool = False


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/balance_transactions/{id}."""
    return work.get(KIND, identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/balance_transactions; with `payout`, what an automatic payout was made of, and itself.

    Raises:
        ApiError: an unknown payout, or one asked for by hand, whose parts Stripe does not know either.
    """
    selection = Selection()
    if "payout" in parameters:
        payout = work.get("payout", parameters["payout"], param="payout")
        if not payout["automatic"]:
            raise ApiError(
                "Balance transaction history can only be filtered on automatic transfers, not manual.",
                param="payout",
            )
        selection = Selection(equal={"_payout": payout["id"]})
    return page(work, KIND, parameters, "currency", "source", "type", selection=selection)


def processing_fee(amount: int, *, abroad: bool = False) -> Fee:
    """Give the fee on settled cents: 2.9 % rounded half up, and 30; 4.4 % for a card of another country.

    Source: Stripe's price for cards in the United States.
    """
    rate = _RATE_ABROAD if abroad else _RATE_AT_HOME
    return Fee((amount * rate + 500) // 1000 + _FIXED_FEE, "Stripe processing fees")


def record(
    work: Work, source: Document, movement: Movement, *, converted_from: str | None = None
) -> Document:
    """Write a movement of the balance; `converted_from` names the currency it was made in.

    The money is available two days later, at midnight UTC, as an alarm then says.
    """
    fee = sum(line.amount for line in movement.fees)
    available_on = work.now
    if not movement.at_once:
        available_on = work.now - work.now % _DAY + _DAYS_UNTIL_AVAILABLE * _DAY
        alarms.schedule(work, available_on, RELEASE, str(available_on))
    transaction: Document = {
        "id": new_id("txn"),
        "object": KIND,
        "amount": movement.amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": work.now,
        "currency": currencies.SETTLEMENT,
        "description": source.get("description"),
        "exchange_rate": currencies.exchange_rate(converted_from or currencies.SETTLEMENT),
        "fee": fee,
        "fee_details": [_line(one) for one in movement.fees],
        "net": movement.amount - fee,
        "reporting_category": movement.category or movement.kind,
        "source": source["id"],
        "status": "available" if movement.at_once else "pending",
        "type": movement.kind,
        "_payout": None,
    }
    work.records.save(transaction)
    return transaction


def converted(source: Document, amount: int) -> int:
    """Convert an amount in the currency of a charge, refund or dispute into cents of the balance."""
    return currencies.settled(amount, source["currency"])


def _line(fee: Fee) -> Document:
    return {
        "amount": fee.amount,
        "application": None,
        "currency": currencies.SETTLEMENT,
        "description": fee.description,
        "type": "stripe_fee",
    }
