from __future__ import annotations

from datetime import timedelta

import pytest

from factually.donations.lifecycle import GiftState
from factually.donations.progress import LEASE
from factually.donations.settling import REVIEW_TIME
from factually.donations.sweeping import (
    PLEDGE_LIFETIME,
    STUCK_AFTER,
    give_up_abandoned,
    release_overdue,
    settle_stuck,
)
from tests.support.donation_factories import (
    DECLINED,
    SHARED_NAME,
    THREE_D_SECURE,
    GivingDesk,
    organisation_pledge,
)


def sweep(desk: GivingDesk) -> tuple[int, int, int]:
    with desk.database.transaction() as session:
        return (
            release_overdue(session, step=desk.step()),
            give_up_abandoned(session, step=desk.step()),
            settle_stuck(session, now=desk.clock.now()),
        )


def test_a_hold_that_nobody_decided_in_time_is_released_and_never_captured(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    desk.clock.advance(REVIEW_TIME - timedelta(seconds=1))
    assert sweep(desk) == (0, 0, 0)
    desk.clock.advance(timedelta(seconds=1))
    assert sweep(desk)[0] == 1
    assert sweep(desk)[0] == 0
    assert desk.journey.settle(gift.id).state is GiftState.RELEASED
    [intent] = desk.intents(gift.id)
    assert (intent["status"], intent["amount_received"]) == ("canceled", 0)
    assert desk.gift(gift.id).release_reason == "not_decided_in_time"
    assert desk.letters() == ["gift-held", "gift-released"]


def test_a_pledge_that_nobody_paid_expires_after_a_day(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.clock.advance(PLEDGE_LIFETIME)
    assert sweep(desk) == (0, 1, 0)
    assert desk.gift(gift.id).state == GiftState.EXPIRED


@pytest.mark.parametrize("card", [DECLINED, THREE_D_SECURE])
def test_a_gift_left_at_the_bank_is_cancelled_there_after_a_day(desk: GivingDesk, card: str) -> None:
    gift = desk.give(card=card)
    assert gift.state == GiftState.AUTHORISING
    desk.clock.advance(PLEDGE_LIFETIME)
    sweep(desk)
    desk.journey.settle(gift.id)
    assert desk.gift(gift.id).state == GiftState.FAILED
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["canceled"]
    assert desk.letters() == []


def test_a_donor_who_confirms_after_the_gift_was_given_up_gets_the_hold_back(desk: GivingDesk) -> None:
    gift = desk.pledge()
    asked = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    desk.clock.advance(PLEDGE_LIFETIME)
    sweep(desk)
    assert asked.client_secret is not None
    desk.authenticate(asked.client_secret, passed=True)
    assert desk.journey.settle(gift.id).state is GiftState.RELEASED
    assert [intent["amount_received"] for intent in desk.intents(gift.id)] == [0]


def test_an_attempt_without_an_answer_is_settled_before_the_gift_is_given_up(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.sandbox.fault("POST /v1/payment_intents", "error_after", count=3)
    desk.journey.confirm(gift.public_id, desk.token())
    desk.clock.advance(PLEDGE_LIFETIME)
    sweep(desk)
    assert desk.gift(gift.id).state == GiftState.AUTHORISING
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED


def test_a_gift_between_two_steps_is_queued_after_a_while(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.sandbox.fault("POST /v1/payment_intents/{}/capture", "error_before", count=3)
    desk.journey.confirm(gift.public_id, desk.token())
    assert sweep(desk) == (0, 0, 0)
    desk.clock.advance(max(STUCK_AFTER, LEASE))
    assert sweep(desk) == (0, 0, 1)
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
