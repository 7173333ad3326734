from __future__ import annotations

from hashlib import sha256
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.donations.card_testing.proof_of_work import BITS, challenge_of, is_solved

CHALLENGE = challenge_of("gift", "ctoken_1")
SOLUTION = next(
    str(number) for number in count() if sha256(f"{CHALLENGE}:{number}".encode()).hexdigest()[:3] == "000"
)


def test_a_solution_is_bound_to_its_gift_and_its_card() -> None:
    assert is_solved(CHALLENGE, SOLUTION, bits=12)
    assert not is_solved(challenge_of("gift", "ctoken_2"), SOLUTION, bits=12)
    assert not is_solved(challenge_of("another", "ctoken_1"), SOLUTION, bits=12)


@pytest.mark.parametrize("counter", ["", "-1", "x", "٣", "1" * 13, f" {SOLUTION}", f"{SOLUTION}\n"])
def test_a_counter_is_a_number_of_twelve_digits_at_most(counter: str) -> None:
    assert not is_solved(CHALLENGE, counter, bits=0)


@given(st.integers(0, 10**12 - 1), st.integers(0, 24))
def test_as_many_leading_bits_are_zero_as_the_binary_digits_say(counter: int, bits: int) -> None:
    digest = sha256(f"{CHALLENGE}:{counter}".encode()).digest()
    digits = "".join(f"{byte:08b}" for byte in digest)
    assert is_solved(CHALLENGE, str(counter), bits=bits) == digits.startswith("0" * bits)


def test_one_of_a_thousand_counters_solves_it() -> None:
    solved = sum(is_solved(CHALLENGE, str(counter), bits=BITS) for counter in range(2**BITS * 20))
    assert 5 <= solved <= 40
