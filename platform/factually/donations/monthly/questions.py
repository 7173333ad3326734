"""The bank's question about a month (3-D Secure): put to its donor by letter, and how it went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.donations.intents import IntentStatus
from factually.donations.monthly.letters import tell_monthly
from factually.donations.monthly.lifecycle import MonthlyFact, MonthlyState, waits_for_bank
from factually.donations.monthly.models import MonthlyGift
from factually.donations.monthly.progress import advance_monthly
from factually.donations.monthly.queries import facts_of
from factually.donations.monthly.terms import DONOR_STAYS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.donations.monthly.charging import Look
    from factually.donations.progress import Step
    from factually.donations.receipts import DonorPost


def follow_question(session: Session, gift: Gift, look: Look, *, post: DonorPost, step: Step) -> None:
    """Write to the donor of a locked month whose bank asks for them, or found that it was not them.

    A donor who gives at this moment is asked by the donation page, and of a renewal's question its charge
    tells (`dunning`).
    """
    monthly = session.get_one(MonthlyGift, gift.monthly_gift_id)
    fact = _fact(session, gift, monthly, look, now=step.now)
    if fact is not None:
        event = advance_monthly(session, monthly, fact, step=step)
        tell_monthly(session, event, post=post, now=step.now)


def _fact(
    session: Session, gift: Gift, monthly: MonthlyGift, look: Look, *, now: datetime
) -> MonthlyFact | None:
    status, state = None if look.intent is None else look.intent.status, MonthlyState(monthly.state)
    if look.setup is not None:
        asks = status is IntentStatus.REQUIRES_ACTION and state is MonthlyState.ACTIVE
        return MonthlyFact.BANK_ASKED if asks and _is_away(gift, now) else None
    not_passed = status is IntentStatus.REQUIRES_PAYMENT_METHOD
    waited = not_passed and waits_for_bank(state, facts_of(session, monthly.id))
    return MonthlyFact.CHARGE_FAILED if waited else None


def _is_away(gift: Gift, now: datetime) -> bool:
    """Tell whether nobody sees the donation page any more: a person decided meanwhile, or time passed."""
    return gift.review_deadline is not None or now - gift.updated_at >= DONOR_STAYS
