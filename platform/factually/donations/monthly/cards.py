"""Another card for a monthly gift: written down, saved at Stripe, then charged from the next month on.

A month that has not found money yet is screened with the new card and tried with it at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from factually.donations.card_testing.admitting import admit
from factually.donations.card_testing.turns import Ask, answer_turn, check_card
from factually.donations.donor_records import card_index, screening_subject
from factually.donations.gateway import CardDeclined, GatewayError, GatewayRefused
from factually.donations.monthly.gateway import SetupOrder
from factually.donations.monthly.letters import tell_monthly
from factually.donations.monthly.lifecycle import UNDER_WAY, MonthlyFact
from factually.donations.monthly.models import CardEntry, MonthlyGift
from factually.donations.monthly.progress import advance_monthly, lock_monthly, tell_stripe
from factually.donations.monthly.snapshots import SetupStatus
from factually.donations.monthly.suspending import open_months
from factually.donations.monthly.terms import CARD_ENTRIES, CARD_ENTRIES_WITHIN
from factually.donations.progress import Step, lock_gift, screen_gift, settle_soon
from factually.donations.steps import AttemptOutcome, Instruction
from factually.foundation.errors import Conflict, InvalidInput, TooManyRequests, Unavailable
from factually.foundation.identifiers import new_id
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from factually.donations.journey import Journey
    from factually.donations.monthly.snapshots import SetupSnapshot

_NOT_ANSWERING: Final = "Our payment provider isn't answering. Please try again in a minute."


@dataclass(frozen=True, kw_only=True)
class CardStanding:
    """What the browser has to know of a card just entered.

    Attributes:
        saved: Whether it is the card that is charged from now on.
        client_secret: Set when the bank wants its owner to confirm (3-D Secure).
        decline_code: Why the bank said no.
    """

    saved: bool = False
    client_secret: str | None = None
    decline_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class CardChange:
    """Changes cards with the way of gifts; any number of equal requests save one card."""

    journey: Journey

    def confirm(self, monthly_id: uuid.UUID, token: str) -> CardStanding:
        """Save the card behind a confirmation token, and charge it from now on.

        Raises:
            Conflict: The monthly gift has not begun or is over, or the card entry was for another one.
            InvalidInput: Stripe knows no such card entry, or it is used up.
            TooManyRequests: Too many cards were tried for this monthly gift today.
            Unavailable: Stripe did not answer; nothing is changed.
        """
        with self.journey.database.transaction() as session:
            monthly = lock_monthly(session, monthly_id)
            entry = _write_down(session, monthly, token, step=self._step())
        if entry.setup_intent_id is not None or entry.outcome is not None:
            return self._again(entry)
        if self.journey.caller is not None:
            self._wait_for_turn(monthly, token, self.journey.caller)
        return self._save(monthly, entry)

    def _save(self, monthly: MonthlyGift, entry: CardEntry) -> CardStanding:
        order = SetupOrder(
            customer_id=monthly.customer_id or "",
            gift_id=None,
            confirmation_token=entry.confirmation_token,
            idempotency_key=f"seti:{entry.id}",
        )
        try:
            setup = self.journey.gateway.monthly.save_card(order)
        except CardDeclined as declined:
            self._close(entry, AttemptOutcome.DECLINED, declined.decline_code or declined.code)
            return CardStanding(decline_code=declined.decline_code or declined.code)
        except GatewayRefused as refused:
            self._close(entry, AttemptOutcome.REFUSED, refused.code)
            raise InvalidInput("Please enter the card again.", field="confirmation_token") from refused
        except GatewayError as error:
            raise Unavailable(_NOT_ANSWERING) from error
        with self.journey.database.transaction() as session:
            session.get_one(CardEntry, entry.id).setup_intent_id = setup.id
        return self._follow(entry, setup)

    def _wait_for_turn(self, monthly: MonthlyGift, token: str, caller: bytes) -> None:
        """Let a card to Stripe as a gift's is: in its turn, and not where it was declined too often."""
        subject = str(monthly.id)
        ask = Ask(subject=subject, entry=token, address=caller, email_index=monthly.email_index)
        admit(self.journey.database, ask, clock=self.journey.clock)
        try:
            card = self.journey.gateway.confirmation(token).card
        except GatewayRefused as refused:
            raise InvalidInput("Please enter the card again.", field="confirmation_token") from refused
        except GatewayError as error:
            raise Unavailable(_NOT_ANSWERING) from error
        if card is None:
            raise InvalidInput("Please use a card.", field="confirmation_token")
        index = card_index(card.fingerprint, keyring=self.journey.post.keyring)
        with self.journey.database.transaction() as session:
            check_card(session, subject, index, now=self.journey.clock.now())

    def finish(self, setup_id: str) -> None:
        """Follow a card whose bank was asked, as an event of Stripe's or its page says; others are not ours.

        Raises:
            GatewayError: Stripe did not answer.
        """
        with self.journey.database.transaction() as session:
            query = select(CardEntry).where(CardEntry.setup_intent_id == setup_id)
            entry = session.execute(query).scalar_one_or_none()
        if entry is not None:
            self._again(entry)

    def look_again(self, monthly_id: uuid.UUID) -> CardStanding:
        """Say where the card stands that was entered last, after its owner has confirmed with the bank.

        Raises:
            Unavailable: Stripe did not answer.
        """
        with self.journey.database.transaction() as session:
            query = select(CardEntry).where(CardEntry.monthly_gift_id == monthly_id)
            entry = session.scalars(query.order_by(CardEntry.started_at.desc()).limit(1)).one_or_none()
        if entry is None:
            return CardStanding()
        try:
            return self._again(entry)
        except GatewayError as error:
            raise Unavailable(_NOT_ANSWERING) from error

    def _again(self, entry: CardEntry) -> CardStanding:
        if entry.outcome is not None or entry.setup_intent_id is None:
            return CardStanding(saved=entry.outcome == AttemptOutcome.ACCEPTED.value, decline_code=entry.code)
        return self._follow(entry, self.journey.gateway.monthly.setup(entry.setup_intent_id))

    def _follow(self, entry: CardEntry, setup: SetupSnapshot) -> CardStanding:
        if setup.status is SetupStatus.SUCCEEDED:
            self._adopt(entry, setup)
            return CardStanding(saved=True)
        if setup.status is SetupStatus.REQUIRES_ACTION:
            return CardStanding(client_secret=setup.client_secret)
        if setup.status is SetupStatus.REQUIRES_PAYMENT_METHOD:
            self._close(entry, AttemptOutcome.DECLINED, setup.decline_code)
        return CardStanding(decline_code=setup.decline_code)

    def _adopt(self, entry: CardEntry, setup: SetupSnapshot) -> None:
        """Make a saved card the one that is charged, once."""
        step = self._step()
        with self.journey.database.transaction() as session:
            months = open_months(session, entry.monthly_gift_id)
            for month in months:
                self._screen(session, month, setup, step=step)
            monthly = lock_monthly(session, entry.monthly_gift_id)
            if not _end(session, entry, AttemptOutcome.ACCEPTED, None, step=step):
                return
            event = advance_monthly(session, monthly, MonthlyFact.CARD_CHANGED, step=step)
            if event is None:
                return
            monthly.payment_method_id = setup.payment_method_id
            monthly.retry_at = None if monthly.retry_at is None else step.now
            tell_stripe(session, monthly)
            tell_monthly(session, event, post=self.journey.post, now=step.now)
            for month in months:
                settle_soon(session, month)

    def _screen(self, session: Session, month: uuid.UUID, setup: SetupSnapshot, *, step: Step) -> None:
        """Screen a month that was cleared with the card before, and has not found money yet."""
        gift = lock_gift(session, month)
        if gift.instruction != Instruction.CAPTURE.value:
            return
        keyring = self.journey.post.keyring
        subject = screening_subject(gift, stage=Stage.RENEWAL, card=setup.card, keyring=keyring)
        screen_gift(session, gift, subject, keyring=keyring, now=step.now)

    def _close(self, entry: CardEntry, outcome: AttemptOutcome, code: str | None) -> None:
        with self.journey.database.transaction() as session:
            _end(session, entry, outcome, code, step=self._step())

    def _step(self) -> Step:
        return Step(self.journey.actor, self.journey.clock.now())


