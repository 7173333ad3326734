import pytest

from factually.stripe_sandbox import capturing, confirming
from factually.stripe_sandbox.charges import HOLD_SECONDS
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Store
from factually.stripe_sandbox.work import Work

_GIFT = {
    "amount": 500,
    "currency": "usd",
    "capture_method": "manual",
    "confirm": True,
    "payment_method": "pm_card_visa",
    "allowed_payment_method_types": ["card"],
}


def test_a_hold_whose_time_is_over_is_not_captured_even_before_it_is_swept_up() -> None:
    store = Store()
    with store.transaction() as records:
        held = confirming.create(Work(records, now=1000), dict(_GIFT))

        with pytest.raises(ApiError) as too_late:
            capturing.capture(Work(records, now=1000 + HOLD_SECONDS), {}, held["id"])
        in_time = capturing.capture(Work(records, now=1000 + HOLD_SECONDS - 1), {}, held["id"])
    store.close()

    assert too_late.value.code == "charge_expired_for_capture"
    assert in_time["status"] == "succeeded"
