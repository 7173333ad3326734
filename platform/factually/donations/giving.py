"""From the form to the card: keeps the pledge, screens it, and writes down each attempt before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from factually.donations.donor_records import screening_subject, seal_donor
from factually.donations.gateway import AuthorisationOrder
from factually.donations.lifecycle import Fact, GiftState
from factually.donations.models import CARD_ATTEMPTS, Gift, PaymentAttempt
from factually.donations.monthly.starting import begin_monthly
from factually.donations.pledges import ATTESTATION_VERSION, normal_email
from factually.donations.progress import (
    LEASE,
    advance,
    instruct,
    lock_gift,
    note_event,
    screen_gift,
    settle_soon,
)
from factually.donations.steps import AttemptKind, AttemptOutcome, Instruction, ReleaseReason
from factually.foundation.errors import Conflict, TooManyRequests
from factually.foundation.identifiers import new_id, new_public_id
from factually.foundation.money import Money
from factually.independence.outcomes import Outcome
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from factually.donations.intents import ConfirmationFacts
    from factually.donations.pledges import Pledge
    from factually.donations.progress import Step
    from factually.foundation.crypto import Keyring


class Opening(StrEnum):
    """Why a card is not sent to Stripe just now."""

    FREE = "free"
    """Nothing stands in the way."""
    UNDER_WAY = "under_way"
    """This card, or another one for the same gift, is being tried; its answer will be this one's."""
    DONE = "done"
    """This very card entry was answered before."""
    CLOSED = "closed"
    """The gift is past taking cards, whether paid, refused or over."""


@dataclass(frozen=True, kw_only=True)
class CardAttempt:
    """A card attempt with its row, ready to be sent; `intent_id` is the intent to confirm again, if any.

    A `monthly` gift's card is saved and not charged.
    """

    id: uuid.UUID
    gift_id: uuid.UUID
    monthly: bool
    intent_id: str | None
    sends: int
    order: AuthorisationOrder


@dataclass(frozen=True, kw_only=True)
class CardAnswer:
    """What became of a card attempt."""

    outcome: AttemptOutcome
    intent_id: str | None = None
    code: str | None = None
    decline_code: str | None = None


def pledge(session: Session, form: Pledge, *, keyring: Keyring, step: Step) -> Gift:
    """Keep a filled-in form as a gift; the same form sent twice is the same gift.

    Raises:
        Conflict: The form's key was used with other contents.
    """
    gift_id = new_id()
    request_hash = keyring.blind_index(form.canonical(), "gift request")
    added = session.execute(
        insert(Gift)
        .values(
            id=gift_id,
            public_id=new_public_id(),
            client_key=form.client_key,
            request_hash=request_hash,
            amount_minor=form.charged.minor,
            currency=form.charged.currency,
            fee_cover_minor=(form.charged - form.amount).minor,
            capacity=form.capacity.value,
            political_group=form.political_group,
            anonymous=form.anonymous,
            organisation_type=None if form.organisation_type is None else form.organisation_type.value,
            from_article=form.from_article,
            attestation_version=ATTESTATION_VERSION,
            attested_at=step.now,
            email_index=keyring.blind_index(normal_email(form.donor.email), "gift e-mail"),
            state=GiftState.PLEDGED.value,
            captured_minor=0,
            refunded_minor=0,
            created_at=step.now,
            updated_at=step.now,
            **seal_donor(form.donor, gift_id=gift_id, keyring=keyring),
        )
        .on_conflict_do_nothing(index_elements=["client_key"])
        .returning(Gift.id)
    ).scalar_one_or_none()
    gift = session.execute(select(Gift).where(Gift.client_key == form.client_key)).scalar_one()
    if added is not None:
        note_event(session, gift, GiftState.PLEDGED.value, GiftState.PLEDGED, step=step)
        if form.monthly:
            begin_monthly(session, gift, step=step)
    elif gift.request_hash != request_hash:
        raise Conflict("This form was sent before with other details. Please reload the page.")
    return gift


def opening_for(session: Session, gift: Gift, token: str) -> Opening:
    """Say whether a card may be tried on a gift, so that a repeated click costs no call to Stripe.

    Raises:
        Conflict: The card entry was used for another gift.
        TooManyRequests: This gift has had its last card.
    """
    known = session.execute(
        select(PaymentAttempt).where(PaymentAttempt.confirmation_token == token)
    ).scalar_one_or_none()
    if known is not None and known.gift_id != gift.id:
        raise Conflict("Please enter the card again.")
    if known is not None and known.outcome is not None:
        return Opening.DONE
    if known is not None or _open_card_attempt(session, gift) is not None:
        return Opening.UNDER_WAY
    if gift.state not in {GiftState.PLEDGED, GiftState.AUTHORISING}:
        return Opening.CLOSED
    if gift.instruction is not None or _card_attempts(session, gift) >= CARD_ATTEMPTS:
        raise TooManyRequests("This gift has had too many card attempts. Nothing was charged.")
    return Opening.FREE


