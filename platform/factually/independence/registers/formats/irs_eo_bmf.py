"""Tax-exempt bodies that may do politics: the IRS Business Master File of exempt organisations, cut to those.

Layout: irs.gov, "Exempt Organizations Business Master File Extract". Names in care of, streets and amounts
are never kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.tables import Shape, UniqueKeys, fault_on, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

POLITICAL_SUBSECTIONS: Final = frozenset({"04", "05", "06"})
"""501(c)(4), (5) and (6): civic leagues, labour bodies, business leagues (rule DS08)."""

_CLEANED: Final = Shape(columns=("ein", "name", "state", "subsection"))
# The IRS publishes four regions; files of them joined end to end are one register.
_OFFICIAL: Final = Shape(columns=("EIN", "NAME", "STATE", "SUBSECTION"), repeated_header=True)
_EIN: Final = re.compile(r"[0-9]{9}")
_SUBSECTION: Final = re.compile(r"[0-9]{1,2}")


def parse_exempt_organisations(data: bytes) -> tuple[Entry, ...]:
    """Read the bodies of subsections 04 to 06 under their EIN, from the IRS's own columns or a cleaned file.

    Raises:
        InvalidInput: Names the line and what is wrong with it, or that the file holds none of them.
    """
    official = data.removeprefix(b"\xef\xbb\xbf").startswith(b"EIN")
    entries = tuple(_entries(data, _OFFICIAL if official else _CLEANED))
    if not entries:
        raise fault_on(1, "no body of subsection 04, 05 or 06 follows")
    return entries


def _entries(data: bytes, shape: Shape) -> Iterator[Entry]:
    ein_column, name, state, subsection_column = shape.columns
    keys = UniqueKeys()
    for row in read_table(data, shape):
        ein = keys.add(row.matching(ein_column, _EIN, "is not nine digits"), row.line)
        subsection = row.matching(subsection_column, _SUBSECTION, "is not a number").zfill(2)
        if subsection in POLITICAL_SUBSECTIONS:
            yield Entry(
                key=ein,
                name=row.name(name),
                ein=ein,
                details={"subsection": subsection, "state": row.text(state)},
            )
