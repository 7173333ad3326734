"""The worker with real jobs: what events and sweeps queue ends as it should, in whatever order it comes."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from factually.donations.gateway import Notice
from factually.donations.inbox import accept
from factually.donations.lifecycle import GiftState
from factually.donations.models import WebhookEvent
from factually.donations.tasks import SWEEP, tasks
from factually.jobs.queue import defer
from tests.support.donation_factories import (
    SHARED_NAME,
    THREE_D_SECURE,
    GivingDesk,
    organisation_pledge,
)
from tests.support.donation_worker import run_due_jobs

if TYPE_CHECKING:
    import uuid


def work(desk: GivingDesk) -> None:
    """Run every job that is due, and no letters: those have tests of their own."""
    with desk.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name LIKE '%mail.deliver'"))
    run_due_jobs(desk, tasks)


def events_of(desk: GivingDesk, gift_id: uuid.UUID) -> list[Notice]:
    intents = {intent["id"] for intent in desk.intents(gift_id)}
    found = []
    for event in desk.at_sandbox("events"):
        subject = event["data"]["object"]
        is_intent = subject["object"] == "payment_intent"
        intent = subject["id"] if is_intent else subject.get("payment_intent")
        if intent in intents:
            found.append(
                Notice(
                    event_id=event["id"],
                    type=event["type"],
                    livemode=False,
                    api_version=event["api_version"],
                    intent_id=intent,
                    subject_id=subject["id"],
                    charge_id=subject["id"] if subject["object"] == "charge" else None,
                    gift_id=subject["metadata"].get("gift") if is_intent else None,
                )
            )
    return found


def deliver(desk: GivingDesk, notices: list[Notice]) -> list[bool]:
    new = []
    for notice in notices:
        with desk.database.transaction() as session:
            new.append(accept(session, notice, now=desk.clock.now()))
    return new


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_and_repeated_events_finish_a_gift_once(desk: GivingDesk, seed: int) -> None:
    gift = desk.pledge()
    asked = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    assert asked.client_secret is not None
    desk.authenticate(asked.client_secret, passed=True)
    notices = events_of(desk, gift.id) * 2
    random.Random(seed).shuffle(notices)  # noqa: S311 - an order, not a secret
    assert deliver(desk, notices).count(True) == len(notices) // 2
    work(desk)
    assert desk.gift(gift.id).state == GiftState.CAPTURED
    assert [intent["amount_received"] for intent in desk.intents(gift.id)] == [500]
    assert desk.letters() == ["gift-receipt"]
    with desk.database.transaction() as session:
        # The sweep may just have fetched events of gifts that other tests gave through the same sandbox.
        waiting = select(WebhookEvent.event_id).where(
            WebhookEvent.processed_at.is_(None), WebhookEvent.gift_id == gift.id
        )
        assert session.execute(waiting).scalars().all() == []


def test_an_event_leads_to_a_gift_whose_intent_nobody_wrote_down(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.sandbox.fault("POST /v1/payment_intents", "error_after", count=3)
    desk.journey.confirm(gift.public_id, desk.token())
    assert desk.gift(gift.id).payment_intent_id is None
    notice = next(found for found in events_of(desk, gift.id) if found.gift_id == str(gift.id))
    deliver(desk, [notice])
    work(desk)
    assert desk.gift(gift.id).state == GiftState.CAPTURED


def test_an_event_about_somebody_elses_payment_is_kept_and_queues_nothing(desk: GivingDesk) -> None:
    foreign = [
        Notice(
            event_id=f"evt_foreign_{name}",
            type="payment_intent.succeeded",
            livemode=False,
            api_version=None,
            intent_id=intent,
            subject_id=intent,
            gift_id=name,
        )
        for name, intent in {"not a gift": "pi_foreign", "no intent": None}.items()
    ]
    assert deliver(desk, foreign) == [True, True]
    with desk.database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 0
        kept = session.execute(select(WebhookEvent.gift_id, WebhookEvent.processed_at)).all()
    assert [(gift_id, at) for gift_id, at in kept] == [(None, desk.clock.now())] * 2


def test_the_periodic_sweep_releases_what_nobody_decided(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    desk.clock.advance(timedelta(hours=73))
    with desk.database.transaction() as session:
        defer(session, SWEEP, timestamp=0)
    work(desk)
    work(desk)
    assert desk.gift(gift.id).state == GiftState.RELEASED
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["canceled"]


def test_a_job_that_finds_stripe_away_is_tried_again(desk: GivingDesk) -> None:
    gift = desk.give()
    notice = events_of(desk, gift.id)[0]
    deliver(desk, [notice])
    desk.sandbox.fault("GET /v1/payment_intents/{}", "error_before", count=3)
    work(desk)
    with desk.database.transaction() as session:
        attempts = text(
            "SELECT attempts FROM procrastinate_jobs WHERE args ->> 'event_id' = :event AND status = 'todo'"
        )
        assert session.execute(attempts, {"event": notice.event_id}).scalar_one() == 1
