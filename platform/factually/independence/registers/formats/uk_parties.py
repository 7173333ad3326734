"""Parties registered with the Electoral Commission of the United Kingdom."""

from __future__ import annotations

import re
from typing import Final

from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.tables import Shape, UniqueKeys, read_table

REGISTRATION: Final = re.compile(r"PP[0-9]{1,8}")
_SHAPE: Final = Shape(columns=("ec_id", "name"))


def parse_uk_parties(data: bytes) -> tuple[Entry, ...]:
    """Read the parties.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    keys = UniqueKeys()
    return tuple(
        Entry(
            key=keys.add(row.matching("ec_id", REGISTRATION, "is not PP and a number"), row.line),
            name=row.name("name"),
        )
        for row in read_table(data, _SHAPE)
    )
