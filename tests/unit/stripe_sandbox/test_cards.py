import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.stripe_sandbox.cards import BY_NAME, BY_NUMBER, CARDS, passes_luhn


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_each_test_card_has_a_right_check_digit(card: object) -> None:
    assert any(passes_luhn(known.number) for known in CARDS if known == card)


def test_numbers_names_and_fingerprints_tell_the_cards_apart() -> None:
    assert len(BY_NUMBER) == len(BY_NAME) == len({card.fingerprint for card in CARDS}) == len(CARDS)


@given(st.integers(0, 10**15 - 1), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_never_passes(number: int, place: int, change: int) -> None:
    digits = f"{number:015}"
    right = next(check for check in "0123456789" if passes_luhn(digits + check))
    wrong = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]

    assert not passes_luhn(wrong + right)
