"""What becomes of a gift after its money was taken: refunds, disputes, the books; part of the fold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.donations.aftermath import facts_after_capture
from factually.donations.books.posting import post as post_movement
from factually.donations.disputes.following import dispute_statuses, follow_disputes
from factually.donations.lifecycle import TAKEN_STATES, Fact, GiftState
from factually.donations.progress import advance
from factually.donations.refunds.following import follow_refunds, returned_minor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factually.donations.intents import ChargeSnapshot
    from factually.donations.models import Gift
    from factually.donations.progress import Step
    from factually.donations.receipts import DonorPost

_BACK: Final = (GiftState.PARTLY_REFUNDED, GiftState.REFUNDED)


def follow_money(
    session: Session, gift: Gift, charge: ChargeSnapshot, *, post: DonorPost, step: Step
) -> None:
    """Fold what came of a captured charge into a locked gift, and post every movement of it.

    A hold that was released never comes here: nothing of it was captured, so nothing is given back.
    """
    for movement in charge.movements:
        post_movement(session, movement, gift_id=gift.id, now=step.now)
    if gift.state not in TAKEN_STATES:
        return
    moved = follow_refunds(session, gift, charge.refunds, step=step)
    follow_disputes(session, gift, charge.disputes, step=step)
    gift.refunded_minor = returned_minor(session, gift)
    _tell_gift(session, gift, step=step)
    for refund in moved:
        post.tell_of_refund(session, gift, refund, now=step.now)


def _tell_gift(session: Session, gift: Gift, *, step: Step) -> None:
    facts = tuple(
        facts_after_capture(
            taken=gift.captured_minor,
            returned=gift.refunded_minor,
            disputes=dispute_statuses(session, gift),
        )
    )
    if gift.state in _BACK and _shrank(gift, facts):
        advance(session, gift, Fact.REFUND_FAILED, step=step)
    for fact in facts:
        advance(session, gift, fact, step=step)


def _shrank(gift: Gift, facts: tuple[Fact, ...]) -> bool:
    """Tell whether less stands as given back than the gift's state says."""
    if Fact.REFUNDED in facts:
        return False
    return gift.state == GiftState.REFUNDED or Fact.PARTLY_REFUNDED not in facts
