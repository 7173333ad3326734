"""Blanks what decisions on a gift hold of its donor, once the donor was erased; what was decided stays.

A trigger refuses it for any other gift, and refuses every other change (migration 0012).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from factually.foundation.crypto import ERASED
from factually.independence.models import GiftDecision, Screening, ScreeningFinding
from factually.independence.rescreening.models import RescreeningCase, RescreeningDecision

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session


def erase_decisions(session: Session, gift_id: uuid.UUID) -> None:
    """Blank the sealed inputs, evidence and reasons of a gift's screenings and decisions."""
    screenings = select(Screening.id).where(Screening.gift_id == gift_id)
    cases = select(RescreeningCase.id).where(RescreeningCase.gift_id == gift_id)
    for blanking in (
        update(ScreeningFinding).where(ScreeningFinding.screening_id.in_(screenings)).values(detail=ERASED),
        update(Screening).where(Screening.gift_id == gift_id).values(inputs=ERASED),
        update(GiftDecision).where(GiftDecision.gift_id == gift_id).values(reason=ERASED),
        update(RescreeningDecision).where(RescreeningDecision.case_id.in_(cases)).values(reason=ERASED),
    ):
        session.execute(blanking, execution_options={"synchronize_session": False})
