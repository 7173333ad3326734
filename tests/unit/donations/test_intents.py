from dataclasses import replace

import pytest

from factually.donations.intents import (
    ChargeSnapshot,
    DisputeStanding,
    IntentSnapshot,
    IntentStatus,
    facts_shown,
)
from factually.donations.lifecycle import Fact

CHARGE = ChargeSnapshot(
    id="ch_1",
    succeeded=True,
    captured=False,
    amount=500,
    amount_captured=0,
    amount_refunded=0,
    capture_before=None,
    card=None,
    dispute=None,
)
INTENT = IntentSnapshot(
    id="pi_1",
    status=IntentStatus.REQUIRES_CAPTURE,
    amount=500,
    currency="USD",
    gift_id=None,
    livemode=False,
    client_secret=None,
    decline_code=None,
    charge=CHARGE,
)
TAKEN = replace(CHARGE, captured=True, amount_captured=500)


def shown(status: IntentStatus, charge: ChargeSnapshot | None, *, ours: bool = False) -> tuple[Fact, ...]:
    return facts_shown(replace(INTENT, status=status, charge=charge), cancelled_by_us=ours)


@pytest.mark.parametrize(
    "status",
    [
        IntentStatus.REQUIRES_PAYMENT_METHOD,
        IntentStatus.REQUIRES_CONFIRMATION,
        IntentStatus.REQUIRES_ACTION,
        IntentStatus.PROCESSING,
    ],
)
def test_an_intent_that_waits_for_the_donor_proves_nothing(status: IntentStatus) -> None:
    assert shown(status, None) == ()


def test_a_hold_proves_the_authorisation() -> None:
    assert shown(IntentStatus.REQUIRES_CAPTURE, CHARGE) == (Fact.AUTHORISED,)


def test_a_capture_proves_the_missed_authorisation_too() -> None:
    assert shown(IntentStatus.SUCCEEDED, TAKEN) == (Fact.AUTHORISED, Fact.CAPTURED)
    assert shown(IntentStatus.SUCCEEDED, None) == (Fact.AUTHORISED, Fact.CAPTURED)


def test_a_cancelled_hold_is_released_by_us_and_lapsed_otherwise() -> None:
    refunded_hold = replace(CHARGE, amount_refunded=500)
    assert shown(IntentStatus.CANCELED, refunded_hold, ours=True) == (Fact.AUTHORISED, Fact.RELEASED)
    assert shown(IntentStatus.CANCELED, refunded_hold) == (Fact.AUTHORISED, Fact.LAPSED)


def test_an_intent_cancelled_without_a_hold_was_abandoned() -> None:
    failed = replace(CHARGE, succeeded=False)
    assert shown(IntentStatus.CANCELED, failed) == (Fact.ABANDONED,)
    assert shown(IntentStatus.CANCELED, None, ours=True) == (Fact.ABANDONED,)


def test_a_cancelled_hold_is_no_refund() -> None:
    assert replace(CHARGE, amount_refunded=500).returned == 0


def test_the_part_of_a_hold_that_was_not_captured_is_no_refund() -> None:
    assert replace(TAKEN, amount_captured=300, amount_refunded=200).returned == 0
    assert replace(TAKEN, amount_captured=300, amount_refunded=350).returned == 150


def test_a_part_of_the_money_returned_is_a_partial_refund_and_all_of_it_a_full_one() -> None:
    assert shown(IntentStatus.SUCCEEDED, replace(TAKEN, amount_refunded=499))[-1] is Fact.PARTLY_REFUNDED
    assert shown(IntentStatus.SUCCEEDED, replace(TAKEN, amount_refunded=500))[-1] is Fact.REFUNDED


@pytest.mark.parametrize(
    ("standing", "facts"),
    [
        (DisputeStanding.OPEN, (Fact.DISPUTED,)),
        (DisputeStanding.WON, (Fact.DISPUTED, Fact.DISPUTE_WON)),
        (DisputeStanding.LOST, (Fact.DISPUTED, Fact.DISPUTE_LOST)),
    ],
)
def test_a_closed_dispute_proves_that_it_was_opened(
    standing: DisputeStanding, facts: tuple[Fact, ...]
) -> None:
    assert shown(IntentStatus.SUCCEEDED, replace(TAKEN, dispute=standing))[2:] == facts
