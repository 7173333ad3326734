"""Rows for the pages on past donors: money in doubt with its clock, read without who gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import false, func, or_, select

from factually.donations.models import Gift
from factually.donations.rescreening import KEPT_STATES
from factually.foundation.money import Money
from factually.independence.models import ScreeningFinding
from factually.independence.rescreening.models import Remedy, RescreeningCase, RescreeningDecision

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

LONGEST_LIST: Final = 200


@dataclass(frozen=True, kw_only=True)
class DoubtRow:
    """A gift whose money we have and should perhaps not keep.

    Attributes:
        rows: How many register rows speak against it.
        rule_id: The rule that found the first of them, with the sentence that says why.
        return_by: When the money has to be back, by the oldest case.
        to_return: Whether a person has decided that it goes back; otherwise nobody has decided yet.
    """

    public_id: str
    amount: Money
    given_at: datetime
    rows: int
    rule_id: str
    reason_text: str
    return_by: datetime
    to_return: bool


_RETURN_BY: Final = func.min(RescreeningCase.return_by)
_DOUBTS: Final = (
    select(
        Gift.public_id,
        (Gift.captured_minor - Gift.refunded_minor).label("minor"),
        Gift.currency,
        Gift.created_at,
        func.count().label("rows"),
        func.array_agg(ScreeningFinding.rule_id).label("rule_ids"),
        func.array_agg(ScreeningFinding.reason_text).label("reasons"),
        _RETURN_BY.label("return_by"),
        func.coalesce(func.bool_or(RescreeningDecision.remedy == Remedy.RETURN.value), false()).label(
            "to_return"
        ),
    )
    .join(RescreeningCase, RescreeningCase.gift_id == Gift.id)
    .join(
        ScreeningFinding,
        (ScreeningFinding.screening_id == RescreeningCase.screening_id)
        & (ScreeningFinding.position == RescreeningCase.position),
    )
    .outerjoin(RescreeningDecision, RescreeningDecision.case_id == RescreeningCase.id)
    .group_by(Gift.id)
    .order_by(_RETURN_BY, Gift.id)
    .limit(LONGEST_LIST)
)


def gifts_in_doubt(connection: Connection) -> Sequence[DoubtRow]:
    """Return up to 200 gifts in doubt, the nearest day of return first.

    Those to be given back stay on the list until the money is back; those that a person keeps leave it.
    """
    kept = Gift.state.in_([state.value for state in KEPT_STATES]) & (
        Gift.captured_minor > Gift.refunded_minor
    )
    open_or_returned = or_(
        RescreeningDecision.remedy.is_(None), RescreeningDecision.remedy == Remedy.RETURN.value
    )
    return [
        DoubtRow(
            public_id=row.public_id,
            amount=Money(row.minor, row.currency),
            given_at=row.created_at,
            rows=row.rows,
            rule_id=row.rule_ids[0],
            reason_text=row.reasons[0],
            return_by=row.return_by,
            to_return=row.to_return,
        )
        for row in connection.execute(
            _DOUBTS.where(kept, Gift.captured_minor > Gift.refunded_minor, open_or_returned)
        )
    ]


def has_case(session: Session, gift_id: uuid.UUID) -> bool:
    """Say whether a gift's money ever came into doubt, so that its page can say where that stands."""
    cases = select(RescreeningCase.id).where(RescreeningCase.gift_id == gift_id)
    return bool(session.execute(select(cases.exists())).scalar_one())
