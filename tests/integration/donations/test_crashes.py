"""A death or a fault between any two steps: what was begun is finished later, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.giving import CardAttempt, open_attempt
from factually.donations.lifecycle import GiftState
from factually.donations.progress import LEASE
from factually.donations.settling import fold
from factually.foundation.errors import Unavailable
from tests.support.donation_factories import DECLINED, GivingDesk, pledge_of

if TYPE_CHECKING:
    from factually.donations.models import Gift

CREATE = "POST /v1/payment_intents"
CAPTURE = "POST /v1/payment_intents/{}/capture"
READ = "GET /v1/payment_intents/{}"
SENDS = 3
"""One call and the SDK's two retries."""


def die_after_writing_down_the_attempt(desk: GivingDesk, card: str) -> tuple[Gift, CardAttempt]:
    gift = desk.pledge()
    card_entry = desk.gateway.confirmation(desk.token(card))
    with desk.database.transaction() as session:
        attempt = open_attempt(session, gift.id, card_entry, keyring=desk.keyring, step=desk.step())
    assert isinstance(attempt, CardAttempt)
    return gift, attempt


def charged(desk: GivingDesk, gift: Gift) -> list[int]:
    return [intent["amount_received"] for intent in desk.intents(gift.id)]


def test_an_attempt_that_was_never_sent_is_sent_once_its_lease_is_over(desk: GivingDesk) -> None:
    gift, _ = die_after_writing_down_the_attempt(desk, "pm_card_visa")
    assert desk.journey.settle(gift.id).waiting
    assert desk.intents(gift.id) == []
    desk.clock.advance(LEASE)
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
    assert charged(desk, gift) == [500]


def test_an_answer_that_was_never_written_down_is_found_by_the_gifts_id(desk: GivingDesk) -> None:
    gift, attempt = die_after_writing_down_the_attempt(desk, "pm_card_visa")
    desk.gateway.authorise(attempt.order)
    desk.clock.advance(LEASE)
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
    assert charged(desk, gift) == [500]


def test_a_decline_that_was_never_written_down_leaves_the_gift_open_for_another_card(
    desk: GivingDesk,
) -> None:
    gift, _ = die_after_writing_down_the_attempt(desk, DECLINED)
    desk.sandbox.fault(CREATE, "error_after", count=SENDS)
    desk.clock.advance(LEASE)
    assert desk.journey.settle(gift.id).waiting
    desk.clock.advance(LEASE)
    found = desk.journey.settle(gift.id)
    assert found.wants_card
    assert found.decline_code == "generic_decline"
    assert desk.journey.confirm(gift.public_id, desk.token()).state is GiftState.CAPTURED
    assert charged(desk, gift) == [500]


@pytest.mark.parametrize("route", [CREATE, CAPTURE])
def test_a_connection_dropped_after_the_work_is_asked_again_under_the_same_key(
    desk: GivingDesk, route: str
) -> None:
    gift = desk.pledge()
    desk.sandbox.fault(route, "drop_after")
    assert desk.journey.confirm(gift.public_id, desk.token()).state is GiftState.CAPTURED
    assert charged(desk, gift) == [500]


