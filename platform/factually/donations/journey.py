"""Takes a gift through rows and calls in turn: a row is committed, then Stripe is called, then a row again.

The only module of this package that opens transactions around calls: no call is made inside one, and a death
between any two lines is mended by the next `settle`, whoever makes it (DESIGN section 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.donations.card_testing.admitting import admit
from factually.donations.card_testing.turns import Ask, answer_turn, check_card
from factually.donations.donor_records import card_index
from factually.donations.gateway import (
    CardDeclined,
    GatewayBusy,
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
)
from factually.donations.giving import (
    CardAnswer,
    CardAttempt,
    Opening,
    attempt_under_way,
    close_attempt,
    open_attempt,
    opening_for,
    reopen_attempt,
)
from factually.donations.intents import IntentStatus
from factually.donations.lifecycle import TAKEN_STATES
from factually.donations.models import Gift
from factually.donations.monthly.journey import ChargeJourney
from factually.donations.progress import Step, lock_gift
from factually.donations.settling import close_call, fold
from factually.donations.standing import Standing, standing_of
from factually.donations.steps import AttemptKind, AttemptOutcome
from factually.foundation.errors import InvalidInput, NotFound, Unavailable

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from factually.audit.journal import Actor
    from factually.donations.gateway import PaymentGateway
    from factually.donations.intents import IntentSnapshot
    from factually.donations.receipts import DonorPost
    from factually.donations.settling import Call
    from factually.foundation.clock import Clock
    from factually.foundation.database import Database

_NOT_ANSWERING: Final = "Our payment provider isn't answering. Please try again in a minute."
_CLOCK_SKEW: Final = timedelta(minutes=10)
_ROUNDS: Final = 4
"""Looks and calls in one settling: authorise, screen, capture, and one look more after a refused call."""
_AUTHORISED: Final = {IntentStatus.REQUIRES_CAPTURE, IntentStatus.SUCCEEDED}
_SENDS: Final = 2
"""Sends of a card attempt whose answer never came, before the donor is asked for the card again."""


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A gift's way, with all that it takes: where rows live, who is called, who writes to the donor.

    Attributes:
        database: Where rows live.
        gateway: Who is called.
        post: Who writes to the donor.
        clock: What time it is.
        actor: Who moves the gift.
        caller: Keyed hash of the connection that brings cards, each of which then needs a turn; None for the
            worker, which brings none.
    """

    database: Database
    gateway: PaymentGateway
    post: DonorPost
    clock: Clock
    actor: Actor
    caller: bytes | None = None

    def confirm(self, public_id: str, token: str) -> Standing:
        """Try a card on a gift: screen, authorise, and settle what came of it.

        Any number of equal requests, at once or one after another, make one intent.

        Raises:
            InvalidInput: Stripe knows no such card entry, or it is used up.
            TooManyRequests: The card has to wait for its turn, or gets none.
            Unavailable: Stripe did not answer before anything was created.
        """
        with self.database.transaction() as session:
            gift = _gift_at(session, public_id)
            opening = opening_for(session, gift, token)
        if opening is Opening.FREE:
            if self.caller is not None:
                self._wait_for_turn(gift, token, self.caller)
            attempt = self._open_attempt(gift.id, token)
            if isinstance(attempt, CardAttempt):
                return self._send(attempt)
            opening = attempt
        if opening is Opening.UNDER_WAY:
            return standing_of(gift, None, busy=True)
        return self.settle(gift.id)

    def settle(self, gift_id: uuid.UUID, *, intent_id: str | None = None) -> Standing:
        """Look at Stripe, fold it into the gift, make the calls that follow, and say where the gift stands.

        Args:
            gift_id: The gift.
            intent_id: Another intent that an event connects with the gift, or None for the gift's own.

        Raises:
            Unavailable: Stripe did not answer; the gift is as it was, and the worker tries again.
        """
        with self.database.transaction() as session:
            gift = lock_gift(session, gift_id)
            overdue = reopen_attempt(session, gift, step=self._step())
            busy = overdue is None and attempt_under_way(session, gift)
        try:
            if overdue is not None:
                return self._resume(gift, overdue)
            if gift.monthly_gift_id is not None and gift.state not in TAKEN_STATES:
                return self._months.settle(gift.id, busy=busy)
            intent = intent_id or gift.payment_intent_id
            if intent is None:
                return standing_of(gift, None, busy=busy)
            return self._settle(gift.id, self.gateway.intent(intent), busy=busy)
        except GatewayBusy:
            return self._standing(gift_id, busy=True)
        except GatewayError as error:
            raise Unavailable(_NOT_ANSWERING) from error

    def _wait_for_turn(self, gift: Gift, token: str, caller: bytes) -> None:
        ask = Ask(subject=str(gift.id), entry=token, address=caller, email_index=gift.email_index)
        admit(self.database, ask, clock=self.clock)

    def _open_attempt(self, gift_id: uuid.UUID, token: str) -> CardAttempt | Opening:
        try:
            card_entry = self.gateway.confirmation(token)
        except GatewayRefused as error:
            raise InvalidInput("Please enter the card again.", field="confirmation_token") from error
        except GatewayUnavailable as error:
            raise Unavailable(_NOT_ANSWERING) from error
        if card_entry.card is None:
            raise InvalidInput("Please pay by card.", field="confirmation_token")
        card = card_index(card_entry.card.fingerprint, keyring=self.post.keyring)
        with self.database.transaction() as session:
            if self.caller is not None:
                check_card(session, str(gift_id), card, now=self.clock.now())
            return open_attempt(session, gift_id, card_entry, keyring=self.post.keyring, step=self._step())

    def _send(self, attempt: CardAttempt) -> Standing:
        snapshot: IntentSnapshot | None = None
        try:
            if attempt.monthly:
                self._months.save_card(attempt)
            elif attempt.intent_id is None:
                snapshot = self.gateway.authorise(attempt.order)
            else:
                snapshot = self.gateway.authorise_again(attempt.intent_id, attempt.order)
        except CardDeclined as declined:
            answer = CardAnswer(
                outcome=AttemptOutcome.DECLINED,
                intent_id=declined.intent_id,
                code=declined.code,
                decline_code=declined.decline_code,
            )
        except GatewayRefused as refused:
            answer = CardAnswer(outcome=AttemptOutcome.REFUSED, code=refused.code)
        except GatewayError:
            return self._standing(attempt.gift_id, busy=True)
        else:
            answer = CardAnswer(
                outcome=AttemptOutcome.ACCEPTED, intent_id=None if snapshot is None else snapshot.id
            )
        return self._close(attempt, answer, snapshot)

    def _resume(self, gift: Gift, attempt: CardAttempt) -> Standing:
        snapshot: IntentSnapshot | None = None
        if attempt.intent_id is not None:
            snapshot = self.gateway.intent(attempt.intent_id)
        elif not attempt.monthly:
            snapshot = self.gateway.find_intent(str(gift.id), since=gift.created_at - _CLOCK_SKEW)
        if snapshot is None and attempt.sends <= _SENDS:
            return self._send(attempt)
        if snapshot is None:
            return self._close(attempt, CardAnswer(outcome=AttemptOutcome.UNANSWERED), None)
        waits_for_card = snapshot.status is IntentStatus.REQUIRES_PAYMENT_METHOD
        answer = CardAnswer(
            outcome=AttemptOutcome.DECLINED if waits_for_card else AttemptOutcome.ACCEPTED,
            intent_id=snapshot.id,
            decline_code=snapshot.decline_code,
        )
        return self._close(attempt, answer, snapshot)

    def _close(self, attempt: CardAttempt, answer: CardAnswer, snapshot: IntentSnapshot | None) -> Standing:
        step = self._step()
        with self.database.transaction() as session:
            close_attempt(session, attempt, answer, step=step)
            if answer.outcome is AttemptOutcome.DECLINED:
                answer_turn(session, str(attempt.gift_id), paid=False, now=step.now)
        try:
            if snapshot is not None:
                return self._settle(attempt.gift_id, snapshot, busy=False)
            if answer.outcome is AttemptOutcome.ACCEPTED:
                return self._months.settle(attempt.gift_id)
        except GatewayError:
            return self._standing(attempt.gift_id, busy=True)
        return self._standing(attempt.gift_id, decline_code=answer.decline_code or answer.code)

    def _settle(self, gift_id: uuid.UUID, snapshot: IntentSnapshot, *, busy: bool) -> Standing:
        made: Call | None = None
        for _ in range(_ROUNDS):
            step = self._step()
            with self.database.transaction() as session:
                # The gift's row first, always: two processes that end the same call must not wait crosswise.
                lock_gift(session, gift_id)
                if made is not None:
                    close_call(session, made, AttemptOutcome.ACCEPTED, code=None, now=step.now)
                elif snapshot.status in _AUTHORISED:
                    answer_turn(session, str(gift_id), paid=True, now=step.now)
                made = fold(session, gift_id, snapshot, post=self.post, step=step)
                gift = session.get_one(Gift, gift_id)
            if made is None:
                break
            snapshot = self._make(made)
        return standing_of(gift, snapshot, busy=busy)

    def _make(self, call: Call) -> IntentSnapshot:
        make = self.gateway.capture if call.kind is AttemptKind.CAPTURE else self.gateway.cancel
        try:
            return make(call.intent_id, idempotency_key=call.idempotency_key)
        except GatewayBusy:
            raise
        except GatewayUnavailable:
            self._close_call(call, AttemptOutcome.UNANSWERED, None)
            raise
        except GatewayRefused as refused:
            self._close_call(call, AttemptOutcome.REFUSED, refused.code)
            return self.gateway.intent(call.intent_id)

    def _close_call(self, call: Call, outcome: AttemptOutcome, code: str | None) -> None:
        with self.database.transaction() as session:
            close_call(session, call, outcome, code=code, now=self.clock.now())

    def _standing(
        self, gift_id: uuid.UUID, *, busy: bool = False, decline_code: str | None = None
    ) -> Standing:
        with self.database.transaction() as session:
            gift = session.get_one(Gift, gift_id)
        return standing_of(gift, None, busy=busy, decline_code=decline_code)

    @property
    def _months(self) -> ChargeJourney:
        return ChargeJourney(
            database=self.database,
            gateway=self.gateway,
            post=self.post,
            clock=self.clock,
            actor=self.actor,
        )

    def _step(self) -> Step:
        return Step(self.actor, self.clock.now())


def _gift_at(session: Session, public_id: str) -> Gift:
    gift = session.execute(select(Gift).where(Gift.public_id == public_id)).scalar_one_or_none()
    if gift is None:
        raise NotFound("There is no gift at this address.")
    return gift
