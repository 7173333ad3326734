"""A person decides a held gift, once, with a reason; the money follows from the worker or the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.audit.journal import Actor, record
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift
from factually.donations.progress import Step, instruct, lock_gift, settle_soon
from factually.donations.steps import Instruction, ReleaseReason
from factually.foundation.errors import Conflict, NotFound
from factually.independence.results import Clearance, Verdict
from factually.independence.reviewing import Review, decide
from factually.independence.screening import clearance

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What a reviewer says of a held gift; the reason has at least ten characters."""

    verdict: Verdict
    reason: str
    reviewer_id: uuid.UUID


def review_gift(
    session: Session, public_id: str, ruling: Ruling, *, keyring: Keyring, now: datetime
) -> uuid.UUID:
    """Accept or refuse a held gift: decision, journal entry and instruction are one transaction.

    The caller commits, then lets `Journey.settle` capture or cancel; should it die first, a queued job does.

    Returns:
        The gift's id, for `Journey.settle`.

    Raises:
        NotFound: No such gift.
        Conflict: It is not held, or was decided or released meanwhile.
        InvalidInput: The reason is too short.
    """
    gift_id = session.execute(select(Gift.id).where(Gift.public_id == public_id)).scalar_one_or_none()
    if gift_id is None:
        raise NotFound("There is no gift at this address.")
    gift = lock_gift(session, gift_id)
    if gift.state != GiftState.HELD.value or gift.instruction is not None:
        raise Conflict("This gift is no longer held: it was decided, or its time ran out.")
    step = Step(Actor("account", str(ruling.reviewer_id)), now)
    decision = decide(
        session,
        Review(gift_id=gift.id, verdict=ruling.verdict, reviewer_id=ruling.reviewer_id, reason=ruling.reason),
        keyring=keyring,
        now=now,
    )
    if ruling.verdict is Verdict.REFUSE:
        instruct(gift, Instruction.RELEASE, ReleaseReason.REFUSED_BY_REVIEWER, step=step)
    elif clearance(session, gift.id) is Clearance.CLEARED:
        instruct(gift, Instruction.CAPTURE, None, step=step)
    record(
        session,
        actor=step.actor,
        event=f"gift.review_{ruling.verdict.value}",
        subject=f"gift:{gift.id}",
        now=now,
        details={"decision": str(decision.id)},
    )
    settle_soon(session, gift.id)
    return gift.id
