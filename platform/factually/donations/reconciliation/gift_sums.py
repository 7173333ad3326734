"""Compares the money of gifts with their postings, and queues the settling of those that disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, cast, func, or_, select

from factually.donations.books.accounts import LedgerAccount
from factually.donations.books.models import LedgerEntry, LedgerTransaction
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift
from factually.donations.progress import settle_soon
from factually.donations.reconciliation.differences import Difference, GiftSums, Mending, gift_differs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

_WITH_A_BANK: Final = frozenset({GiftState.DISPUTED.value, GiftState.LOST.value})
_CURRENCY: Final = func.coalesce(LedgerTransaction.presented_currency, LedgerEntry.currency)
_MOVED: Final = func.coalesce(LedgerTransaction.presented_minor, -LedgerEntry.amount_minor)
"""What a card paid, or got back (negative), before it was converted; where nobody kept it, as it settled."""


def compare_gifts(
    session: Session, *, since: datetime, until: datetime, again: Collection[str], tried: Collection[str]
) -> Iterator[Difference]:
    """Compare the gifts that moved since then, and those that differed before, with their postings.

    Args:
        session: Transaction of the caller.
        since: Gifts and postings from then on are looked at.
        until: A gift that moved later is left to the next run: the other half may be on its way.
        again: Public ids of gifts that differed in the last run.
        tried: Those of them that were settled since; it did not help where they still differ.
    """
    for gift_id, sums in _sums(session, since=since, until=until, again=again):
        if sums.agree:
            continue
        if sums.public_id in tried:
            yield gift_differs(sums, mending=None)
        else:
            settle_soon(session, gift_id)
            yield gift_differs(sums, mending=Mending.SETTLING_QUEUED)


def _sums(
    session: Session, *, since: datetime, until: datetime, again: Collection[str]
) -> Iterator[tuple[UUID, GiftSums]]:
    touched = select(LedgerTransaction.gift_id).where(LedgerTransaction.posted_at >= since)
    query = (
        select(
            Gift.id,
            Gift.public_id,
            Gift.currency,
            Gift.state,
            Gift.captured_minor,
            Gift.refunded_minor,
            _total(LedgerAccount.GIFTS).label("given"),
            (-_total(LedgerAccount.REFUNDS)).label("given_back"),
            (-_total(LedgerAccount.DISPUTES)).label("disputed"),
            func.coalesce(func.bool_and(Gift.currency == _CURRENCY), True).label("comparable"),
        )
        .outerjoin(LedgerTransaction, LedgerTransaction.gift_id == Gift.id)
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(or_(Gift.updated_at >= since, Gift.public_id.in_(again), Gift.id.in_(touched)))
        .where(Gift.updated_at < until)
        .group_by(Gift.id)
        .having(func.coalesce(func.max(LedgerTransaction.occurred_at), since) < until)
        .order_by(Gift.created_at, Gift.id)
    )
    for row in session.execute(query, execution_options={"yield_per": 1_000}):
        yield (
            row.id,
            GiftSums(
                public_id=row.public_id,
                currency=row.currency,
                comparable=row.comparable,
                captured=row.captured_minor,
                given=row.given,
                refunded=row.refunded_minor,
                given_back=row.given_back,
                lost=row.state in _WITH_A_BANK,
                disputed=row.disputed,
            ),
        )


def _total(account: LedgerAccount) -> ColumnElement[int]:
    of_account = func.sum(_MOVED).filter(LedgerEntry.account == account.value)
    return cast(func.coalesce(of_account, 0), BigInteger)
