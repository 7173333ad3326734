"""Deleting a donor's data: at once what may go, the rest on the day when it may (rule DS34).

A gift itself stays, since the books and the decisions must add up for ever; what goes is who gave it: every
sealed word about the donor, the letters, and the indexes by which address and card were found.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import case, delete, func, select, update

from factually.audit.journal import SYSTEM, record
from factually.donations.appeals.models import Appeal
from factually.donations.disputes.models import Dispute, DisputeAnswer
from factually.donations.donor_records import SEALED_COLUMNS
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift, GiftEvent
from factually.donations.monthly.changing import cancel
from factually.donations.monthly.lifecycle import EndReason
from factually.donations.monthly.progress import lock_monthly
from factually.donations.monthly.queries import monthlies_of
from factually.donations.my.gift_records import letter_keys
from factually.donations.my.gifts import gifts_of
from factually.donations.my.models import DonorLink, DonorSession, ErasureRequest, GiftErasure
from factually.donations.my.retention import Keeping, keeping_of
from factually.donations.progress import Step, lock_gift
from factually.donations.receipts import Wording
from factually.donations.refunds.models import Refund
from factually.foundation.crypto import ERASED
from factually.foundation.errors import Conflict, NotFound
from factually.foundation.identifiers import new_id
from factually.independence.erasing import erase_decisions
from factually.independence.models import Screening
from factually.mail.sending import erase_letters

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.my.signed_in import SignedInDonor
    from factually.donations.receipts import DonorPost

ERASURE_LETTER: Final = "donor-erasure"
_INDEX_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the data of one gift."""

    gift: Gift
    keeping: Keeping
    now: datetime

    @property
    def goes_now(self) -> bool:
        """Whether nothing keeps it."""
        return self.keeping.is_over(self.now)


def fates_of(session: Session, email_index: bytes, *, now: datetime) -> list[Fate]:
    """Say for each gift of an address, newest first, whether its data may go now, and if not, when."""
    return [Fate(gift, _keeping(session, gift), now) for gift in gifts_of(session, email_index)]


def ask_for_erasure(session: Session, donor: SignedInDonor, *, post: DonorPost, now: datetime) -> list[Fate]:
    """Erase what may go, note that the rest goes on its day, end the donor's sessions, and confirm by mail.

    Raises:
        NotFound: Nothing is kept about this address any more.
    """
    _end_monthlies(session, donor.email_index, asked_at=now, post=post, step=Step(donor.actor, now))
    fates = fates_of(session, donor.email_index, now=now)
    if not fates:
        raise NotFound("Nothing is kept about this address any more.")
    request = ErasureRequest(id=new_id(), email_index=donor.email_index, requested_at=now)
    session.add(request)
    gone = [fate.gift for fate in fates if fate.goes_now]
    record(
        session,
        actor=donor.actor,
        event="donor.erasure_requested",
        subject=f"donor:{donor.session_id}",
        now=now,
        details={"erased": len(gone), "kept": len(fates) - len(gone)},
    )
    _confirm(session, request, fates, post=post)
    for gift in gone:
        _erase(session, gift, requested_at=now, now=now)
    _end_sessions(session, donor.email_index, now=now)
    _close_if_done(session, request)
    return fates


def erase_due(session: Session, *, post: DonorPost, now: datetime) -> int:
    """Erase what was asked for earlier and may go by now; return of how many gifts."""
    erased = 0
    for request in session.execute(select(ErasureRequest).with_for_update(skip_locked=True)).scalars().all():
        # One whose first month was just being taken when its donor asked has begun meanwhile.
        _end_monthlies(
            session, request.email_index, asked_at=request.requested_at, post=post, step=Step(SYSTEM, now)
        )
        for gift in _asked_for(session, request):
            if _keeping(session, gift).is_over(now):
                _erase(session, gift, requested_at=request.requested_at, now=now)
                erased += 1
        _close_if_done(session, request)
    return erased


