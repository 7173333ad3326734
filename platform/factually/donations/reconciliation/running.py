"""One reconciliation: walks Stripe page by page, compares, mends, and keeps its report.

Opens transactions around calls, as a gift's `Journey` does: no call to Stripe is made inside one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, cast, func, select

from factually.donations.books.accounts import LedgerAccount
from factually.donations.books.models import LedgerEntry, LedgerTransaction
from factually.donations.gateway import GatewayError, GatewayRefused
from factually.donations.models import Gift
from factually.donations.progress import SETTLE
from factually.donations.reconciliation.comparing import Findings, compare_span, place
from factually.donations.reconciliation.differences import (
    BalanceComparison,
    DifferenceKind,
    Report,
    balance_differs,
)
from factually.donations.reconciliation.explaining import with_explanations
from factually.donations.reconciliation.gift_sums import compare_gifts
from factually.donations.reconciliation.reports import keep, latest_report
from factually.donations.reconciliation.spans import BEGINNING, spans
from factually.foundation.errors import Unavailable
from factually.jobs.queue import defer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.gateway import PaymentGateway
    from factually.foundation.clock import Clock
    from factually.foundation.database import Database

OVERLAP: Final = timedelta(days=7)
"""How far before the last run the next one begins."""
IN_FLIGHT: Final = timedelta(minutes=10)
"""For so long a webhook may be on its way; what is younger is no difference yet."""
_BALANCE_LOOKS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What a reconciliation takes: where the books lie, and who is asked."""

    database: Database
    gateway: PaymentGateway
    clock: Clock

    def run(self, *, since: datetime | None = None) -> Report:
        """Compare Stripe, books and gifts, mend what is safe, and keep the report.

        Args:
            since: From when on movements are compared; the last run's start less `OVERLAP` unless given, and
                everything in the first run. What the last run left open is compared again in any case.

        Raises:
            Unavailable: Stripe did not answer; what was posted until then stays posted.
        """
        started = self.clock.now()
        with self.database.transaction() as session:
            last = latest_report(session)
            since = _beginning(session, since, last)
        findings = Findings(quiet_since=started - IN_FLIGHT)
        begin = since or BEGINNING
        try:
            self._walk(findings, since=begin, until=findings.quiet_since)
            balances = self._compare_balances(findings)
        except GatewayError as error:
            raise Unavailable(
                "Our payment provider isn't answering. Please try again in a minute."
            ) from error
        again = _differing_gifts(last)
        with self.database.transaction() as session:
            findings.differences += compare_gifts(
                session,
                since=begin,
                until=findings.quiet_since,
                again=again,
                tried=again if _had_time(last, findings.quiet_since) else frozenset(),
            )
            report = Report(
                since=since,
                started_at=started,
                finished_at=self.clock.now(),
                movements=findings.movements,
                posted=findings.posted,
                balances=balances,
                differences=with_explanations(session, findings.differences),
            )
            keep(session, report)
        return report

    def _walk(self, findings: Findings, *, since: datetime, until: datetime) -> None:
        for span in spans(self.gateway.movements(since=since), since=since, until=until):
            with self.database.transaction() as session:
                compare_span(session, span, findings, now=self.clock.now())
        self._place_rest(findings)

    def _place_rest(self, findings: Findings) -> None:
        """Ask Stripe whose the rest is: a restored backup may know a gift and not its payment."""
        intents = {movement.intent_id for movement in findings.unplaced if movement.intent_id is not None}
        named = {intent_id: self._gift_named(intent_id) for intent_id in sorted(intents)}
        with self.database.transaction() as session:
            known = set(session.scalars(select(Gift.id).where(Gift.id.in_(set(named.values())))))
            for intent_id, gift_id in named.items():
                if gift_id in known:
                    defer(
                        session,
                        SETTLE,
                        queueing_lock=f"{SETTLE}:{gift_id}",
                        gift_id=str(gift_id),
                        intent_id=intent_id,
                    )
            for movement in findings.unplaced:
                gift_id = named.get(movement.intent_id or "")
                place(
                    session,
                    movement,
                    gift_id if gift_id in known else None,
                    findings,
                    now=self.clock.now(),
                )
        findings.unplaced.clear()

    def _gift_named(self, intent_id: str) -> uuid.UUID | None:
        try:
            return uuid.UUID(self.gateway.intent(intent_id).gift_id or "")
        except (GatewayRefused, ValueError):
            return None

    def _compare_balances(self, findings: Findings) -> tuple[BalanceComparison, ...]:
        """Compare what Stripe owes us; a gift taken between two questions asks for another look."""
        for _ in range(_BALANCE_LOOKS):
            at_stripe = self.gateway.balances()
            later = Findings(quiet_since=findings.quiet_since)
            self._walk(later, since=findings.quiet_since, until=findings.quiet_since)
            findings.movements += later.posted
            findings.posted += later.posted
            with self.database.transaction() as session:
                balances = _balances(session, at_stripe)
            differing = [one for one in balances if one.stripe_minor != one.books_minor]
            if not differing:
                break
        findings.differences += map(balance_differs, differing)
        return balances


def _beginning(session: Session, since: datetime | None, last: Report | None) -> datetime | None:
    """Return from when on to compare, so that nothing drops out of the reports while it is open."""
    if last is None:
        return since
    open_ones = LedgerTransaction.balance_transaction_id.in_({one.subject for one in last.left})
    oldest = session.scalar(select(func.min(LedgerTransaction.occurred_at)).where(open_ones))
    begin = last.started_at - OVERLAP if since is None else since
    return begin if oldest is None else min(begin, oldest)


def _differing_gifts(last: Report | None) -> frozenset[str]:
    """Name the gifts that differed in the last run."""
    differences = () if last is None else last.differences
    return frozenset(one.subject for one in differences if one.kind is DifferenceKind.GIFT_DIFFERS)


def _had_time(last: Report | None, before: datetime) -> bool:
    """Tell whether the worker has had the time to settle what the last run queued."""
    return last is not None and last.finished_at <= before


def _balances(session: Session, at_stripe: Mapping[str, int]) -> tuple[BalanceComparison, ...]:
    query = (
        select(LedgerEntry.currency, cast(func.sum(LedgerEntry.amount_minor), BigInteger))
        .where(LedgerEntry.account == LedgerAccount.STRIPE.value)
        .group_by(LedgerEntry.currency)
    )
    in_books = dict(iter(session.execute(query)))
    return tuple(
        BalanceComparison(
            currency=currency,
            stripe_minor=at_stripe.get(currency, 0),
            books_minor=in_books.get(currency, 0),
        )
        for currency in sorted(at_stripe.keys() | in_books.keys())
    )
