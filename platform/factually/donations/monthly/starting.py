"""The beginning of a monthly gift, in the transaction that keeps the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.donations.monthly.lifecycle import MonthlyState
from factually.donations.monthly.models import MonthlyGift
from factually.donations.monthly.progress import note_pledge
from factually.foundation.identifiers import new_id, new_public_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.donations.progress import Step


def begin_monthly(session: Session, gift: Gift, *, step: Step) -> None:
    """Make a new gift the first month of a monthly gift of the same amount."""
    monthly = MonthlyGift(
        id=new_id(),
        public_id=new_public_id(),
        email_index=gift.email_index,
        amount_minor=gift.amount_minor,
        currency=gift.currency,
        state=MonthlyState.PLEDGED.value,
        created_at=step.now,
        updated_at=step.now,
    )
    session.add(monthly)
    session.flush()
    note_pledge(session, monthly, step=step)
    gift.monthly_gift_id = monthly.id
    session.flush()
