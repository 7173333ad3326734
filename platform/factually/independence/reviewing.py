"""Lets a human decide a held gift, once, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.foundation.identifiers import new_id
from factually.independence.models import GiftDecision, Screening
from factually.independence.outcomes import Outcome
from factually.independence.results import RecordedDecision
from factually.independence.sealing import reason_place

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.independence.results import Verdict

SHORTEST_REASON: Final = 10
LONGEST_REASON: Final = 5_000


@dataclass(frozen=True, kw_only=True)
class Review:
    """A reviewer's answer to one held gift; `reason` has 10 to 5,000 characters."""

    gift_id: uuid.UUID
    verdict: Verdict
    reviewer_id: uuid.UUID
    reason: str


def decide(session: Session, review: Review, *, keyring: Keyring, now: datetime) -> RecordedDecision:
    """Record the human decision on a held gift; what follows for the money is the caller's.

    Raises:
        InvalidInput: The reason is too short or too long.
        NotFound: The gift was never screened.
        Conflict: The rules allowed or refused it, or somebody has decided it already.
    """
    reason = review.reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInput(
            f"Give your reason in {SHORTEST_REASON} to {LONGEST_REASON:,} characters.", field="reason"
        )
    screening = _held_screening(session, review.gift_id)
    decision = RecordedDecision(
        id=new_id(),
        gift_id=review.gift_id,
        screening_id=screening.id,
        policy_version=screening.policy_version,
        verdict=review.verdict,
        reviewer_id=review.reviewer_id,
        reason=reason,
        decided_at=now,
    )
    recorded = session.execute(
        insert(GiftDecision)
        .values(
            id=decision.id,
            gift_id=decision.gift_id,
            screening_id=decision.screening_id,
            policy_version=decision.policy_version,
            verdict=decision.verdict.value,
            reviewer_id=decision.reviewer_id,
            reason=keyring.encrypt(reason, reason_place(decision.id)),
            decided_at=now,
        )
        .on_conflict_do_nothing(index_elements=["gift_id"])
        .returning(GiftDecision.id)
    ).one_or_none()
    if recorded is None:
        raise Conflict("Somebody has decided this gift already.")
    return decision


def _held_screening(session: Session, gift_id: uuid.UUID) -> Screening:
    screening = session.scalars(
        select(Screening).where(Screening.gift_id == gift_id).order_by(Screening.number.desc()).limit(1)
    ).one_or_none()
    if screening is None:
        raise NotFound("This gift was never screened.")
    if screening.outcome != Outcome.HOLD:
        raise Conflict("This gift is not held.")
    return screening
