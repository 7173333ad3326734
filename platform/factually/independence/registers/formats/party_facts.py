"""Party Facts: the world's parties with their names in several languages (Doering and Regel 2019)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.tables import Shape, UniqueKeys, distinct, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.foundation.canonical import JsonValue
    from factually.independence.registers.formats.tables import TableRow

_SHAPE: Final = Shape(
    columns=(
        "partyfacts_id",
        "country",
        "name_short",
        "name",
        "name_english",
        "name_other",
        "name_native",
        "wikidata_id",
        "year_first",
        "year_last",
    )
)
_ID: Final = re.compile(r"[0-9]{1,9}")
_LANGUAGE: Final = re.compile(r"^[A-Z][a-z]+(?: [A-Z][a-z]+)?: ")


def parse_party_facts(data: bytes) -> tuple[Entry, ...]:
    """Read the parties; most of them are historical, as `year_last` tells.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    return tuple(_entries(data))


def _entries(data: bytes) -> Iterator[Entry]:
    keys = UniqueKeys()
    for row in read_table(data, _SHAPE):
        key = keys.add(row.matching("partyfacts_id", _ID, "is not a number"), row.line)
        name = row.name("name")
        details: dict[str, JsonValue] = {"country": row.text("country")}
        details |= {column: year for column in ("year_first", "year_last") if (year := row.year(column))}
        if wikidata := row.text("wikidata_id"):
            details["wikidata_id"] = wikidata
        yield Entry(
            key=key,
            name=name,
            other_names=tuple(other for other in _other_names(row) if other != name),
            details=details,
        )


def _other_names(row: TableRow) -> tuple[str, ...]:
    """Return short, English, native and further names; the last stand as `French: Parti ...; German: ...`."""
    further = (_LANGUAGE.sub("", name.strip()) for name in row.text("name_other").split(";"))
    return distinct(
        [*(row.text(column) for column in ("name_short", "name_english", "name_native")), *further]
    )
