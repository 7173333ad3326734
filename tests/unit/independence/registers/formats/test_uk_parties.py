from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.uk_parties import parse_uk_parties
from tests.support.register_files import UK_PARTIES


def test_parties_are_read_under_their_registration() -> None:
    assert parse_uk_parties(UK_PARTIES) == (
        Entry(key="PP90001", name="Made-up Party (MUP)"),
        Entry(key="PP90002", name="Plaid Enghraifft"),
    )


def test_another_kind_of_registration_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Line 3: ec_id is not PP and a number"):
        parse_uk_parties(UK_PARTIES.replace(b"PP90002", b"TP90002"))
