"""One look at everything, here and at Stripe: what the promises are about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import Text, cast, func, literal, literal_column, select, text, union_all

from factually.donations.donor_records import open_donor
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.models import Gift, GiftEvent
from factually.donations.monthly.models import MonthlyEvent, MonthlyGift
from factually.foundation.database import Base
from tests.faults.looking import ever_cleared, look_at_stripe
from tests.support.register_changes import NEW_GROUP

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from tests.faults.looking import AtStripe
    from tests.stateful.desk import Desk

_ENTERED: Final = (
    select(func.min(GiftEvent.id)).where(GiftEvent.gift_id == Gift.id).correlate(Gift).scalar_subquery()
)
"""The order in which gifts came: their ids are at random, and the clock stands still."""
_BEGUN: Final = (
    select(func.min(MonthlyEvent.id))
    .where(MonthlyEvent.monthly_gift_id == MonthlyGift.id)
    .correlate(MonthlyGift)
    .scalar_subquery()
)
_TURNED_AWAY: Final = text(
    "SELECT gift_id FROM screening WHERE stage = 'before_authorisation' "
    "GROUP BY gift_id HAVING bool_and(outcome = 'refuse')"
)
_ACCEPTED: Final = text("SELECT gift_id FROM gift_decision WHERE verdict = 'accept'")
_DOUBTED: Final = text(
    "SELECT gift_id, bool_or(decision.case_id IS NULL) AS undecided FROM rescreening_case AS doubt "
    "LEFT JOIN rescreening_decision AS decision ON decision.case_id = doubt.id GROUP BY gift_id"
)
_RETURNED: Final = text(
    "SELECT gift_id FROM refund WHERE state IN ('pending', 'requires_action', 'succeeded')"
)
_LETTERS: Final = text("SELECT key FROM outgoing_letter")
_BOOKED: Final = text(
    "SELECT gift_id, account, sum(amount_minor) FROM ledger_entry "
    "JOIN ledger_transaction ON id = transaction_id GROUP BY 1, 2"
)
_TOTAL: Final = text("SELECT coalesce(sum(minor), 0) FROM giving_total")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is written down here at one moment.

    Attributes:
        gifts: In the order in which they came.
        monthlies: Monthly gifts, likewise.
        cleared: Gifts with a recorded yes.
        accepted: Those of them that a person accepted.
        turned_away: Gifts that every screening before a payment refused.
        doubted: Gifts that a register put in doubt, and whether a person still has to decide.
        returned: Gifts of which a refund stands.
        letters: Keys of all letters.
        booked: Sums in the books by gift and account, in minor units.
        total: The public sum of all giving.
        history: A fingerprint of each row that must stay as it is for ever.
    """

    gifts: Sequence[Gift]
    monthlies: Sequence[MonthlyGift]
    cleared: frozenset[uuid.UUID]
    accepted: frozenset[uuid.UUID]
    turned_away: frozenset[uuid.UUID]
    doubted: Mapping[uuid.UUID, bool]
    returned: frozenset[uuid.UUID]
    letters: Sequence[str]
    booked: Mapping[tuple[uuid.UUID | None, str], int]
    total: int
    history: frozenset[str]

    def held(self) -> list[Gift]:
        """Gifts that wait for a person."""
        return [gift for gift in self.gifts if gift.state == GiftState.HELD and gift.instruction is None]

    def taken(self) -> list[Gift]:
        """Gifts whose money was taken."""
        return [gift for gift in self.gifts if gift.state in TAKEN_STATES]

    def in_doubt(self) -> list[Gift]:
        """Gifts about whose money a person has to decide."""
        return [gift for gift in self.gifts if self.doubted.get(gift.id)]


@dataclass(frozen=True, kw_only=True)
class Seen(Kept):
    """What there is at one moment, here and at Stripe.

    Attributes:
        named: Gifts of a group that the register names by now.
        stripe: All that Stripe has.
    """

    named: frozenset[uuid.UUID]
    stripe: AtStripe

    def asked_by_bank(self) -> bool:
        """Tell whether a bank waits for any cardholder."""
        return any(
            intent["status"] == "requires_action"
            for intents in self.stripe.intents.values()
            for intent in intents
        )


def look_around(desk: Desk) -> Seen:
    """Look at everything."""
    with desk.database.transaction() as session:
        kept = _read(session)
    return Seen(
        **vars(kept),
        named=_named(desk, kept.gifts),
        stripe=_by_gift(look_at_stripe(desk.outside), kept.gifts),
    )


def _read(session: Session) -> Kept:
    return Kept(
        gifts=session.scalars(select(Gift).order_by(_ENTERED)).all(),
        monthlies=session.scalars(select(MonthlyGift).order_by(_BEGUN)).all(),
        cleared=frozenset(ever_cleared(session)),
        accepted=frozenset(session.execute(_ACCEPTED).scalars()),
        turned_away=frozenset(session.execute(_TURNED_AWAY).scalars()),
        doubted={row.gift_id: row.undecided for row in session.execute(_DOUBTED)},
        returned=frozenset(session.execute(_RETURNED).scalars()),
        letters=session.execute(_LETTERS).scalars().all(),
        booked={(gift_id, account): int(minor) for gift_id, account, minor in session.execute(_BOOKED)},
        total=int(session.execute(_TOTAL).scalar_one()),
        history=frozenset(_history(session)),
    )


def _named(desk: Desk, gifts: Sequence[Gift]) -> frozenset[uuid.UUID]:
    if not desk.newcomers:
        return frozenset()
    return frozenset(
        gift.id for gift in gifts if open_donor(gift, keyring=desk.keyring).organisation == NEW_GROUP
    )


def _by_gift(stripe: AtStripe, gifts: Sequence[Gift]) -> AtStripe:
    """Put the payment that begins a monthly gift under its first month, where no answer told us of it yet."""
    months = {str(gift.monthly_gift_id): gift for gift in reversed(gifts)}
    beginning = {one["id"]: months.get(name) for name, found in stripe.subscriptions.items() for one in found}
    intents = dict(stripe.intents)
    for invoice in stripe.invoices.values():
        gift = beginning[invoice["parent"]["subscription_details"]["subscription"]]
        begins = invoice["billing_reason"] == "subscription_create"
        if begins and gift is not None and gift.invoice_id is None:
            payments = intents.pop(invoice["id"], ())
            intents[str(gift.id)] = [*intents.get(str(gift.id), ()), *payments]
    return replace(stripe, intents=intents)


def _history(session: Session) -> list[str]:
    rows = [
        select(literal(f"{table.name} ") + func.md5(cast(literal_column(table.name), Text))).select_from(
            table
        )
        for table in Base.metadata.tables.values()
        if table.info.get("append_only")
    ]
    return list(session.execute(union_all(*rows)).scalars())
