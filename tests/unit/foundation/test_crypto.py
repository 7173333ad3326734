from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.foundation.crypto import DamagedCiphertext, Keyring, Place

KEYRING = Keyring.from_secret(b"k" * 32)
PLACE = Place("gift", "donor_name", "1")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_in_its_place(text: str) -> None:
    assert KEYRING.decrypt(KEYRING.encrypt(text, PLACE), PLACE) == text


@pytest.mark.parametrize(
    "elsewhere",
    [Place("gift", "donor_name", "2"), Place("gift", "donor_email", "1"), Place("letter", "donor_name", "1")],
)
def test_a_ciphertext_moved_to_another_place_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(DamagedCiphertext):
        KEYRING.decrypt(KEYRING.encrypt("Ada Example", PLACE), elsewhere)


def test_each_flipped_bit_is_noticed() -> None:
    sealed = KEYRING.encrypt("Ada", PLACE)
    for position in range(len(sealed) * 8):
        damaged = bytearray(sealed)
        damaged[position // 8] ^= 1 << (position % 8)
        with pytest.raises(DamagedCiphertext):
            KEYRING.decrypt(bytes(damaged), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01short"])
def test_a_truncated_ciphertext_does_not_open(sealed: bytes) -> None:
    with pytest.raises(DamagedCiphertext):
        KEYRING.decrypt(sealed, PLACE)


def test_the_same_text_is_never_sealed_to_the_same_bytes() -> None:
    assert KEYRING.encrypt("Ada", PLACE) != KEYRING.encrypt("Ada", PLACE)


def test_a_blind_index_finds_equals_for_one_purpose_only() -> None:
    index = KEYRING.blind_index("ada@example.org", "donor email")
    assert index == KEYRING.blind_index("ada@example.org", "donor email")
    assert index != KEYRING.blind_index("ada@example.org", "account email")
    assert index != Keyring.from_secret(b"x" * 32).blind_index("ada@example.org", "donor email")
    assert len(index) == 32


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring.from_secret(b"short")


def test_keys_of_two_purposes_are_unrelated() -> None:
    keyring = Keyring.from_secret(b"s" * 32)
    assert keyring.subkey("one") == Keyring.from_secret(b"s" * 32).subkey("one")
    assert keyring.subkey("one") != keyring.subkey("two")
    assert keyring.subkey("one") != Keyring.from_secret(b"t" * 32).subkey("one")
    assert len(keyring.subkey("one")) == 32
