"""Reads tables strictly: a file that is damaged anywhere is refused whole, with the line and the reason."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterable, Iterator, Mapping
    from typing import NoReturn

LONGEST_TEXT: Final = 500
"""Characters a text that is kept may have; the longest registered name known has half of that."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_YEAR: Final = re.compile(r"[12][0-9]{3}")
_EIN: Final = re.compile(r"[0-9]{9}")
_FLAGS: Final = {"0": False, "1": True}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a table is written.

    Attributes:
        columns: Columns that are read. With a header others may stand beside them; without one these are all.
        header: Whether the first line names the columns.
        repeated_header: Whether the header may stand again further down, as in files joined end to end.
        separator: Character between two fields.
        quoted: Whether quotes enclose a field that holds the separator.
        encoding: Of the text; a byte order mark before UTF-8 does no harm.
    """

    columns: tuple[str, ...]
    header: bool = True
    repeated_header: bool = False
    separator: str = ","
    quoted: bool = True
    encoding: str = "utf-8-sig"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table; each reading of a field checks it, so that what is not read may hold anything."""

    line: int
    values: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return a field without blanks around it; empty where the column is empty or missing."""
        return checked_text(self.values.get(column, ""), self.line, column)

    def name(self, column: str) -> str:
        """Return a field that must hold something."""
        return self.text(column) or self._refuse(column, "is empty")

    def names(self, column: str, separator: str) -> tuple[str, ...]:
        """Return the texts that one field holds, each once, in their order."""
        return distinct(self.text(column).split(separator))

    def year(self, column: str) -> int | None:
        """Return a year, None where the field is empty."""
        text = self.text(column)
        if text and not _YEAR.fullmatch(text):
            self._refuse(column, "is not a year")
        return int(text) if text else None

    def flag(self, column: str) -> bool:
        """Return whether a field is 1."""
        flag = _FLAGS.get(self.text(column))
        return self._refuse(column, "is not 0 or 1") if flag is None else flag

    def ein(self, column: str) -> str | None:
        """Return an IRS number as nine digits, None where the field is empty."""
        ein = self.text(column).replace("-", "")
        return self.matching(column, _EIN, "is not nine digits", ein) if ein else None

    def matching(self, column: str, pattern: re.Pattern[str], fault: str, text: str | None = None) -> str:
        """Return a field, or what was made of it, that must have this form."""
        text = self.text(column) if text is None else text
        return text if pattern.fullmatch(text) else self._refuse(column, fault)

    def _refuse(self, column: str, fault: str) -> NoReturn:
        raise fault_on(self.line, f"{column} {fault}")


class UniqueKeys:
    """Refuses a key that stood on an earlier line, so that no row silently replaces another."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}

    def add(self, key: str, line: int) -> str:
        """Return the key.

        Raises:
            InvalidInput: It stood on an earlier line.
        """
        earlier = self._lines.setdefault(key, line)
        if earlier != line:
            raise fault_on(line, f"{key} stands on line {earlier} already")
        return key


def read_table(data: bytes, shape: Shape) -> Iterator[TableRow]:
    """Yield the lines of a table below its header.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    if not data.endswith(b"\n"):
        raise fault_on(data.count(b"\n") + 1, "the file ends in the middle of a line")
    # Decoded piece by piece: as one text, a register of 300 megabytes would take five times as much memory.
    text = io.TextIOWrapper(io.BytesIO(data), encoding=shape.encoding, newline="")
    reader = csv.reader(
        text,
        delimiter=shape.separator,
        quoting=csv.QUOTE_MINIMAL if shape.quoted else csv.QUOTE_NONE,
        strict=True,
    )
    try:
        yield from _rows(reader, shape)
    except UnicodeDecodeError as error:
        encoding = shape.encoding.removesuffix("-sig").upper()
        raise fault_on(_undecodable_line(data, shape.encoding), f"it is not {encoding}") from error
    except csv.Error as error:
        raise fault_on(reader.line_num, "its quotes or its line end are broken") from error


def checked_text(text: str, line: int, what: str) -> str:
    """Return a text without blanks around it.

    Raises:
        InvalidInput: It is longer than `LONGEST_TEXT` or holds control characters.
    """
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise fault_on(line, f"{what} is longer than {LONGEST_TEXT} characters")
    if not text.isprintable() and _CONTROL.search(text):
        raise fault_on(line, f"{what} holds control characters")
    return text


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts without blanks around them, each once, in their order, leaving out empty ones."""
    return tuple(text for text in dict.fromkeys(text.strip() for text in texts) if text)


def fault_on(line: int, reason: str) -> InvalidInput:
    """Return the refusal of a file for what stands on one of its lines."""
    return InvalidInput(f"Line {line}: {reason}. Nothing was loaded.", field="file")


def _undecodable_line(data: bytes, encoding: str) -> int:
    lines = enumerate(io.BytesIO(data), start=1)
    return next(number for number, line in lines if not _decodes(line, encoding))


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _rows(reader: Reader, shape: Shape) -> Iterator[TableRow]:
    header = next(reader, []) if shape.header else list(shape.columns)
    missing = [column for column in shape.columns if column not in header]
    if missing:
        raise fault_on(1, f"the columns {', '.join(missing)} are missing")
    if len(set(header)) < len(header):
        raise fault_on(1, "two columns have the same name")
    empty = True
    for fields in reader:
        if shape.repeated_header and fields == header:
            continue
        if len(fields) != len(header):
            raise fault_on(reader.line_num, f"it has {len(fields)} fields instead of {len(header)}")
        empty = False
        yield TableRow(reader.line_num, dict(zip(header, fields, strict=True)))
    if empty:
        raise fault_on(1, "no row follows")
