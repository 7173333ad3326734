"""Rows for the desk's pages, read column by column: a list never loads a donor's sealed field."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, tuple_

from factually.accounts.models import Account
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift
from factually.donations.refunds.models import Refund
from factually.foundation.money import Money
from factually.independence.models import GiftDecision, Screening
from factually.independence.queries import latest_outcomes
from factually.independence.results import Verdict
from factually.independence.sealing import inputs_place
from factually.independence.subjects import subject_from_canonical
from factually.mail.letters import OutgoingLetter
from factually.oversight.filters import Cursor
from factually.oversight.wording import LETTERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Executable
    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.independence.outcomes import Outcome
    from factually.independence.subjects import ScreeningSubject
    from factually.oversight.filters import GiftFilter

QUEUE_LENGTH: Final = 200
PAGE_LENGTH: Final = 50


@dataclass(frozen=True, kw_only=True)
class GiftRow:
    """A gift in a list: everything but who gave it.

    Attributes:
        outcome: Of its last screening; None where it was never screened, and in the queue (all are held).
        monthly: Whether it is one month of a monthly gift.
        deciding_rule: Rule that held or refused it, with the sentence that says why.
        ruling: What a person decided, with that person's name; None where nobody did, and in the queue.
    """

    id: uuid.UUID
    public_id: str
    amount: Money
    state: GiftState
    monthly: bool
    deciding_rule: str | None
    deciding_reason: str | None
    review_deadline: datetime | None
    created_at: datetime
    outcome: Outcome | None = None
    ruling: tuple[Verdict, str] | None = None


@dataclass(frozen=True, slots=True)
class GiftsPage:
    """One page of gifts; `older` is where the next one begins, None on the last."""

    rows: Sequence[GiftRow]
    older: Cursor | None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter to the donor: what it told, and when it was written and sent."""

    told: str
    created_at: datetime
    sent_at: datetime | None


def held_gifts(connection: Connection) -> Sequence[GiftRow]:
    """Return up to 200 gifts that wait for a person, the nearest deadline first."""
    waiting = (Gift.state == GiftState.HELD.value) & Gift.instruction.is_(None)
    return _rows(connection, _GIFT.where(waiting).order_by(Gift.review_deadline, Gift.id).limit(QUEUE_LENGTH))


def gifts_page(connection: Connection, wanted: GiftFilter) -> GiftsPage:
    """Return one page of gifts, newest first, by keyset: a gift that arrives meanwhile moves no page."""
    query = _GIFT.order_by(Gift.created_at.desc(), Gift.id.desc()).limit(PAGE_LENGTH + 1)
    if wanted.state is not None:
        query = query.where(Gift.state == wanted.state.value)
    if wanted.after is not None:
        query = query.where(tuple_(Gift.created_at, Gift.id) < (wanted.after.created_at, wanted.after.id))
    found = _rows(connection, query)
    rows = found[:PAGE_LENGTH]
    ids = [row.id for row in rows]
    outcomes = latest_outcomes(connection, ids)
    rulings = _rulings(connection, ids)
    last = rows[-1] if len(found) > PAGE_LENGTH else None
    return GiftsPage(
        rows=[replace(row, outcome=outcomes.get(row.id), ruling=rulings.get(row.id)) for row in rows],
        older=None if last is None else Cursor(last.created_at, last.id),
    )


def account_names(session: Session, ids: Iterable[str]) -> Mapping[str, str]:
    """Return the name behind each account id, for telling who did what."""
    wanted = {uuid.UUID(id_) for id_ in ids}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {str(id_): name for id_, name in rows}


def letters_about(session: Session, gift_id: uuid.UUID) -> Sequence[LetterRow]:
    """Return the letters written to a gift's donor, by their keys; none is opened."""
    refund_ids = session.scalars(select(Refund.id).where(Refund.gift_id == gift_id)).all()
    keys = {letter.key(id_): told for letter, told in LETTERS.items() for id_ in (gift_id, *refund_ids)}
    rows = session.execute(
        select(OutgoingLetter.key, OutgoingLetter.created_at, OutgoingLetter.sent_at)
        .where(OutgoingLetter.key.in_(keys))
        .order_by(OutgoingLetter.created_at)
    )
    return [LetterRow(keys[key], created_at, sent_at) for key, created_at, sent_at in rows]


def screened_subject(session: Session, screening_id: uuid.UUID, *, keyring: Keyring) -> ScreeningSubject:
    """Open what a screening was told; whoever shows it has journalled the look.

    Raises:
        DamagedCiphertext: The stored inputs were altered or moved.
    """
    sealed = session.execute(select(Screening.inputs).where(Screening.id == screening_id)).scalar_one()
    return subject_from_canonical(keyring.decrypt(sealed, inputs_place(screening_id)))


_GIFT: Final = select(
    Gift.id,
    Gift.public_id,
    Gift.amount_minor,
    Gift.currency,
    Gift.state,
    Gift.monthly_gift_id,
    Gift.deciding_rule,
    Gift.deciding_reason,
    Gift.review_deadline,
    Gift.created_at,
)


def _rulings(
    connection: Connection, gift_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, tuple[Verdict, str]]:
    rows = connection.execute(
        select(GiftDecision.gift_id, GiftDecision.verdict, Account.name)
        .join(Account, Account.id == GiftDecision.reviewer_id)
        .where(GiftDecision.gift_id.in_(gift_ids))
    )
    return {gift_id: (Verdict(verdict), name) for gift_id, verdict, name in rows}


def _rows(connection: Connection, query: Executable) -> list[GiftRow]:
    return [
        GiftRow(
            id=row.id,
            public_id=row.public_id,
            amount=Money(row.amount_minor, row.currency),
            state=GiftState(row.state),
            monthly=row.monthly_gift_id is not None,
            deciding_rule=row.deciding_rule,
            deciding_reason=row.deciding_reason,
            review_deadline=row.review_deadline,
            created_at=row.created_at,
        )
        for row in connection.execute(query)
    ]
