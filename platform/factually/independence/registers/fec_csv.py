"""The committee master of the Federal Election Commission as a comma-separated file with a header row."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator, Mapping

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
"""Columns a file must have; `former_names` (separated by `|`) may follow, others are left unread."""

FORMER_NAMES: Final = "former_names"
SEPARATOR: Final = "|"
LONGEST_NAME: Final = 500

_COMMITTEE_ID: Final = re.compile(r"C[0-9]{8}")
_CYCLE: Final = re.compile(r"[12][0-9]{3}")
_FLAGS: Final = {"0": False, "1": True}


def parse_fec_committees(data: bytes) -> tuple[Entry, ...]:
    """Read the committees of a file, leaving out mere filers (types C, E, I), which are no committees.

    UTF-8, one header row, columns as in `COLUMNS`. A file is taken whole or not at all.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _fault(line, "it is not UTF-8") from error
    if not text.endswith("\n"):
        raise _fault(text.count("\n") + 1, "the file ends in the middle of a line")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return tuple(_entries(reader))
    except csv.Error as error:
        raise _fault(reader.line_num, "its quotes or its line end are broken") from error


def _entries(reader: Reader) -> Iterator[Entry]:
    header = next(reader, [])
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise _fault(1, f"the columns {', '.join(missing)} are missing")
    lines: dict[str, int] = {}
    for fields in reader:
        line = reader.line_num
        if len(fields) != len(header):
            raise _fault(line, f"it has {len(fields)} fields instead of {len(header)}")
        row = dict(zip(header, fields, strict=True))
        _check(row, line)
        if row["cmte_id"] in lines:
            raise _fault(line, f"{row['cmte_id']} stands on line {lines[row['cmte_id']]} already")
        lines[row["cmte_id"]] = line
        if not _FLAGS[row["filer_only"]]:
            yield _entry(row)
    if not lines:
        raise _fault(1, "no committee follows")


def _check(row: Mapping[str, str], line: int) -> None:
    if not _COMMITTEE_ID.fullmatch(row["cmte_id"]):
        raise _fault(line, "cmte_id is not C and eight digits")
    names = [row["name"], *_former_names(row)]
    if not all(name.strip() and len(name) <= LONGEST_NAME and name.isprintable() for name in names):
        raise _fault(line, f"a name is empty, not printable, or longer than {LONGEST_NAME} characters")
    for column in ("first_cycle", "last_cycle"):
        if not _CYCLE.fullmatch(row[column]):
            raise _fault(line, f"{column} is not a year")
    for column in ("filer_only", "bare_name"):
        if row[column] not in _FLAGS:
            raise _fault(line, f"{column} is not 0 or 1")


def _entry(row: Mapping[str, str]) -> Entry:
    return Entry(
        key=row["cmte_id"],
        name=row["name"],
        former_names=_former_names(row),
        namesake=_FLAGS[row["bare_name"]],
        details={
            "type": row["type"],
            "designation": row["designation"],
            "state": row["state"],
            "first_cycle": int(row["first_cycle"]),
            "last_cycle": int(row["last_cycle"]),
        },
    )


def _former_names(row: Mapping[str, str]) -> tuple[str, ...]:
    joined = row.get(FORMER_NAMES, "")
    return tuple(joined.split(SEPARATOR)) if joined else ()


def _fault(line: int, reason: str) -> InvalidInput:
    return InvalidInput(f"Line {line}: {reason}. Nothing was loaded.", field="file")