def _write_down(session: Session, monthly: MonthlyGift, token: str, *, step: Step) -> CardEntry:
    """Return the row of a card entry for a locked monthly gift, a new one where it is not known."""
    known = session.scalars(select(CardEntry).where(CardEntry.confirmation_token == token)).one_or_none()
    if known is not None:
        if known.monthly_gift_id != monthly.id:
            raise Conflict("This card was entered for another monthly gift. Please enter it again.")
        return known
    if monthly.state not in UNDER_WAY:
        raise Conflict("The card can't be changed: this monthly gift has not begun, or is over.")
    recent = select(func.count()).where(
        CardEntry.monthly_gift_id == monthly.id, CardEntry.started_at > step.now - CARD_ENTRIES_WITHIN
    )
    if session.execute(recent).scalar_one() >= CARD_ENTRIES:
        raise TooManyRequests("Too many cards were tried today. Nothing was charged. Please try tomorrow.")
    entry = CardEntry(id=new_id(), monthly_gift_id=monthly.id, confirmation_token=token, started_at=step.now)
    session.add(entry)
    session.flush()
    return entry


def _end(
    session: Session, entry: CardEntry, outcome: AttemptOutcome, code: str | None, *, step: Step
) -> bool:
    """Write down what became of a card entry, and say whether nobody did so before."""
    row = session.get_one(CardEntry, entry.id, with_for_update=True, populate_existing=True)
    if row.outcome is not None:
        return False
    row.outcome, row.code, row.finished_at = outcome.value, code, step.now
    paid = outcome is AttemptOutcome.ACCEPTED
    answer_turn(session, str(row.monthly_gift_id), paid=paid, now=step.now)
    return True
