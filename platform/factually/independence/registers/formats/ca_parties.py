"""Parties registered with Elections Canada, each with its names in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.tables import Shape, UniqueKeys, distinct, read_table

if TYPE_CHECKING:
    from factually.independence.registers.formats.tables import TableRow

_NAMES: Final = ("name_en", "name_fr", "legal_name_en", "legal_name_fr", "short_en", "short_fr")
_YEARS: Final = ("year_first", "year_last")
_HEADER_WITHIN: Final = "ID"
"""First field of the published list's own header, which some copies carry among the parties."""
_SHAPE: Final = Shape(columns=("party_id", *_NAMES, *_YEARS))


def parse_ca_parties(data: bytes) -> tuple[Entry, ...]:
    """Read the parties under their English name, with short, full and legal names in English and French.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    keys = UniqueKeys()
    return tuple(
        _entry(row, keys.add(row.name("party_id"), row.line))
        for row in read_table(data, _SHAPE)
        if row.values["party_id"] != _HEADER_WITHIN
    )


def _entry(row: TableRow, key: str) -> Entry:
    name = row.name("name_en")
    return Entry(
        key=key,
        name=name,
        other_names=tuple(other for other in distinct(map(row.text, _NAMES)) if other != name),
        details={column: year for column in _YEARS if (year := row.year(column))},
    )
