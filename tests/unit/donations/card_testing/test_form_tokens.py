from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.donations.card_testing.errors import WaitYourTurn
from factually.donations.card_testing.form_tokens import (
    LIFETIME,
    MINIMUM_AGE,
    check_form_token,
    new_form_token,
)
from factually.foundation.crypto import Keyring
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEYRING = Keyring.from_secret(b"a made-up key for tests, 32 bytes")
TOKEN = new_form_token(keyring=KEYRING, now=NOON)


def test_each_loaded_form_has_a_number_of_its_own() -> None:
    other = new_form_token(keyring=KEYRING, now=NOON)
    numbers = {
        check_form_token(token, keyring=KEYRING, now=NOON + MINIMUM_AGE) for token in (TOKEN, other, TOKEN)
    }
    assert len(numbers) == 2


def test_a_form_is_good_for_half_a_day() -> None:
    assert check_form_token(TOKEN, keyring=KEYRING, now=NOON + LIFETIME)
    with pytest.raises(InvalidInput, match="open for very long"):
        check_form_token(TOKEN, keyring=KEYRING, now=NOON + LIFETIME + timedelta(seconds=1))


@pytest.mark.parametrize("age", [timedelta(0), timedelta(seconds=1.9), -LIFETIME])
def test_a_form_that_nobody_can_have_filled_in_yet_has_to_wait(age: timedelta) -> None:
    with pytest.raises(WaitYourTurn) as early:
        check_form_token(TOKEN, keyring=KEYRING, now=NOON + age)
    assert early.value.retry_after == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:0],
        lambda token: token[:-1],
        lambda token: token + "x",
        lambda token: "1" + token,
        lambda token: token.replace(".", "-"),
        lambda token: f"{int(token.split('.')[0]) + 1}.{token.split('.', 1)[1]}",
        lambda token: "9" * 16 + "." + token.split(".", 1)[1],
    ],
)
def test_an_altered_token_is_none(change: Callable[[str], str]) -> None:
    with pytest.raises(InvalidInput, match="reload the page"):
        check_form_token(change(TOKEN), keyring=KEYRING, now=NOON + MINIMUM_AGE)


@given(st.text())
def test_no_text_of_a_stranger_is_a_token(text: str) -> None:
    with pytest.raises(InvalidInput):
        check_form_token(text, keyring=KEYRING, now=NOON + MINIMUM_AGE)


def test_another_sites_token_is_none() -> None:
    other = Keyring.from_secret(b"another made-up key for tests, 32 bytes")
    with pytest.raises(InvalidInput):
        check_form_token(TOKEN, keyring=other, now=NOON + MINIMUM_AGE)
