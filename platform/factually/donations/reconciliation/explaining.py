"""Explaining a difference that is as it should be, such as a payment made by hand in Stripe's dashboard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from factually.accounts.models import Account
from factually.audit.journal import Actor, record
from factually.donations.reconciliation.differences import Difference, DifferenceKind, Explanation
from factually.donations.reconciliation.models import ReconciliationExplanation
from factually.foundation.errors import Conflict, InvalidInput
from factually.independence.reviewing import LONGEST_REASON, SHORTEST_REASON

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Select
    from sqlalchemy.orm import Session


def explain(
    session: Session, difference: Difference, reason: str, *, explained_by: uuid.UUID, now: datetime
) -> None:
    """Write down why a difference is as it should be; it is open again once its amounts change.

    Args:
        session: Transaction of the caller.
        difference: Of the latest report.
        reason: At least ten characters; kept for ever, and no place for a donor's name.
        explained_by: The account.
        now: The time.

    Raises:
        InvalidInput: The reason is too short or too long.
        Conflict: The difference was mended, or somebody has explained it.
    """
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInput(
            f"Give your reason in {SHORTEST_REASON} to {LONGEST_REASON:,} characters.", field="reason"
        )
    if difference.mending is not None:
        raise Conflict("This difference was mended. There is nothing to explain.")
    added = session.execute(
        insert(ReconciliationExplanation)
        .values(
            kind=difference.kind.value,
            subject=difference.subject,
            extent=difference.extent,
            sentence=difference.sentence,
            reason=reason,
            explained_by=explained_by,
            explained_at=now,
        )
        .on_conflict_do_nothing()
        .returning(ReconciliationExplanation.id)
    ).scalar_one_or_none()
    if added is None:
        raise Conflict("Somebody has explained this difference already.")
    record(
        session,
        actor=Actor("account", str(explained_by)),
        event="difference.explained",
        subject=f"difference:{difference.subject}",
        now=now,
        details={"kind": difference.kind.value, "explanation": added},
    )


def with_explanations(
    connection: Connection | Session, differences: Iterable[Difference]
) -> tuple[Difference, ...]:
    """Put beside each difference what somebody has explained of it, as it is now."""
    found = tuple(differences)
    of_these = ReconciliationExplanation.subject.in_({one.subject for one in found})
    known = {_identity(one): one.explanation for one in _read(connection, _EXPLANATIONS.where(of_these))}
    return tuple(
        replace(one, explanation=known.get(_identity(one)) if one.mending is None else None) for one in found
    )


def explained_differences(connection: Connection | Session, *, limit: int) -> list[Difference]:
    """Return what was ever explained, as it was then, the latest first."""
    return _read(connection, _EXPLANATIONS.order_by(ReconciliationExplanation.id.desc()).limit(limit))


_EXPLANATIONS: Final = select(ReconciliationExplanation.__table__, Account.name).join(
    Account, Account.id == ReconciliationExplanation.explained_by
)


def _identity(difference: Difference) -> tuple[DifferenceKind, str, str]:
    return difference.kind, difference.subject, difference.extent


def _read(connection: Connection | Session, query: Select[Any]) -> list[Difference]:
    return [
        Difference(
            kind=(kind := DifferenceKind(row.kind)),
            subject=row.subject,
            sentence=row.sentence,
            gap_minor=int(row.extent) if kind is DifferenceKind.BALANCE_DIFFERS else None,
            explanation=Explanation(reason=row.reason, explained_by=row.name, explained_at=row.explained_at),
        )
        for row in connection.execute(query)
    ]
