from dataclasses import replace
from datetime import UTC, datetime

import pytest

from factually.donations.aftermath import DisputeSnapshot, DisputeStatus, RefundSnapshot, RefundState
from factually.donations.intents import (
    ChargeSnapshot,
    IntentSnapshot,
    IntentStatus,
    facts_shown,
)
from factually.donations.lifecycle import Fact
from tests.support.balance_movements import movement

MOMENT = datetime(2026, 11, 24, 12, tzinfo=UTC)

CHARGE = ChargeSnapshot(
    id="ch_1",
    succeeded=True,
    captured=False,
    amount=500,
    amount_captured=0,
    capture_before=None,
    card=None,
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
    assert shown(IntentStatus.CANCELED, CHARGE, ours=True) == (Fact.AUTHORISED, Fact.RELEASED)
    assert shown(IntentStatus.CANCELED, CHARGE) == (Fact.AUTHORISED, Fact.LAPSED)


def test_an_intent_cancelled_without_a_hold_was_abandoned() -> None:
    failed = replace(CHARGE, succeeded=False)
    assert shown(IntentStatus.CANCELED, failed) == (Fact.ABANDONED,)
    assert shown(IntentStatus.CANCELED, None, ours=True) == (Fact.ABANDONED,)


def test_a_charge_brings_every_movement_of_its_own_its_refunds_and_its_disputes() -> None:
    refund = RefundSnapshot(
        id="re_1",
        row_id=None,
        amount=200,
        state=RefundState.FAILED,
        failure_reason=None,
        created=MOMENT,
        movements=(movement(number=2), movement(number=3)),
    )
    dispute = DisputeSnapshot(
        id="du_1",
        charge_id="ch_1",
        amount=300,
        reason="fraudulent",
        status=DisputeStatus.LOST,
        due_by=None,
        created=MOMENT,
        movements=(movement(number=4),),
    )
    charge = replace(TAKEN, movement=movement(number=1), refunds=(refund,), disputes=(dispute,))
    assert [moved.id for moved in charge.movements] == [movement(number=number).id for number in (1, 2, 3, 4)]
    assert CHARGE.movements == ()
