"""Past donors as their last screening knew them: the sealed inputs, opened for being screened again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func, select
from sqlalchemy.orm import aliased

from factually.foundation.crypto import ERASED, DamagedCiphertext
from factually.independence.facts import facts_from_json
from factually.independence.matching import stated_names
from factually.independence.models import Screening
from factually.independence.rescreening.donor_index import Indexed
from factually.independence.rescreening.pieces import donor_pieces
from factually.independence.sealing import inputs_place
from factually.independence.subjects import Stage, subject_from_canonical

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.independence.facts import GivingHistory
    from factually.independence.subjects import ScreeningSubject

_LOG = structlog.get_logger(__name__)
_WITH_CARD: Final = (Stage.AFTER_AUTHORISATION.value, Stage.RENEWAL.value)
"""Stages after which money can be taken; earlier ones know less, and re-screenings nothing new."""


@dataclass(frozen=True, kw_only=True)
class PastDonor:
    """Who gave one gift; `number` is that of the screening which knew it last.

    `history` is what other gifts told at that time: a register that changes says nothing new about those.
    """

    number: int
    gift_id: uuid.UUID
    subject: ScreeningSubject
    history: GivingHistory | None


@dataclass(frozen=True)
class OpenedDonors:
    """Donors in the order of their numbers, and how many more no longer open: altered or moved bytes."""

    donors: Sequence[PastDonor]
    unreadable: int


def last_number(session: Session, *, before: datetime | None = None) -> int:
    """Return the number of the last screening, or of the last before the first one made since a moment.

    A number is drawn before its row is seen by others: only what is older than any transaction is complete.
    """
    numbers = select(func.coalesce(func.max(Screening.number), 0))
    if before is not None:
        young = select(func.min(Screening.number)).where(Screening.created_at >= before).scalar_subquery()
        numbers = numbers.where((Screening.number < young) | young.is_(None))
    return session.execute(numbers).scalar_one()


def numbers_between(session: Session, first: int, last: int, *, limit: int) -> list[int]:
    """Return the numbers of donors' screenings in a range, in order."""
    query = select(Screening.number).where(
        Screening.number.between(first, last), Screening.stage.in_(_WITH_CARD)
    )
    return list(session.scalars(query.order_by(Screening.number).limit(limit)))


def open_donors(session: Session, numbers: Collection[int], *, keyring: Keyring) -> OpenedDonors:
    """Open the donors of these screenings, unless a later one of the same gift knows more."""
    later = aliased(Screening)
    superseded = (
        select(later.id)
        .where(
            later.gift_id == Screening.gift_id,
            later.number > Screening.number,
            later.stage.in_(_WITH_CARD),
        )
        .exists()
    )
    return _opened(session, _among(numbers) & ~superseded, keyring)


def donors_to_index(session: Session, numbers: Collection[int], *, keyring: Keyring) -> Iterator[Indexed]:
    """Yield what the donors of these screenings are found by."""
    for donor in _opened(session, _among(numbers), keyring).donors:
        yield Indexed(donor.number, donor_pieces(stated_names(donor.subject)))


def _opened(session: Session, wanted: ColumnElement[bool], keyring: Keyring) -> OpenedDonors:
    rows = session.execute(
        select(Screening.number, Screening.id, Screening.gift_id, Screening.inputs, Screening.facts)
        .where(wanted, Screening.inputs != ERASED)
        .order_by(Screening.number)
    )
    donors: list[PastDonor] = []
    unreadable = 0
    for number, id_, gift_id, sealed, facts in rows:
        try:
            subject = subject_from_canonical(keyring.decrypt(sealed, inputs_place(id_)))
        except DamagedCiphertext:
            # One altered record must not keep all others from being screened; the run counts it.
            _LOG.error("rescreening.unreadable", screening=str(id_))
            unreadable += 1
            continue
        donors.append(
            PastDonor(
                number=number,
                gift_id=gift_id,
                subject=replace(subject, stage=Stage.RESCREENING),
                history=facts_from_json(facts).history,
            )
        )
    return OpenedDonors(donors, unreadable)


def _among(numbers: Collection[int]) -> ColumnElement[bool]:
    """Ask for many rows by one parameter, where IN would need one each."""
    wanted = bindparam(None, list(numbers), type_=ARRAY(BigInteger))
    return Screening.number == any_(wanted)
