"""A second person answers an appeal, once, in writing; the outcome is mailed from the same transaction.

The answer on a gift that is still held is the decision on it, by the way of every such decision
(`donations.reviewing`). Where no hold is left nothing is taken: the donor is invited to give again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.audit.journal import Actor, record
from factually.donations.appeals.models import Appeal, reason_place
from factually.donations.appeals.queries import appeals_of, has_judged
from factually.donations.appeals.terms import Finding
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.progress import lock_gift
from factually.donations.queries import gift_by_public_id
from factually.donations.receipts import Wording
from factually.donations.reviewing import Ruling, review_gift
from factually.foundation.errors import Conflict, Forbidden, InvalidInput
from factually.independence.models import GiftDecision
from factually.independence.results import Verdict
from factually.independence.reviewing import LONGEST_REASON, SHORTEST_REASON
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.donations.receipts import DonorPost
    from factually.foundation.crypto import Keyring

_VERDICTS: Final = {Finding.UPHELD: Verdict.REFUSE, Finding.OVERTURNED: Verdict.ACCEPT}
_SUBJECTS: Final = {
    Finding.UPHELD: "Your gift of {amount}: we looked again and our answer stays",
    Finding.OVERTURNED: "Your gift of {amount}: you were right",
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the second person says; the donor reads `reason`, of 10 to 5,000 characters, as it is."""

    finding: Finding
    reason: str
    reviewer_id: uuid.UUID


def answer_appeal(
    session: Session, public_id: str, answer: Answer, *, post: DonorPost, now: datetime
) -> uuid.UUID:
    """Answer a gift's open appeal: answer, decision where one is due, journal entry and letter together.

    The caller commits, then lets `Journey.settle` capture or cancel; should it die first, a queued job does.

    Returns:
        The gift's id, for `Journey.settle`.

    Raises:
        InvalidInput: The reason is too short or too long.
        NotFound: No such gift.
        Forbidden: Whoever answers has judged this gift before.
        Conflict: No appeal of it is open.
    """
    reason = answer.reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInput(
            f"Give your reason in {SHORTEST_REASON} to {LONGEST_REASON:,} characters.", field="reason"
        )
    gift = lock_gift(session, gift_by_public_id(session, public_id).id)
    appeal = _open_appeal(session, gift)
    if has_judged(session, gift.id, answer.reviewer_id):
        raise Forbidden("You have judged this gift before. Somebody else has to answer the appeal.")
    appeal.decision_id = _decide(session, gift, answer, keyring=post.keyring, now=now)
    appeal.finding = answer.finding.value
    appeal.reason = post.keyring.encrypt(reason, reason_place(appeal.id))
    appeal.reviewer_id = answer.reviewer_id
    appeal.answered_at = now
    announce_change(session)
    record(
        session,
        actor=Actor("account", str(answer.reviewer_id)),
        event=f"gift.appeal_{answer.finding.value}",
        subject=f"gift:{gift.id}",
        now=now,
        details={"appeal": str(appeal.id)},
    )
    wording = Wording(
        key=f"appeal-answered:{appeal.id}", template="appeals/answered", subject=_SUBJECTS[answer.finding]
    )
    facts = {"finding": answer.finding, "reason": reason, "decided": appeal.decision_id is not None}
    post.write(session, gift, wording, now=now, facts={**facts, "last": appeal.number > 1})
    return gift.id


def _open_appeal(session: Session, gift: Gift) -> Appeal:
    waiting = [appeal for appeal in appeals_of(session, gift.id) if appeal.answered_at is None]
    if not waiting or gift.state in TAKEN_STATES:
        raise Conflict("No appeal of this gift waits for an answer: somebody gave it before you.")
    return waiting[0]


def _decide(
    session: Session, gift: Gift, answer: Answer, *, keyring: Keyring, now: datetime
) -> uuid.UUID | None:
    """Decide the gift if it is still held, and return the decision."""
    if gift.state != GiftState.HELD.value or gift.instruction is not None:
        return None
    ruling = Ruling(verdict=_VERDICTS[answer.finding], reason=answer.reason, reviewer_id=answer.reviewer_id)
    review_gift(session, gift.public_id, ruling, keyring=keyring, now=now)
    return session.execute(select(GiftDecision.id).where(GiftDecision.gift_id == gift.id)).scalar_one()
