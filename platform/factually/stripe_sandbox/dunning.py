"""Dunning: when a renewal's payment is tried again, and what becomes of the subscription if none succeeds."""

from typing import Final

from factually.stripe_sandbox import alarms, subscription_ending, subscriptions
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

_DAY: Final = 24 * 3600
RETRY_DELAYS: Final = (3 * _DAY, 5 * _DAY, 7 * _DAY)
"""Seconds from each failed attempt to the next; a schedule that accounts can choose at Stripe."""
AFTER_RETRIES: Final = ("cancel", "unpaid", "past_due")
"""What an account can choose for a subscription whose last retry failed."""
_KIND: Final = "sandbox.dunning"


def choose(work: Work, after_retries: str) -> None:
    """Set what follows the last retry, as the account's settings at Stripe do."""
    work.records.save({"id": _KIND, "object": _KIND, "after_retries": after_retries})


def follow_failure(work: Work, invoice: Document, subscription: Document) -> None:
    """Make a subscription past due and plan the next attempt, or end the dunning."""
    if subscription["status"] == "active":
        subscriptions.change(work, subscription, status="past_due")
    if invoice["next_payment_attempt"] is None and invoice["attempt_count"] > len(RETRY_DELAYS):
        _end(work, subscription)


def plan_next_attempt(work: Work, invoice: Document) -> None:
    """Set the moment of the next attempt, where there is one left; saving is the caller's."""
    tried = invoice["attempt_count"]
    if not invoice["auto_advance"] or not 0 < tried <= len(RETRY_DELAYS):
        return
    invoice["next_payment_attempt"] = work.now + RETRY_DELAYS[tried - 1]
    alarms.schedule(work, invoice["next_payment_attempt"], "invoice.retry", invoice["id"])


def _end(work: Work, subscription: Document) -> None:
    chosen = work.records.find(_KIND, _KIND)
    after = "cancel" if chosen is None else chosen["after_retries"]
    if after == "cancel":
        subscription_ending.cancel(work, subscription, "payment_failed")
    elif after == "unpaid":
        subscriptions.change(work, subscription, status="unpaid")
