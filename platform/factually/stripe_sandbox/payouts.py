"""Balance and payouts: what is available leaves for the bank, each payout the exact sum of its parts."""

from typing import Final

from factually.stripe_sandbox import alarms, balance_transactions, currencies, events
from factually.stripe_sandbox.balance_transactions import Movement
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, choice, integer, merged, metadata, text
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

BALANCE = Shape({"expand": EXPAND})
CREATE = Shape(
    {
        "amount": integer(1),
        "currency": text(3),
        "description": text(),
        "expand": EXPAND,
        "metadata": metadata,
        "method": choice("standard"),
        "source_type": choice("card"),
        "statement_descriptor": text(22),
    },
    required=("amount", "currency"),
)
UPDATE = Shape({"expand": EXPAND, "metadata": metadata})
RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(status=choice("canceled", "failed", "in_transit", "paid", "pending"))
ARRIVAL: Final = "payout.arrive"
"""The alarm at which a payout reaches the bank."""
_TRAVEL: Final = 2 * 24 * 3600
_SCHEDULE: Final = "sandbox.payout_schedule"
_INTERVALS: Final = ("daily", "manual")


def balance(work: Work, _parameters: Document) -> Document:
    """GET /v1/balance: the sums of what is available and what is pending, in the account's currency."""
    parts = {"available": _unpaid(work), "pending": _pending(work)}
    document: Document = {"object": "balance", "livemode": False}
    for name, transactions in parts.items():
        amount = _sum(transactions)
        document[name] = [
            {"amount": amount, "currency": currencies.SETTLEMENT, "source_types": {"card": amount}}
        ]
    return document


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/payouts: an amount of what is available, by hand.

    Raises:
        ApiError: another currency, or `balance_insufficient`.
    """
    if parameters["currency"].lower() != currencies.SETTLEMENT:
        raise ApiError(f"You have no external account that takes {parameters['currency']}.", param="currency")
    if parameters["amount"] > _sum(_unpaid(work)):
        raise ApiError(
            "You have insufficient funds in your Stripe account for this transfer.",
            code="balance_insufficient",
        )
    payout = _build(work, parameters["amount"], automatic=False)
    for name in ("description", "statement_descriptor"):
        payout[name] = parameters.get(name) or None
    payout["metadata"] = merged({}, parameters.get("metadata", {}))
    _send(work, payout, [])
    return payout


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/payouts/{payout}."""
    return work.get("payout", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/payouts."""
    return page(work, "payout", parameters, "status")


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/payouts/{payout}: metadata only."""
    payout = work.get("payout", identifier)
    if "metadata" in parameters:
        before = {"metadata": payout["metadata"]}
        payout["metadata"] = merged(payout["metadata"], parameters["metadata"])
        work.records.save(payout)
        events.emit(work, "payout.updated", payout, before)
    return payout


def release(work: Work, _moment: str) -> None:
    """Make available what is due, and pay it out where the schedule is daily."""
    due = [transaction for transaction in _pending(work) if transaction["available_on"] <= work.now]
    for transaction in due:
        transaction["status"] = "available"
        work.records.save(transaction)
    if due:
        events.emit(work, "balance.available", balance(work, {}))
    if _interval(work) == "daily" and _sum(_unpaid(work)) > 0:
        pay_out(work)


def pay_out(work: Work) -> Document:
    """Make an automatic payout of all that is available.

    Raises:
        ApiError: nothing is.
    """
    parts = _unpaid(work)
    amount = _sum(parts)
    if amount <= 0:
        raise ApiError("Nothing is available to pay out.", code="balance_insufficient")
    payout = _build(work, amount, automatic=True)
    _send(work, payout, parts)
    return payout


def arrive(work: Work, identifier: str) -> None:
    """Let a payout reach the bank."""
    payout = work.get("payout", identifier)
    if payout["status"] in ("pending", "in_transit"):
        _move(work, payout, "paid", reconciliation_status=_reconciled(payout))
        events.emit(work, "payout.paid", payout)


def fail(work: Work, identifier: str) -> Document:
    """Let the bank send a payout back: the money is in the balance again, not yet paid out.

    Raises:
        ApiError: it failed already.
    """
    payout = work.get("payout", identifier)
    if payout["status"] == "failed":
        raise ApiError(f"Payout {identifier} has already failed.")
    movement = Movement("payout_failure", payout["amount"], "payout_reversal", at_once=True)
    returned = balance_transactions.record(work, payout, movement)
    _move(
        work,
        payout,
        "failed",
        failure_balance_transaction=returned["id"],
        failure_code="account_closed",
        failure_message="The bank account has been closed.",
    )
    alarms.unschedule(work, ARRIVAL, identifier)
    events.emit(work, "payout.failed", payout)
    return payout


def set_schedule(work: Work, interval: str) -> None:
    """Choose between a payout a day and payouts by hand only.

    Raises:
        ApiError: an interval other than `daily` and `manual`.
    """
    if interval not in _INTERVALS:
        raise ApiError(f"interval must be one of {', '.join(_INTERVALS)}", param="interval")
    work.records.save({"object": _SCHEDULE, "id": _SCHEDULE, "interval": interval})


def _interval(work: Work) -> str:
    schedule = work.records.find(_SCHEDULE, _SCHEDULE)
    return "daily" if schedule is None else str(schedule["interval"])


def _pending(work: Work) -> list[Document]:
    return work.records.select(balance_transactions.KIND, Selection(equal={"status": "pending"}))


def _unpaid(work: Work) -> list[Document]:
    """Find what is available and belongs to no payout yet, money taken back included."""
    return work.records.select(
        balance_transactions.KIND, Selection(equal={"status": "available", "_payout": None})
    )


def _sum(transactions: list[Document]) -> int:
    return sum(transaction["net"] for transaction in transactions)


def _build(work: Work, amount: int, *, automatic: bool) -> Document:
    unset = (
        "application_fee",
        "application_fee_amount",
        "balance_transaction",
        "description",
        "failure_balance_transaction",
        "failure_code",
        "failure_message",
        "original_payout",
        "payout_method",
        "reversed_by",
        "statement_descriptor",
        "trace_id",
    )
    return {
        **dict.fromkeys(unset),
        "id": new_id("po"),
        "object": "payout",
        "amount": amount,
        "arrival_date": work.now + _TRAVEL,
        "automatic": automatic,
        "created": work.now,
        "currency": currencies.SETTLEMENT,
        "destination": "ba_sandboxBankAccount0000000",
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "source_type": "card",
        "status": "pending",
        "type": "bank_account",
    }


def _send(work: Work, payout: Document, parts: list[Document]) -> None:
    """Take a payout out of the balance; its parts, and itself, belong to it from now on."""
    movement = Movement("payout", -payout["amount"], at_once=True)
    own = balance_transactions.record(work, payout, movement)
    if payout["automatic"]:
        for transaction in (*parts, own):
            transaction["_payout"] = payout["id"]
            work.records.save(transaction)
    payout["balance_transaction"] = own["id"]
    work.records.save(payout)
    alarms.schedule(work, payout["arrival_date"], ARRIVAL, payout["id"])
    events.emit(work, "payout.created", payout)


def _move(work: Work, payout: Document, status: str, **facts: str) -> None:
    before = {"status": payout["status"]}
    payout |= {"status": status, **facts}
    work.records.save(payout)
    events.emit(work, "payout.updated", payout, before)


def _reconciled(payout: Document) -> str:
    return "completed" if payout["automatic"] else "not_applicable"
