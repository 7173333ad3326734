from __future__ import annotations

import pytest

from factually.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH, hash_password, password_matches
from factually.foundation.errors import InvalidInput

PASSWORD = "four words in a row"


def test_a_password_matches_its_own_hash_only() -> None:
    stored = hash_password(PASSWORD)
    assert password_matches(stored, PASSWORD)
    assert not password_matches(stored, PASSWORD + "x")
    assert PASSWORD not in stored


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


@pytest.mark.parametrize("length", [0, MINIMUM_LENGTH - 1, MAXIMUM_LENGTH + 1])
def test_too_short_and_too_long_are_refused_by_field(length: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        hash_password("x" * length)
    assert refusal.value.field == "password"


def test_a_long_password_counts_to_its_last_character() -> None:
    stored = hash_password("x" * MAXIMUM_LENGTH)
    assert password_matches(stored, "x" * MAXIMUM_LENGTH)
    assert not password_matches(stored, "x" * (MAXIMUM_LENGTH - 1) + "y")
    assert not password_matches(stored, "x" * (MAXIMUM_LENGTH + 1))


def test_an_account_without_a_password_matches_nothing() -> None:
    assert not password_matches(None, "nobody signs in with this")
    assert not password_matches("no hash at all", PASSWORD)


def test_the_stored_form_names_the_published_cost() -> None:
    assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
