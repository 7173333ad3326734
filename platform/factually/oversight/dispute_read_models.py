"""Rows for the pages on disputes and early fraud warnings, read without who gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, cast, exists, func, nulls_last, select

from factually.audit.journal import record
from factually.donations.aftermath import ANSWERABLE, SPOKEN_FOR, DisputeStatus
from factually.donations.disputes.models import (
    AnswerState,
    Dispute,
    DisputeAnswer,
    FraudWarning,
    answer_place,
)
from factually.donations.donor_records import is_erased
from factually.donations.models import Gift
from factually.donations.refunds.asking import left_to_refund
from factually.donations.refunds.models import Refund
from factually.foundation.crypto import DamagedCiphertext
from factually.foundation.errors import NotFound
from factually.foundation.money import Money
from factually.oversight.read_models import account_names
from factually.oversight.timeline import LOOK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.oversight.cases import Look

LONGEST_LIST: Final = 200


@dataclass(frozen=True, kw_only=True)
class DisputeRow:
    """A dispute in the list."""

    id: str
    gift_id: str
    amount: Money
    reason: str
    status: DisputeStatus
    due_by: datetime | None
    opened_at: datetime

    @property
    def answerable(self) -> bool:
        """Whether the bank waits for us."""
        return self.status in ANSWERABLE


@dataclass(frozen=True, kw_only=True)
class WarningRow:
    """An early fraud warning in the list.

    Attributes:
        with_us: What of the gift was not given back.
        left: What of that nobody has asked to give back yet.
    """

    gift_id: str
    with_us: Money
    left: Money
    fraud_type: str
    actionable: bool
    warned_at: datetime


@dataclass(frozen=True, kw_only=True)
class OpenedDispute:
    """One dispute with its gift and our answers: each row with its text, None where that does not open."""

    dispute: Dispute
    gift: Gift
    answers: Sequence[tuple[DisputeAnswer, str | None]]
    people: Mapping[str, str]

    @property
    def amount(self) -> Money:
        """What the bank took or asks about."""
        return Money(self.dispute.amount_minor, self.dispute.currency)

    @property
    def status(self) -> DisputeStatus:
        """How it stands."""
        return DisputeStatus(self.dispute.status)

    @property
    def erased(self) -> bool:
        """Whether our answers were blanked with the donor's data."""
        return is_erased(self.gift)

    @property
    def answered(self) -> bool:
        """Whether an answer was sent or is on its way."""
        return any(answer.state != AnswerState.REFUSED.value for answer, _ in self.answers)


def dispute_rows(connection: Connection) -> Sequence[DisputeRow]:
    """Return up to 200 disputes: those that wait for us first, the nearest deadline first."""
    waiting = Dispute.status.in_([status.value for status in ANSWERABLE])
    query = (
        select(Dispute, Gift.public_id)
        .join(Gift, Gift.id == Dispute.gift_id)
        .order_by(waiting.desc(), nulls_last(Dispute.due_by), Dispute.opened_at.desc(), Dispute.id)
        .limit(LONGEST_LIST)
    )
    return [
        DisputeRow(
            id=row.id,
            gift_id=row.public_id,
            amount=Money(row.amount_minor, row.currency),
            reason=row.reason,
            status=DisputeStatus(row.status),
            due_by=row.due_by,
            opened_at=row.opened_at,
        )
        for row in connection.execute(query)
    ]


def warning_rows(connection: Connection) -> Sequence[WarningRow]:
    """Return up to 200 early fraud warnings: those a refund can still help first, then the newest."""
    spoken_for = (
        select(cast(func.coalesce(func.sum(Refund.amount_minor), 0), BigInteger))
        .where(Refund.gift_id == Gift.id, Refund.state.in_([state.value for state in SPOKEN_FOR]))
        .scalar_subquery()
    )
    query = (
        select(
            FraudWarning,
            Gift.public_id,
            Gift.captured_minor,
            Gift.refunded_minor,
            Gift.currency,
            spoken_for.label("spoken_for"),
        )
        .join(Gift, Gift.id == FraudWarning.gift_id)
        .order_by(FraudWarning.actionable.desc(), FraudWarning.warned_at.desc(), FraudWarning.id)
        .limit(LONGEST_LIST)
    )
    return [
        WarningRow(
            gift_id=row.public_id,
            with_us=Money(row.captured_minor - row.refunded_minor, row.currency),
            left=Money(row.captured_minor - row.spoken_for, row.currency),
            fraud_type=row.fraud_type,
            actionable=row.actionable,
            warned_at=row.warned_at,
        )
        for row in connection.execute(query)
    ]


def is_warned(session: Session, gift: Gift) -> bool:
    """Tell whether a card network warns of a gift, and giving it back can still prevent a dispute."""
    warned = exists().where(FraudWarning.gift_id == gift.id, FraudWarning.actionable)
    return bool(session.scalar(select(warned))) and left_to_refund(session, gift).minor > 0


def open_dispute(session: Session, dispute_id: str, look: Look, *, keyring: Keyring) -> OpenedDispute:
    """Journal the look, then open our answers, which may speak of a donor.

    Raises:
        NotFound: No such dispute.
    """
    dispute = session.get(Dispute, dispute_id)
    if dispute is None:
        raise NotFound("There is no dispute at this address.")
    record(session, actor=look.actor, event=LOOK, subject=f"gift:{dispute.gift_id}", now=look.now)
    query = (
        select(DisputeAnswer)
        .where(DisputeAnswer.dispute_id == dispute_id)
        .order_by(DisputeAnswer.written_at, DisputeAnswer.id)
    )
    answers = session.scalars(query).all()
    return OpenedDispute(
        dispute=dispute,
        gift=session.get_one(Gift, dispute.gift_id),
        answers=[(answer, _text(answer, keyring)) for answer in answers],
        people=account_names(session, {str(answer.written_by) for answer in answers}),
    )


def _text(answer: DisputeAnswer, keyring: Keyring) -> str | None:
    try:
        return keyring.decrypt(answer.text, answer_place(answer.id))
    except DamagedCiphertext:
        # As on a gift's case: who looks for tampering must see it, not an error page.
        return None
