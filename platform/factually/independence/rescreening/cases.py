"""Opens a case where taken money comes into doubt, once a gift and row, and lets a person settle it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from factually.foundation.crypto import Place
from factually.foundation.errors import Conflict, InvalidInput
from factually.foundation.identifiers import new_id
from factually.independence.models import GiftDecision
from factually.independence.queries import stored_findings
from factually.independence.rescreening.judging import is_told_by
from factually.independence.rescreening.models import RescreeningCase, RescreeningDecision
from factually.independence.results import Verdict
from factually.independence.reviewing import LONGEST_REASON, SHORTEST_REASON

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.independence.findings import RegisterRow
    from factually.independence.rescreening.judging import Doubt
    from factually.independence.rescreening.models import Remedy
    from factually.independence.results import ScreeningResult

RETURN_TIME: Final = timedelta(days=30)
"""From discovery to the day by which the money is back (DS27, 11 CFR 103.3(b))."""


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """A reviewer's answer to all open cases of one gift; `reason` has 10 to 5,000 characters."""

    gift_id: uuid.UUID
    remedy: Remedy
    reviewer_id: uuid.UUID
    reason: str


def new_doubts(
    session: Session, gift_id: uuid.UUID, doubts: Sequence[Doubt], *, keyring: Keyring
) -> list[Doubt]:
    """Return the doubts that are news: their row has no case, and nobody accepted the gift in spite of it."""
    known = set(session.scalars(select(RescreeningCase.row_index).where(RescreeningCase.gift_id == gift_id)))
    decided = session.scalars(
        select(GiftDecision.screening_id).where(
            GiftDecision.gift_id == gift_id, GiftDecision.verdict == Verdict.ACCEPT.value
        )
    ).all()
    accepted = tuple(
        finding for some in stored_findings(session, decided, keyring).values() for finding in some
    )
    return [
        doubt
        for doubt in doubts
        if _row_index(doubt.row, keyring) not in known and not is_told_by(doubt.row, accepted)
    ]


def open_cases(
    session: Session,
    screening: ScreeningResult,
    doubts: Sequence[Doubt],
    *,
    run_id: int,
    keyring: Keyring,
) -> int:
    """Open a case for each row and start its clock; return how many are new.

    Args:
        session: The transaction that stored the screening.
        screening: The screening that found the rows.
        doubts: The rows, each with a rule that answered in the screening.
        run_id: The run that led to it.
        keyring: Keys the hash by which a row's case is found again.
    """
    positions = {finding.rule_id: place for place, finding in enumerate(screening.findings)}
    opened = session.execute(
        insert(RescreeningCase)
        .values(
            [
                {
                    "id": new_id(),
                    "gift_id": screening.gift_id,
                    "row_index": _row_index(doubt.row, keyring),
                    "run_id": run_id,
                    "screening_id": screening.id,
                    "position": positions[doubt.rule_id],
                    "opened_at": screening.created_at,
                    "return_by": screening.created_at + RETURN_TIME,
                }
                for doubt in doubts
            ]
        )
        .on_conflict_do_nothing(index_elements=["gift_id", "row_index"])
        .returning(RescreeningCase.id)
    )
    return len(opened.all())


def settle(session: Session, settlement: Settlement, *, keyring: Keyring, now: datetime) -> list[uuid.UUID]:
    """Record a person's decision on all open cases of a gift, and return their ids.

    Raises:
        InvalidInput: The reason is too short or too long.
        Conflict: No case of the gift is open: somebody has decided, or none ever was.
    """
    reason = settlement.reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInput(
            f"Give your reason in {SHORTEST_REASON} to {LONGEST_REASON:,} characters.", field="reason"
        )
    decided = select(RescreeningDecision.case_id)
    open_ids = session.scalars(
        select(RescreeningCase.id)
        .where(RescreeningCase.gift_id == settlement.gift_id, RescreeningCase.id.not_in(decided))
        .order_by(RescreeningCase.id)
    ).all()
    if not open_ids:
        raise Conflict("Somebody has decided this gift already.")
    recorded = session.scalars(
        insert(RescreeningDecision)
        .values(
            [
                {
                    "case_id": case_id,
                    "remedy": settlement.remedy.value,
                    "reviewer_id": settlement.reviewer_id,
                    "reason": keyring.encrypt(reason, reason_place(case_id)),
                    "decided_at": now,
                }
                for case_id in open_ids
            ]
        )
        .on_conflict_do_nothing(index_elements=["case_id"])
        .returning(RescreeningDecision.case_id)
    ).all()
    if len(recorded) != len(open_ids):
        raise Conflict("Somebody has decided this gift already.")
    return list(recorded)


def reason_place(case_id: uuid.UUID) -> Place:
    """Return the place of the reason given for a case."""
    return Place("rescreening_decision", "reason", str(case_id))


def _row_index(row: RegisterRow, keyring: Keyring) -> bytes:
    return keyring.blind_index(f"{row.kind}\x1f{row.key}", "rescreening row")
