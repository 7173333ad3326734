"""Rows for the pages on refunds, read without who gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import case, exists, select
from sqlalchemy.orm import aliased

from factually.audit.journal import record
from factually.donations.aftermath import CAME_BACK, SPOKEN_FOR, RefundState
from factually.donations.models import Gift
from factually.donations.refunds.models import Refund, RefundCause, reason_place
from factually.foundation.crypto import ERASED, DamagedCiphertext
from factually.foundation.errors import NotFound
from factually.foundation.money import Money
from factually.oversight.read_models import account_names
from factually.oversight.timeline import LOOK

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.oversight.cases import Look

LONGEST_LIST: Final = 200
_NEEDS_PERSON: Final = CAME_BACK | {RefundState.REFUSED}
_UNDER_WAY: Final = (RefundState.APPROVED, RefundState.PENDING, RefundState.REQUIRES_ACTION)


@dataclass(frozen=True, kw_only=True)
class RefundRow:
    """A refund in a list."""

    id: uuid.UUID
    gift_id: str
    amount: Money
    state: RefundState
    cause: RefundCause
    requested_by: uuid.UUID | None
    requested_at: datetime
    problem: str | None
    asked_again: bool

    @property
    def needs_person(self) -> bool:
        """Whether the money is with us although it was to go back: another way has to be found."""
        return self.state in _NEEDS_PERSON and not self.asked_again


@dataclass(frozen=True, kw_only=True)
class OpenedRefund:
    """One refund with its gift, the reason that was given, and the names of those who decided.

    `reason` is None where nobody here asked for it, or where its bytes no longer open (`damaged`; `erased`
    where that is since the donor was).
    `asked_again` tells whether another refund of the gift was asked for since.
    """

    refund: Refund
    gift: Gift
    reason: str | None
    damaged: bool
    asked_again: bool
    people: Mapping[str, str]

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.refund.amount_minor, self.refund.currency)

    @property
    def state(self) -> RefundState:
        """Where it stands."""
        return RefundState(self.refund.state)

    @property
    def erased(self) -> bool:
        """Whether the reason was blanked with the donor's data."""
        return self.refund.reason == ERASED


def refund_rows(connection: Connection) -> Sequence[RefundRow]:
    """Return up to 200 refunds: those that wait for a person, those under way, then the others."""
    asked_again = _asked_again()
    urgency = case(
        (Refund.state == RefundState.PROPOSED.value, 0),
        (Refund.state.in_([state.value for state in _NEEDS_PERSON]) & ~asked_again, 1),
        (Refund.state.in_([state.value for state in _UNDER_WAY]), 2),
        else_=3,
    )
    query = (
        select(Refund, Gift.public_id, asked_again.label("asked_again"))
        .join(Gift, Gift.id == Refund.gift_id)
        .order_by(urgency, Refund.requested_at.desc(), Refund.id)
        .limit(LONGEST_LIST)
    )
    return [
        RefundRow(
            id=row.id,
            gift_id=row.public_id,
            amount=Money(row.amount_minor, row.currency),
            state=RefundState(row.state),
            cause=RefundCause(row.cause),
            requested_by=row.requested_by,
            requested_at=row.requested_at,
            problem=row.problem,
            asked_again=row.asked_again,
        )
        for row in connection.execute(query)
    ]


def open_refund(session: Session, refund_id: uuid.UUID, look: Look, *, keyring: Keyring) -> OpenedRefund:
    """Journal the look, then open the reason, which may speak of a donor.

    Raises:
        NotFound: No such refund.
    """
    refund = session.get(Refund, refund_id)
    if refund is None:
        raise NotFound("There is no refund at this address.")
    record(session, actor=look.actor, event=LOOK, subject=f"gift:{refund.gift_id}", now=look.now)
    try:
        sealed = refund.reason
        reason = None if sealed is None else keyring.decrypt(sealed, reason_place(refund.id))
    except DamagedCiphertext:
        # As on a gift's case: who looks for tampering must see it, not an error page.
        reason = None
    people = {str(account) for account in (refund.requested_by, refund.judged_by) if account is not None}
    return OpenedRefund(
        refund=refund,
        gift=session.get_one(Gift, refund.gift_id),
        reason=reason,
        damaged=reason is None and refund.reason is not None,
        asked_again=bool(
            session.scalar(select(_asked_again()).select_from(Refund).where(Refund.id == refund_id))
        ),
        people=account_names(session, people),
    )


def _asked_again() -> ColumnElement[bool]:
    later = aliased(Refund)
    return exists().where(
        later.gift_id == Refund.gift_id,
        later.requested_at > Refund.requested_at,
        later.state.in_([state.value for state in SPOKEN_FOR]),
    )


def latest_return(session: Session, gift_id: uuid.UUID) -> Refund | None:
    """Return the last refund that a decision on a doubt asked for, None where it could not be asked yet."""
    query = (
        select(Refund)
        .where(Refund.gift_id == gift_id, Refund.cause == RefundCause.POLICY.value)
        .order_by(Refund.requested_at.desc(), Refund.id)
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()
