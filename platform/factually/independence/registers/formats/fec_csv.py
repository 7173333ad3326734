"""The committee master of the Federal Election Commission as a comma-separated file with a header row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.tables import (
    Shape,
    UniqueKeys,
    checked_text,
    distinct,
    read_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.foundation.canonical import JsonValue
    from factually.independence.registers.formats.tables import TableRow

COLUMNS: Final = (
    "cmte_id",
    "name",
    "state",
    "designation",
    "type",
    "first_cycle",
    "last_cycle",
    "filer_only",
    "bare_name",
)
"""Columns a file must have; those of `FURTHER_COLUMNS` may stand beside them, others are left unread."""
FURTHER_COLUMNS: Final = ("party", "org_type", "connected_org")
FORMER_NAMES: Final = "former_names"
SEPARATOR: Final = "|"
COMMITTEE_ID: Final = re.compile(r"C[0-9]{8}")

_NO_SPONSOR: Final = frozenset({"", "NONE", "N/A", "NA", "SELF", "NOT APPLICABLE"})


def parse_fec_committees(data: bytes) -> tuple[Entry, ...]:
    """Read the committees of a file with the names they bore before and the bodies they are connected with.

    Mere filers (types C, E, I) are kept and marked.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    return tuple(_entries(data))


def sponsors_of(name: str, connected_organisation: str) -> tuple[str, ...]:
    """Return the connected organisation, unless it is a non-answer or the committee itself."""
    sponsor = connected_organisation.strip()
    return () if sponsor.upper() in {*_NO_SPONSOR, name.upper()} else (sponsor,)


def _entries(data: bytes) -> Iterator[Entry]:
    keys = UniqueKeys()
    for row in read_table(data, Shape(columns=COLUMNS)):
        key = keys.add(row.matching("cmte_id", COMMITTEE_ID, "is not C and eight digits"), row.line)
        name = row.name("name")
        yield Entry(
            key=key,
            name=name,
            former_names=tuple(former for former in _former_names(row) if former != name),
            sponsors=sponsors_of(name, row.text("connected_org")),
            filer=row.flag("filer_only"),
            namesake=row.flag("bare_name"),
            details=_details(row),
        )


def _former_names(row: TableRow) -> tuple[str, ...]:
    # The names are checked one by one, since a committee that often changed its name fills a long field.
    joined = row.values.get(FORMER_NAMES, "")
    return distinct(checked_text(name, row.line, FORMER_NAMES) for name in joined.split(SEPARATOR))


def _details(row: TableRow) -> dict[str, JsonValue]:
    details: dict[str, JsonValue] = {column: row.text(column) for column in ("type", "designation", "state")}
    details |= {column: text for column in ("party", "org_type") if (text := row.text(column))}
    return details | {column: row.year(column) for column in ("first_cycle", "last_cycle")}
