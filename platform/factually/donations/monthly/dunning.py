"""What follows when a month's charge brings no money: a letter, a try on a set day, and at last the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.donations.monthly.letters import tell_monthly
from factually.donations.monthly.lifecycle import EndReason, MonthlyFact
from factually.donations.monthly.progress import advance_monthly, end_monthly, lock_monthly
from factually.donations.monthly.terms import retry_at

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.donations.progress import Step
    from factually.donations.receipts import DonorPost

_BANK_ASKS: Final = "invoice_payment_intent_requires_action"
"""Stripe's code where the bank wants to hear from its cardholder, who can still pay the invoice."""


def note_failure(session: Session, gift: Gift, code: str | None, *, post: DonorPost, step: Step) -> None:
    """Count a failed try of a locked gift's month, write to its donor, and set the day of the next one.

    After the last try the monthly gift ends, with a letter that says so. Where the bank asks for the donor
    (`code` is Stripe's), the letter leads to the page on which they answer it.
    """
    if gift.monthly_gift_id is None:
        return
    monthly = lock_monthly(session, gift.monthly_gift_id)
    failures = monthly.failures + 1
    again = retry_at(failures, step.now)
    if again is None:
        event = end_monthly(session, monthly, EndReason.CARD_FAILED, step=step)
    else:
        monthly.failures, monthly.retry_at = failures, again
        fact = MonthlyFact.BANK_ASKED if code == _BANK_ASKS else MonthlyFact.CHARGE_FAILED
        event = advance_monthly(session, monthly, fact, step=step)
    tell_monthly(session, event, post=post, now=step.now)
