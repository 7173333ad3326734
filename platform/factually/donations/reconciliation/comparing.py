"""Compares a span of Stripe's movements with the books, and posts those that are missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from factually.donations.books.models import LedgerEntry, LedgerTransaction
from factually.donations.books.movements import entries_of
from factually.donations.books.posting import post
from factually.donations.models import Gift
from factually.donations.reconciliation.differences import (
    Difference,
    missing_in_books,
    posted_otherwise,
    unknown_kind,
    unknown_to_stripe,
    without_gift,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.books.movements import BalanceMovement
    from factually.donations.reconciliation.spans import Span


@dataclass
class Findings:
    """What the comparison has found so far.

    Attributes:
        quiet_since: Movements from then on are posted without a word: whoever posts them may be on the way.
        unplaced: Movements of a charge that no gift of ours names; they wait for a look at Stripe.
    """

    quiet_since: datetime
    movements: int = 0
    posted: int = 0
    differences: list[Difference] = field(default_factory=list)
    unplaced: list[BalanceMovement] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Posting:
    gift_id: uuid.UUID | None
    entries: Mapping[tuple[str, str], int]


def compare_span(session: Session, span: Span, findings: Findings, *, now: datetime) -> None:
    """Compare a span with the books both ways, and post what is missing and has its gift."""
    postings = _postings(session, span)
    gifts = gifts_of(session, span.movements)
    findings.movements += len(span.movements)
    for movement in span.movements:
        posting = postings.pop(movement.id, None)
        if posting is not None:
            _compare(movement, posting, findings)
        elif movement.charge_id is not None and movement.charge_id not in gifts:
            findings.unplaced.append(movement)
        else:
            place(session, movement, gifts.get(movement.charge_id or ""), findings, now=now)
    findings.differences += map(unknown_to_stripe, sorted(postings))


def place(
    session: Session,
    movement: BalanceMovement,
    gift_id: uuid.UUID | None,
    findings: Findings,
    *,
    now: datetime,
) -> None:
    """Post a missing movement, and name it and what is odd about it."""
    if not post(session, movement, gift_id=gift_id, now=now):
        return
    findings.posted += 1
    if movement.created < findings.quiet_since:
        findings.differences.append(missing_in_books(movement))
    _name_oddities(movement, gift_id, findings)


def gifts_of(session: Session, movements: Iterable[BalanceMovement]) -> dict[str, uuid.UUID]:
    """Find the gifts of movements, as gift ids by charge id."""
    charges = {one.charge_id: one.intent_id for one in movements if one.charge_id is not None}
    intents = {intent for intent in charges.values() if intent is not None}
    query = select(Gift.id, Gift.charge_id, Gift.payment_intent_id).where(
        or_(Gift.charge_id.in_(charges), Gift.payment_intent_id.in_(intents))
    )
    rows = session.execute(query).all()
    by_charge = {row.charge_id: row.id for row in rows}
    by_intent = {row.payment_intent_id: row.id for row in rows}
    found = {charge: by_charge.get(charge) or by_intent.get(intent) for charge, intent in charges.items()}
    return {charge: gift_id for charge, gift_id in found.items() if gift_id is not None}


def _postings(session: Session, span: Span) -> dict[str, _Posting]:
    """Read the postings of a span's time, and those of its movements that were booked at another time."""
    lies_within = (LedgerTransaction.occurred_at >= span.since) & (LedgerTransaction.occurred_at < span.until)
    is_named = LedgerTransaction.balance_transaction_id.in_([movement.id for movement in span.movements])
    query = (
        select(
            LedgerTransaction.balance_transaction_id,
            LedgerTransaction.gift_id,
            LedgerEntry.account,
            LedgerEntry.currency,
            LedgerEntry.amount_minor,
        )
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(or_(lies_within, is_named))
    )
    gifts: dict[str, uuid.UUID | None] = {}
    entries: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for name, gift_id, account, currency, minor in session.execute(query):
        gifts[name] = gift_id
        if account is not None:
            entries[name][account, currency] = minor
    return {name: _Posting(gift_id=gift_id, entries=entries[name]) for name, gift_id in gifts.items()}


def _compare(movement: BalanceMovement, posting: _Posting, findings: Findings) -> None:
    expected = {(entry.account.value, movement.currency): entry.amount for entry in entries_of(movement)}
    if posting.entries != expected:
        findings.differences.append(posted_otherwise(movement))
    _name_oddities(movement, posting.gift_id, findings)


def _name_oddities(movement: BalanceMovement, gift_id: uuid.UUID | None, findings: Findings) -> None:
    if movement.unknown:
        findings.differences.append(unknown_kind(movement))
    if movement.charge_id is not None and gift_id is None:
        findings.differences.append(without_gift(movement))