def test_a_creation_without_an_answer_is_found_and_finished(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.sandbox.fault(CREATE, "error_after", count=SENDS)
    token = desk.token()
    assert desk.journey.confirm(gift.public_id, token).waiting
    assert desk.journey.confirm(gift.public_id, token).waiting
    assert desk.journey.confirm(gift.public_id, desk.token()).waiting
    desk.clock.advance(LEASE)
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
    assert charged(desk, gift) == [500]


def test_a_creation_that_never_happened_asks_for_the_card_again(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.sandbox.fault(CREATE, "error_before", count=2 * SENDS)
    assert desk.journey.confirm(gift.public_id, desk.token()).waiting
    desk.clock.advance(LEASE)
    assert desk.journey.settle(gift.id).waiting
    desk.clock.advance(LEASE)
    assert desk.journey.settle(gift.id).wants_card
    assert desk.journey.confirm(gift.public_id, desk.token()).state is GiftState.CAPTURED
    assert charged(desk, gift) == [500]


def test_a_second_card_without_an_answer_is_looked_up_and_not_sent_twice(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.journey.confirm(gift.public_id, desk.token(DECLINED))
    desk.sandbox.fault("POST /v1/payment_intents/{}/confirm", "error_after", count=SENDS)
    assert desk.journey.confirm(gift.public_id, desk.token()).waiting
    desk.clock.advance(LEASE)
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
    assert charged(desk, gift) == [500]


@pytest.mark.parametrize(
    ("kind", "count"), [("error_after", SENDS), ("error_before", SENDS), ("lock", SENDS), ("rate_limit", 1)]
)
def test_a_capture_without_an_answer_is_finished_later(desk: GivingDesk, kind: str, count: int) -> None:
    gift = desk.pledge()
    desk.sandbox.fault(CAPTURE, kind, count=count)
    assert desk.journey.confirm(gift.public_id, desk.token()).waiting
    assert desk.gift(gift.id).state == GiftState.AUTHORISED
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
    assert charged(desk, gift) == [500]
    assert desk.facts(gift.id) == ["pledged", "attempted", "authorised", "captured"]
    assert desk.letters() == ["gift-receipt"]


def test_a_death_between_the_instruction_and_the_capture_is_mended(desk: GivingDesk) -> None:
    gift, attempt = die_after_writing_down_the_attempt(desk, "pm_card_visa")
    snapshot = desk.gateway.authorise(attempt.order)
    with desk.database.transaction() as session:
        call = fold(session, gift.id, snapshot, post=desk.post, step=desk.step())
    assert call is not None
    assert desk.gift(gift.id).instruction == "capture"
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
    assert desk.calls(gift.id) == [("authorise", 1, "accepted"), ("capture", 1, "accepted")]


@pytest.mark.parametrize(
    ("ends", "state", "outcome"),
    [("capture", GiftState.CAPTURED, "accepted"), ("cancel", GiftState.EXPIRED, "refused")],
)
def test_a_death_after_the_call_leaves_no_call_without_an_answer(
    desk: GivingDesk, ends: str, state: GiftState, outcome: str
) -> None:
    gift, attempt = die_after_writing_down_the_attempt(desk, "pm_card_visa")
    snapshot = desk.gateway.authorise(attempt.order)
    with desk.database.transaction() as session:
        call = fold(session, gift.id, snapshot, post=desk.post, step=desk.step())
    assert call is not None
    getattr(desk.gateway, ends)(call.intent_id, idempotency_key=call.idempotency_key)
    assert desk.journey.settle(gift.id).state is state
    assert desk.calls(gift.id) == [("authorise", 1, "accepted"), ("capture", 1, outcome)]


def test_a_look_that_was_overtaken_changes_nothing(desk: GivingDesk) -> None:
    gift, attempt = die_after_writing_down_the_attempt(desk, "pm_card_visa")
    held = desk.gateway.authorise(attempt.order)
    desk.journey.settle(gift.id, intent_id=held.id)
    with desk.database.transaction() as session:
        call = fold(session, gift.id, held, post=desk.post, step=desk.step())
    assert call is None
    assert desk.gift(gift.id).state == GiftState.CAPTURED
    assert charged(desk, gift) == [500]


def test_a_capture_that_stripe_refuses_is_looked_at_again(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.sandbox.fault(CAPTURE, "error_before", count=SENDS)
    desk.journey.confirm(gift.public_id, desk.token())
    intent = desk.intents(gift.id)[0]["id"]
    desk.gateway.cancel(intent, idempotency_key=f"elsewhere:{intent}")
    assert desk.journey.settle(gift.id).state is GiftState.EXPIRED
    assert charged(desk, gift) == [0]
    assert desk.letters() == ["gift-released"]


def test_a_card_entry_that_expired_before_it_was_sent_is_asked_for_again(desk: GivingDesk) -> None:
    gift, _ = die_after_writing_down_the_attempt(desk, "pm_card_visa")
    desk.sandbox.advance(int(timedelta(hours=13).total_seconds()))
    desk.clock.advance(LEASE)
    assert desk.journey.settle(gift.id).wants_card
    assert desk.calls(gift.id) == [("authorise", 1, "refused")]


def test_stripe_away_while_looking_leaves_the_gift_as_it_is(desk: GivingDesk) -> None:
    gift = desk.give()
    desk.sandbox.fault(READ, "error_before", count=SENDS)
    with pytest.raises(Unavailable):
        desk.journey.settle(gift.id)
    assert desk.gift(gift.id).state == GiftState.CAPTURED


def test_stripe_away_before_anything_began_leaves_a_pledge(desk: GivingDesk) -> None:
    gift = desk.pledge()
    token = desk.token()
    desk.sandbox.fault("GET /v1/confirmation_tokens/{}", "error_before", count=SENDS)
    with pytest.raises(Unavailable):
        desk.journey.confirm(gift.public_id, token)
    assert desk.gift(gift.id).state == GiftState.PLEDGED
    assert desk.journey.confirm(gift.public_id, token).state is GiftState.CAPTURED


def test_an_intent_that_names_the_gift_and_is_not_its_own_is_released(desk: GivingDesk) -> None:
    gift = desk.give()
    other, late = die_after_writing_down_the_attempt(desk, "pm_card_visa")
    stray = desk.gateway.authorise(
        late.order.__class__(
            gift_id=str(gift.id),
            amount=late.order.amount,
            confirmation_token=late.order.confirmation_token,
            idempotency_key="late",
        )
    )
    desk.journey.settle(gift.id, intent_id=stray.id)
    assert {intent["id"]: intent["status"] for intent in desk.intents(gift.id)} == {
        gift.payment_intent_id: "succeeded",
        stray.id: "canceled",
    }
    assert desk.gift(gift.id).payment_intent_id == gift.payment_intent_id
    assert "gift.stray_intent" in desk.journal()
    assert desk.gift(other.id).state == GiftState.AUTHORISING


def test_an_intent_over_another_amount_is_never_taken_for_the_gifts(desk: GivingDesk) -> None:
    gift, attempt = die_after_writing_down_the_attempt(desk, "pm_card_visa")
    dear = desk.gateway.authorise(
        attempt.order.__class__(
            gift_id=str(gift.id),
            amount=pledge_of(minor=900).amount,
            confirmation_token=attempt.order.confirmation_token,
            idempotency_key="dear",
        )
    )
    desk.journey.settle(gift.id, intent_id=dear.id)
    assert desk.gift(gift.id).payment_intent_id is None
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["canceled"]


def test_a_hold_that_lapses_at_stripe_is_an_expired_gift(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.sandbox.fault(CAPTURE, "error_before", count=SENDS)
    desk.journey.confirm(gift.public_id, desk.token())
    desk.sandbox.advance(int(timedelta(days=8).total_seconds()))
    assert desk.journey.settle(gift.id).state is GiftState.EXPIRED
    assert desk.letters() == ["gift-released"]
