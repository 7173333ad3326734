"""Reconciles a giving desk, and reads what the books then say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from factually.donations.books.queries import trial_balance
from factually.donations.reconciliation.running import Reconciliation

if TYPE_CHECKING:
    from datetime import datetime

    from factually.donations.gateway import PaymentGateway
    from factually.donations.reconciliation.differences import Report
    from tests.support.donation_factories import GivingDesk

LATER: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class Reconciler:
    """One desk, reconciled as often as a test wants."""

    desk: GivingDesk

    def run(self, *, since: datetime | None = None, gateway: PaymentGateway | None = None) -> Report:
        return Reconciliation(
            database=self.desk.database, gateway=gateway or self.desk.gateway, clock=self.desk.clock
        ).run(since=since)

    def run_later(self) -> Report:
        """Half an hour on, when nothing can be on its way any more."""
        self.desk.clock.advance(LATER)
        return self.run()

    def balances(self) -> dict[str, int]:
        with self.desk.database.transaction() as session:
            return {entry.account.value: entry.minor for entry in trial_balance(session)}

    def posted_for(self) -> list[tuple[str, str | None]]:
        """Each posting's category, and the public id of its gift."""
        query = text(
            "SELECT reporting_category, public_id FROM ledger_transaction "
            "LEFT JOIN gift ON gift.id = gift_id ORDER BY occurred_at, ledger_transaction.id"
        )
        with self.desk.database.transaction() as session:
            return [(category, public_id) for category, public_id in session.execute(query)]

    def queued(self) -> list[dict[str, str]]:
        """The arguments of all settling that waits and is due."""
        query = text(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'donations.settle' "
            "AND status = 'todo' AND scheduled_at IS NULL ORDER BY id"
        )
        with self.desk.database.transaction() as session:
            return list(session.execute(query).scalars())
