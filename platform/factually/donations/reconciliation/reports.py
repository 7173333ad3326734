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
from factually.donations.reconciliation.explaining import with_explanations
from factually.donations.reconciliation.models import (
    ReconciliationBalance,
    ReconciliationDifference,
    ReconciliationRun,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection
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


def latest_report(connection: Connection | Session) -> Report | None:
    """Read the report of the newest run with what was explained since, or None before the first."""
    newest = select(ReconciliationRun.__table__).order_by(ReconciliationRun.id.desc()).limit(1)
    run = connection.execute(newest).one_or_none()
    if run is None:
        return None
    balances = _balances(connection, run.id)
    return Report(
        since=run.since,
        started_at=run.started_at,
        finished_at=run.finished_at,
        movements=run.movements,
        posted=run.posted,
        balances=balances,
        differences=with_explanations(connection, _differences(connection, run.id, balances)),
    )


def _balances(connection: Connection | Session, run_id: int) -> tuple[BalanceComparison, ...]:
    query = (
        select(ReconciliationBalance.__table__)
        .where(ReconciliationBalance.run_id == run_id)
        .order_by(ReconciliationBalance.currency)
    )
    return tuple(
        BalanceComparison(currency=row.currency, stripe_minor=row.stripe_minor, books_minor=row.books_minor)
        for row in connection.execute(query)
    )


def _differences(
    connection: Connection | Session, run_id: int, balances: Iterable[BalanceComparison]
) -> Iterator[Difference]:
    gaps = {balance.currency: balance.gap_minor for balance in balances}
    query = (
        select(ReconciliationDifference.__table__)
        .where(ReconciliationDifference.run_id == run_id)
        .order_by(ReconciliationDifference.position)
    )
    for row in connection.execute(query):
        kind = DifferenceKind(row.kind)
        yield Difference(
            kind=kind,
            subject=row.subject,
            sentence=row.sentence,
            gap_minor=gaps[row.subject] if kind is DifferenceKind.BALANCE_DIFFERS else None,
            mending=None if row.mending is None else Mending(row.mending),
        )
