"""What Stripe says about money after it was taken, by refunds, disputes and warnings, and what that proves.

Pure. Amounts are minor units, times aware UTC. Refunds and disputes are kept as rows that only go forward,
and a gift's facts are read from all of them together: no order of events ends elsewhere than another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from factually.donations.lifecycle import Fact

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from factually.donations.books.movements import BalanceMovement


class RefundState(StrEnum):
    """Where a refund stands, before Stripe knows of it and after."""

    PROPOSED = "proposed"
    """Waits for a second person."""
    DECLINED = "declined"
    """The second person said no."""
    APPROVED = "approved"
    """May be sent to Stripe, or is on its way."""
    REFUSED = "refused"
    """Stripe said no; nothing moved."""
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """The bank did not take it, which can turn out long after it succeeded: the money is with us again."""
    CANCELLED = "cancelled"


_NEWS: Final = {RefundState.PENDING, RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELLED}
REFUND_STEPS: Final = {
    RefundState.PROPOSED: {RefundState.APPROVED, RefundState.DECLINED},
    RefundState.APPROVED: _NEWS | {RefundState.REQUIRES_ACTION, RefundState.REFUSED},
    # A no can reach us although an earlier send of the same refund had been heard.
    RefundState.REFUSED: _NEWS | {RefundState.REQUIRES_ACTION},
    RefundState.PENDING: _NEWS - {RefundState.PENDING} | {RefundState.REQUIRES_ACTION},
    RefundState.REQUIRES_ACTION: _NEWS - {RefundState.PENDING},
    RefundState.SUCCEEDED: {RefundState.FAILED},
}
"""Every change of a refund that the database may accept; all else is older news."""

GIVEN_BACK: Final = frozenset({RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED})
"""States in which the money has left us."""
SPOKEN_FOR: Final = GIVEN_BACK | {RefundState.PROPOSED, RefundState.APPROVED}
"""States in which the amount can't be given back a second time."""
CAME_BACK: Final = frozenset({RefundState.FAILED, RefundState.CANCELLED})
"""States in which the money is with us again, and a person has to find another way."""


class DisputeStatus(StrEnum):
    """Stripe's states of a dispute; those that begin with "warning" are inquiries and move no money."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    PREVENTED = "prevented"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


_ORDER: Final = tuple(DisputeStatus)
ANSWERABLE: Final = frozenset({DisputeStatus.NEEDS_RESPONSE, DisputeStatus.WARNING_NEEDS_RESPONSE})
"""States in which the bank waits for our evidence."""
OPEN_DISPUTES: Final = frozenset({DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW})
UNREFUNDABLE: Final = OPEN_DISPUTES | {DisputeStatus.LOST}
"""States in which the bank has the money, so that Stripe refuses a refund."""


@dataclass(frozen=True, kw_only=True)
class RefundSnapshot:
    """A refund as fetched at one moment; `row_id` is what our metadata says, None for one made elsewhere."""

    id: str
    row_id: uuid.UUID | None
    amount: int
    state: RefundState
    failure_reason: str | None
    created: datetime
    movements: tuple[BalanceMovement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DisputeSnapshot:
    """A dispute or inquiry as fetched at one moment; `due_by` is when evidence must be in, if ever."""

    id: str
    charge_id: str
    amount: int
    reason: str
    status: DisputeStatus
    due_by: datetime | None
    created: datetime
    movements: tuple[BalanceMovement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WarningSnapshot:
    """A card network's early word that a payment may be fraud; `actionable` while a refund can still help."""

    id: str
    charge_id: str
    fraud_type: str
    actionable: bool
    created: datetime


def refund_moves(before: RefundState, after: RefundState) -> bool:
    """Say whether a refund goes from one state to the other; anything else is known or older news."""
    return after in REFUND_STEPS.get(before, set())


def dispute_moves(before: DisputeStatus, after: DisputeStatus) -> bool:
    """Say whether a dispute goes from one state to the other: only forward, and never out of its end."""
    ended = before in {DisputeStatus.WON, DisputeStatus.LOST}
    return not ended and _ORDER.index(after) > _ORDER.index(before)


def facts_after_capture(*, taken: int, returned: int, disputes: Collection[DisputeStatus]) -> Iterator[Fact]:
    """List what all refunds and disputes of a captured gift prove together, in the order of the lifecycle.

    Args:
        taken: What was captured.
        returned: What stands as given back.
        disputes: Every dispute of it; an inquiry proves nothing.
    """
    if returned > 0:
        yield Fact.REFUNDED if returned >= taken else Fact.PARTLY_REFUNDED
    ended = {DisputeStatus.WON, DisputeStatus.LOST} & set(disputes)
    still_open = not OPEN_DISPUTES.isdisjoint(disputes)
    if ended or still_open:
        yield Fact.DISPUTED
    if ended and not still_open:
        yield Fact.DISPUTE_LOST if DisputeStatus.LOST in ended else Fact.DISPUTE_WON
