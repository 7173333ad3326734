import pytest

from factually.stripe_sandbox.balance_transactions import processing_fee


@pytest.mark.parametrize(
    ("amount", "fee"), [(50, 31), (500, 45), (1000, 59), (1017, 59), (1018, 60), (99_999_999, 2_900_030)]
)
def test_the_fee_is_2_9_percent_rounded_half_up_and_30_cents(amount: int, fee: int) -> None:
    assert processing_fee(amount).amount == fee


def test_a_card_of_another_country_costs_1_5_percent_more() -> None:
    assert processing_fee(10_000, abroad=True).amount == 470
