"""Runs an event's errand: looks at what it points to, folds that in, and ticks the event off."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from factually.donations.books.posting import post
from factually.donations.disputes.following import follow_warnings
from factually.donations.events import Errand, errand_of
from factually.donations.gateway import GatewayError, GatewayRefused
from factually.donations.models import Gift, WebhookEvent
from factually.donations.monthly.cards import CardChange
from factually.donations.monthly.renewals import Renewals
from factually.donations.monthly.syncing import SubscriptionSync
from factually.donations.progress import Step
from factually.foundation.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from factually.donations.books.movements import BalanceMovement
    from factually.donations.journey import Journey

_MONTHLY: Final = frozenset({Errand.CARD, Errand.INVOICE, Errand.SUBSCRIPTION})
_NOT_ANSWERING: Final = "Our payment provider isn't answering."


@dataclass(frozen=True, kw_only=True)
class EventHandler:
    """Handles stored events with the way of gifts; a repeat of the work changes nothing."""

    journey: Journey

    def handle(self, event_id: str) -> None:
        """Do what an event asks, once its transaction is committed.

        One look at a gift answers every event of it that was here before the look: of a flood of events
        about few gifts, most find their work done.

        Raises:
            Unavailable: Stripe did not answer; the event goes on waiting and is tried again.
        """
        with self.journey.database.transaction() as session:
            event = session.get_one(WebhookEvent, event_id)
            if event.processed_at is not None:
                return
            answered = _answered_alike(session, event)
        try:
            gift_id = self._run(event)
        except GatewayRefused:
            # What it points to is gone from Stripe, or was never ours; the event itself is kept.
            gift_id = event.gift_id
        except GatewayError as error:
            raise Unavailable(_NOT_ANSWERING) from error
        self._tick_off(answered, gift_id)

    def _run(self, event: WebhookEvent) -> uuid.UUID | None:
        errand = errand_of(event.type)
        if errand is Errand.PAYOUT:
            self._post(self.journey.gateway.payout_movements(event.subject_id or ""))
            return None
        if errand in _MONTHLY and event.gift_id is None:
            return self._look_at_monthly(errand, event.subject_id or "")
        gift_id, intent_id = (event.gift_id, event.intent_id) if event.gift_id else self._trace(event)
        if gift_id is not None and errand is Errand.WARNING:
            self._keep_warnings(gift_id, event.charge_id or "")
        elif gift_id is not None:
            self.journey.settle(gift_id, intent_id=intent_id)
        return gift_id

    def _look_at_monthly(self, errand: Errand, subject_id: str) -> uuid.UUID | None:
        if errand is Errand.INVOICE:
            return Renewals(journey=self.journey).follow(subject_id)
        if errand is Errand.CARD:
            CardChange(journey=self.journey).finish(subject_id)
        else:
            SubscriptionSync(journey=self.journey).check(subject_id)
        return None

    def _trace(self, event: WebhookEvent) -> tuple[uuid.UUID | None, str | None]:
        """Find gift and intent of an object that names only a charge, or an intent no gift knows yet."""
        gateway = self.journey.gateway
        intent_id = event.intent_id
        if intent_id is None and event.charge_id is not None:
            intent_id = gateway.intent_of_charge(event.charge_id)
        if intent_id is None:
            return None, None
        named = as_uuid(gateway.intent(intent_id).gift_id)
        with self.journey.database.transaction() as session:
            found = session.execute(select(Gift.id).where(Gift.id == named)).scalar_one_or_none()
        return found, intent_id

    def _keep_warnings(self, gift_id: uuid.UUID, charge_id: str) -> None:
        found = self.journey.gateway.warnings(charge_id)
        step = Step(self.journey.actor, self.journey.clock.now())
        with self.journey.database.transaction() as session:
            follow_warnings(session, gift_id, found, step=step)

    def _post(self, movements: tuple[BalanceMovement, ...]) -> None:
        with self.journey.database.transaction() as session:
            for movement in movements:
                post(session, movement, gift_id=None, now=self.journey.clock.now())

    def _tick_off(self, event_ids: Collection[str], gift_id: uuid.UUID | None) -> None:
        with self.journey.database.transaction() as session:
            session.execute(
                update(WebhookEvent)
                .where(WebhookEvent.event_id.in_(event_ids), WebhookEvent.processed_at.is_(None))
                .values(processed_at=self.journey.clock.now(), gift_id=gift_id)
            )


def _answered_alike(session: Session, event: WebhookEvent) -> list[str]:
    """Name the events that wait for the same look as this one, itself among them."""
    if event.gift_id is None or errand_of(event.type) is not Errand.GIFT:
        return [event.event_id]
    waiting = session.execute(
        select(WebhookEvent.event_id, WebhookEvent.type).where(
            WebhookEvent.processed_at.is_(None),
            WebhookEvent.gift_id == event.gift_id,
            WebhookEvent.intent_id.is_not_distinct_from(event.intent_id),
        )
    )
    return [event_id for event_id, kind in waiting if errand_of(kind) is Errand.GIFT]


def as_uuid(text: str | None) -> uuid.UUID | None:
    """Read an id out of metadata, where anything may stand."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
