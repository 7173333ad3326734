"""Keeps the report of a run and reads the latest one, for the operator's page and for the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from factually.donations.reconciliation.differences import (
    BalanceComparison,
    Difference,
    DifferenceKind,
    Mending,
    Report,
)
from factually.donations.reconciliation.models import (
    ReconciliationBalance,
    ReconciliationDifference,
    ReconciliationRun,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def keep(session: Session, report: Report) -> None:
    """Write a report down, whole."""
    run = ReconciliationRun(
        since=report.since,
        started_at=report.started_at,
        finished_at=report.finished_at,
        movements=report.movements,
        posted=report.posted,
    )
    session.add(run)
    session.flush()
    balances = [
        {
            "run_id": run.id,
            "currency": balance.currency,
            "stripe_minor": balance.stripe_minor,
            "books_minor": balance.books_minor,
        }
        for balance in report.balances
    ]
    differences = [
        {
            "run_id": run.id,
            "position": position,
            "kind": difference.kind.value,
            "subject": difference.subject,
            "sentence": difference.sentence,
            "mending": None if difference.mending is None else difference.mending.value,
        }
        for position, difference in enumerate(report.differences, start=1)
    ]
    if balances:
        session.execute(insert(ReconciliationBalance), balances)
    if differences:
        session.execute(insert(ReconciliationDifference), differences)


def latest_report(session: Session) -> Report | None:
    """Read the report of the newest run, or None before the first."""
    newest = select(ReconciliationRun).order_by(ReconciliationRun.id.desc()).limit(1)
    run = session.execute(newest).scalar_one_or_none()
    if run is None:
        return None
    balances = (
        select(ReconciliationBalance)
        .where(ReconciliationBalance.run_id == run.id)
        .order_by(ReconciliationBalance.currency)
    )
    differences = (
        select(ReconciliationDifference)
        .where(ReconciliationDifference.run_id == run.id)
        .order_by(ReconciliationDifference.position)
    )
    return Report(
        since=run.since,
        started_at=run.started_at,
        finished_at=run.finished_at,
        movements=run.movements,
        posted=run.posted,
        balances=tuple(
            BalanceComparison(
                currency=row.currency, stripe_minor=row.stripe_minor, books_minor=row.books_minor
            )
            for row in session.scalars(balances)
        ),
        differences=tuple(
            Difference(
                kind=DifferenceKind(row.kind),
                subject=row.subject,
                sentence=row.sentence,
                mending=None if row.mending is None else Mending(row.mending),
            )
            for row in session.scalars(differences)
        ),
    )
