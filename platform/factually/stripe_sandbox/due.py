"""What the passing of time brings, in the order of its moments, each at its own time."""

from collections.abc import Callable, Mapping
from typing import Final

from factually.stripe_sandbox import (
    alarms,
    balance_transactions,
    capturing,
    disputing,
    invoice_collecting,
    invoice_previews,
    payment_intents,
    payouts,
    refund_ends,
    refunds,
    renewing,
)
from factually.stripe_sandbox.store import Records
from factually.stripe_sandbox.work import Work

ACTIONS: Final[Mapping[str, Callable[[Work, str], None]]] = {
    balance_transactions.RELEASE: payouts.release,
    disputing.DEADLINE: disputing.run_out,
    disputing.DECISION: disputing.rule,
    payment_intents.LAPSE: capturing.lapse,
    payouts.ARRIVAL: payouts.arrive,
    "invoice.finalize": invoice_collecting.finalize_due,
    "invoice.retry": invoice_collecting.retry,
    refund_ends.EXPIRY: refund_ends.run_out,
    refunds.SETTLEMENT: refund_ends.settle,
    "subscription.cancel": renewing.cancel,
    "subscription.expire": renewing.expire,
    "subscription.renew": renewing.renew,
    "subscription.resume_collection": renewing.resume_collection,
    "subscription.upcoming": invoice_previews.announce,
}
"""What each alarm does; a handler looks at its subject's state first, for an alarm may be out of date."""


def settle(records: Records, until: int) -> None:
    """Do all that is due by a moment (Unix seconds), later alarms set on the way included."""
    while (alarm := records.first_due(alarms.ALARM, until)) is not None:
        records.delete(alarm["id"])
        ACTIONS[alarm["action"]](Work(records, now=alarm["at"]), alarm["subject"])
