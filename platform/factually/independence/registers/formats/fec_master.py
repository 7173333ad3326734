"""The committee master file as the Federal Election Commission publishes it: `cm.txt`, no header, pipes.

Layout: fec.gov, "Committee master file description". Treasurers and streets are never kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.fec_csv import COMMITTEE_ID, sponsors_of
from factually.independence.registers.formats.tables import Shape, UniqueKeys, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.foundation.canonical import JsonValue

COLUMNS: Final = (
    "CMTE_ID",
    "CMTE_NM",
    "TRES_NM",
    "CMTE_ST1",
    "CMTE_ST2",
    "CMTE_CITY",
    "CMTE_ST",
    "CMTE_ZIP",
    "CMTE_DSGN",
    "CMTE_TP",
    "CMTE_PTY_AFFILIATION",
    "CMTE_FILING_FREQ",
    "ORG_TP",
    "CONNECTED_ORG_NM",
    "CAND_ID",
)
FILER_TYPES: Final = frozenset({"C", "E", "I"})
"""Who reports communication costs, electioneering or independent spending, and is no committee (DS04)."""

_SHAPE: Final = Shape(columns=COLUMNS, header=False, separator="|", quoted=False)
_CANDIDATE_TYPES: Final = frozenset({"H", "S", "P"})
_DETAILS: Final = {"CMTE_TP": "type", "CMTE_DSGN": "designation", "CMTE_ST": "state"}
_OPTIONAL_DETAILS: Final = {"CMTE_PTY_AFFILIATION": "party", "ORG_TP": "org_type"}


def parse_fec_master(data: bytes) -> tuple[Entry, ...]:
    """Read the committees of one cycle's file; rows without a name, which the FEC has, are left out.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    return tuple(_entries(data))


def _entries(data: bytes) -> Iterator[Entry]:
    keys = UniqueKeys()
    for row in read_table(data, _SHAPE):
        key = keys.add(row.matching("CMTE_ID", COMMITTEE_ID, "is not C and eight digits"), row.line)
        name, type_ = row.text("CMTE_NM"), row.text("CMTE_TP")
        if not name:
            continue
        details: dict[str, JsonValue] = {key: row.text(column) for column, key in _DETAILS.items()}
        details |= {key: text for column, key in _OPTIONAL_DETAILS.items() if (text := row.text(column))}
        # A candidate's committee often names the candidate here, and a person is nobody's sponsor.
        sponsor = "" if type_ in _CANDIDATE_TYPES else row.text("CONNECTED_ORG_NM")
        yield Entry(
            key=key,
            name=name,
            sponsors=sponsors_of(name, sponsor),
            filer=type_ in FILER_TYPES,
            details=details,
        )