def _end_monthlies(
    session: Session, email_index: bytes, *, asked_at: datetime, post: DonorPost, step: Step
) -> None:
    """End what goes on by itself before anything of its donor is erased: nobody could end it afterwards."""
    for monthly in monthlies_of(session, email_index):
        if monthly.created_at <= asked_at:
            with suppress(Conflict):
                cancel(session, monthly.id, post=post, step=step, reason=EndReason.ERASED)


def _confirm(session: Session, request: ErasureRequest, fates: Sequence[Fate], *, post: DonorPost) -> None:
    """Write to the donor while the address is still there to write to."""
    whole = all(fate.goes_now for fate in fates)
    wording = Wording(
        key=f"{ERASURE_LETTER}:{request.id}",
        template="my/erasure",
        subject="Your data is deleted" if whole else "What of your data is deleted, and when the rest goes",
    )
    post.write(session, fates[0].gift, wording, now=request.requested_at, facts={"fates": fates})


def _keeping(session: Session, gift: Gift) -> Keeping:
    steps = select(func.coalesce(func.max(GiftEvent.at), gift.created_at)).where(GiftEvent.gift_id == gift.id)
    decided = session.execute(select(Screening.id).where(Screening.gift_id == gift.id).limit(1)).first()
    last_step = session.execute(steps).scalar_one()
    return keeping_of(GiftState(gift.state), decided=decided is not None, last_step=last_step)


def _erase(session: Session, gift: Gift, *, requested_at: datetime, now: datetime) -> None:
    gift = lock_gift(session, gift.id)
    session.add(GiftErasure(gift_id=gift.id, at=now, requested_at=requested_at))
    session.flush()
    for column in SEALED_COLUMNS:
        if getattr(gift, column) is not None:
            setattr(gift, column, ERASED)
    # Random, so that no two erased gifts can be told to be of one donor.
    gift.email_index = secrets.token_bytes(_INDEX_BYTES)
    gift.card_index = None
    if gift.monthly_gift_id is not None:
        lock_monthly(session, gift.monthly_gift_id).email_index = secrets.token_bytes(_INDEX_BYTES)
    session.flush()
    erase_decisions(session, gift.id)
    _erase_words(session, gift.id)
    erase_letters(session, letter_keys(session, gift.id))
    record(session, actor=SYSTEM, event="gift.donor_erased", subject=f"gift:{gift.id}", now=now)


def _erase_words(session: Session, gift_id: uuid.UUID) -> None:
    """Blank what the donor and others wrote about the gift: appeals, refunds, answers to a bank."""
    reason = case((Appeal.reason.is_(None), None), else_=ERASED)
    disputes = select(Dispute.id).where(Dispute.gift_id == gift_id)
    for blanking in (
        update(Appeal).where(Appeal.gift_id == gift_id).values(statement=ERASED, reason=reason),
        update(Refund).where(Refund.gift_id == gift_id, Refund.reason.is_not(None)).values(reason=ERASED),
        update(DisputeAnswer).where(DisputeAnswer.dispute_id.in_(disputes)).values(text=ERASED),
    ):
        session.execute(blanking, execution_options={"synchronize_session": False})


def _asked_for(session: Session, request: ErasureRequest) -> Sequence[Gift]:
    """Return the gifts a request concerns; who gives again later did not ask for that to be deleted."""
    gifts = gifts_of(session, request.email_index)
    return [gift for gift in gifts if gift.created_at <= request.requested_at]


def _close_if_done(session: Session, request: ErasureRequest) -> None:
    """Forget a request with nothing left to erase, and with it the last trace of the address."""
    if _asked_for(session, request):
        return
    session.delete(request)
    session.flush()
    if not gifts_of(session, request.email_index):
        session.execute(delete(DonorLink).where(DonorLink.email_index == request.email_index))
        session.execute(delete(DonorSession).where(DonorSession.email_index == request.email_index))


def _end_sessions(session: Session, email_index: bytes, *, now: datetime) -> None:
    session.execute(
        update(DonorSession)
        .where(DonorSession.email_index == email_index, DonorSession.ended_at.is_(None))
        .values(ended_at=now)
    )