def open_attempt(
    session: Session, gift_id: uuid.UUID, card_entry: ConfirmationFacts, *, keyring: Keyring, step: Step
) -> CardAttempt | Opening:
    """Screen a gift with its card's facts and, unless it is refused, write down the attempt to charge it.

    A gift to be held goes on to the authorisation: a hold on the card gives a person time (DESIGN section 4).
    The settling is queued in the same transaction, so that no death of this process strands the gift.

    Returns:
        The attempt to send, or why there is none; after a refusal that is `Opening.CLOSED`.
    """
    gift = lock_gift(session, gift_id)
    opening = opening_for(session, gift, card_entry.token_id)
    if opening is not Opening.FREE:
        return opening
    subject = screening_subject(gift, stage=Stage.BEFORE_AUTHORISATION, card=card_entry.card, keyring=keyring)
    screening = screen_gift(session, gift, subject, keyring=keyring, now=step.now)
    if screening.outcome is Outcome.REFUSE:
        advance(session, gift, Fact.SCREENED_OUT, step=step)
        if gift.payment_intent_id is not None:
            instruct(gift, Instruction.RELEASE, ReleaseReason.REFUSED_BY_POLICY, step=step)
            settle_soon(session, gift.id)
        return Opening.CLOSED
    attempt = PaymentAttempt(
        id=new_id(),
        gift_id=gift.id,
        kind=AttemptKind.AUTHORISE.value,
        number=_card_attempts(session, gift) + 1,
        idempotency_key=f"don:{gift.id}:{card_entry.token_id}",
        confirmation_token=card_entry.token_id,
        sends=1,
        started_at=step.now,
        lease_until=step.now + LEASE,
    )
    session.add(attempt)
    advance(session, gift, Fact.ATTEMPTED, step=step)
    gift.updated_at = step.now
    settle_soon(session, gift.id, at=attempt.lease_until)
    return _sendable(gift, attempt)


def reopen_attempt(session: Session, gift: Gift, *, step: Step) -> CardAttempt | None:
    """Lease again the attempt of a locked gift whose answer never came, or None where none is overdue."""
    attempt = _open_card_attempt(session, gift)
    if attempt is None or attempt.lease_until > step.now:
        return None
    attempt.sends += 1
    attempt.lease_until = step.now + LEASE
    settle_soon(session, gift.id, at=attempt.lease_until)
    return _sendable(gift, attempt)


def attempt_under_way(session: Session, gift: Gift) -> bool:
    """Say whether a card is being tried, so that a look in between isn't taken for a decline."""
    return _open_card_attempt(session, gift) is not None


def close_attempt(session: Session, attempt: CardAttempt, answer: CardAnswer, *, step: Step) -> None:
    """Write down what became of a card attempt; the last decline of a gift gives it up."""
    gift = lock_gift(session, attempt.gift_id)
    row = session.get_one(PaymentAttempt, attempt.id)
    if row.outcome is None:
        row.outcome = answer.outcome.value
        row.code = answer.code
        row.decline_code = answer.decline_code
        row.finished_at = step.now
    if gift.payment_intent_id is None:
        gift.payment_intent_id = answer.intent_id
    gift.updated_at = step.now
    if answer.outcome is AttemptOutcome.DECLINED and row.number == CARD_ATTEMPTS:
        give_up(session, gift, step=step)


def give_up(session: Session, gift: Gift, *, step: Step) -> None:
    """End a locked gift that nobody paid: cancel its intent at Stripe, or close it where there is none."""
    if gift.payment_intent_id is None:
        advance(session, gift, Fact.ABANDONED, step=step)
    else:
        instruct(gift, Instruction.RELEASE, ReleaseReason.ABANDONED, step=step)
        settle_soon(session, gift.id)


def _sendable(gift: Gift, attempt: PaymentAttempt) -> CardAttempt:
    return CardAttempt(
        id=attempt.id,
        gift_id=gift.id,
        monthly=gift.monthly_gift_id is not None,
        intent_id=gift.payment_intent_id,
        sends=attempt.sends,
        order=AuthorisationOrder(
            gift_id=str(gift.id),
            amount=Money(gift.amount_minor, gift.currency),
            confirmation_token=attempt.confirmation_token or "",
            idempotency_key=attempt.idempotency_key,
        ),
    )


def _open_card_attempt(session: Session, gift: Gift) -> PaymentAttempt | None:
    return session.execute(
        select(PaymentAttempt).where(
            PaymentAttempt.gift_id == gift.id,
            PaymentAttempt.kind == AttemptKind.AUTHORISE.value,
            PaymentAttempt.outcome.is_(None),
        )
    ).scalar_one_or_none()


def _card_attempts(session: Session, gift: Gift) -> int:
    return session.execute(
        select(func.count()).where(
            PaymentAttempt.gift_id == gift.id, PaymentAttempt.kind == AttemptKind.AUTHORISE.value
        )
    ).scalar_one()
