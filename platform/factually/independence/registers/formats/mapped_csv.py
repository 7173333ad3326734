"""Any register as a table with a header, read by a mapping file that says which column is what.

    # lobbying.toml (the same as a JSON object is read too)
    key = "registrant_id"
    name = "registrant_name"
    former_names = ["previous_name"]
    other_names = ["acronym", "aliases"]
    sponsors = ["client_name"]
    domains = ["website"]
    ein = "ein"
    details = ["country", "topics"]
    separator = ","          # between two fields
    list_separator = ";"     # between several names in one field
    encoding = "utf-8"

`key` and `name` are needed, all else may be left out.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.email_domains import DOMAIN
from factually.independence.registers.formats.tables import (
    Shape,
    UniqueKeys,
    checked_text,
    distinct,
    fault_on,
    read_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.independence.registers.formats.tables import TableRow

ENCODINGS: Final = {
    "utf-8": "utf-8-sig",
    "windows-1252": "cp1252",
    "iso-8859-1": "iso-8859-1",
}
SEPARATORS: Final = frozenset({",", ";", "\t", "|"})
LONGEST_KEY: Final = 200

_DETAIL: Final = re.compile(r"[A-Za-z0-9_. -]{1,100}")


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """Which column of a table is what; see the example above."""

    key: str
    name: str
    ein: str | None = None
    former_names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    sponsors: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    separator: str = ","
    list_separator: str = ";"
    encoding: str = "utf-8"

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that it names, each once."""
        many = (*self.former_names, *self.other_names, *self.sponsors, *self.domains, *self.details)
        return distinct([self.key, self.name, self.ein or "", *many])


def parse_mapping(data: bytes) -> Mapping:
    """Read a mapping file, TOML or a JSON object.

    Raises:
        InvalidInput: It is neither, or names something that a register has not.
    """
    stated = _loaded(data)
    unknown = sorted(stated.keys() - {field.name for field in fields(Mapping)})
    if unknown:
        raise _bad_mapping(f"it says {', '.join(unknown)}, which a register has not")
    missing = [name for name in ("key", "name") if name not in stated]
    if missing:
        raise _bad_mapping(f"it does not say which column is the {' and the '.join(missing)}")
    mapping = Mapping(
        key=_text(stated, "key"),
        name=_text(stated, "name"),
        ein=_text(stated, "ein") if "ein" in stated else None,
        former_names=_columns(stated, "former_names"),
        other_names=_columns(stated, "other_names"),
        sponsors=_columns(stated, "sponsors"),
        domains=_columns(stated, "domains"),
        details=_columns(stated, "details"),
        separator=_text(stated, "separator", ","),
        list_separator=_text(stated, "list_separator", ";"),
        encoding=_text(stated, "encoding", "utf-8"),
    )
    if mapping.separator not in SEPARATORS:
        raise _bad_mapping("separator is no comma, semicolon, tab or |")
    if mapping.encoding not in ENCODINGS:
        raise _bad_mapping(f"encoding is none of {', '.join(ENCODINGS)}")
    if not all(_DETAIL.fullmatch(column) for column in mapping.details):
        raise _bad_mapping("the columns of details have names with other than plain letters and digits")
    return mapping


def parse_mapped_table(data: bytes, mapping: Mapping) -> tuple[Entry, ...]:
    """Read a table as its mapping says.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    return tuple(_entries(data, mapping))


def _entries(data: bytes, mapping: Mapping) -> Iterator[Entry]:
    keys = UniqueKeys()
    shape = Shape(columns=mapping.columns, separator=mapping.separator, encoding=ENCODINGS[mapping.encoding])
    for row in read_table(data, shape):
        key = keys.add(row.name(mapping.key), row.line)
        if len(key) > LONGEST_KEY:
            raise fault_on(row.line, f"{mapping.key} is longer than {LONGEST_KEY} characters")
        name = row.name(mapping.name)
        domains = _texts(row, mapping.domains, mapping.list_separator)
        yield Entry(
            key=key,
            name=name,
            former_names=_texts(row, mapping.former_names, mapping.list_separator, but=name),
            other_names=_texts(row, mapping.other_names, mapping.list_separator, but=name),
            sponsors=_texts(row, mapping.sponsors, mapping.list_separator, but=name),
            domains=distinct(_domain(text, row.line) for text in domains),
            ein=row.ein(mapping.ein) if mapping.ein else None,
            details={column: text for column in mapping.details if (text := row.text(column))},
        )


def _texts(row: TableRow, columns: tuple[str, ...], separator: str, but: str = "") -> tuple[str, ...]:
    # Checked one by one, since a field with many names may be longer than any name.
    texts = (
        checked_text(text, row.line, column)
        for column in columns
        for text in row.values[column].split(separator)
    )
    return tuple(text for text in distinct(texts) if text != but)


def _domain(text: str, line: int) -> str:
    """Return the host of a web address, or a host as it is, without `www.`."""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError as error:
        raise fault_on(line, "a web address is broken") from error
    domain = host.removeprefix("www.")
    if not DOMAIN.fullmatch(domain):
        raise fault_on(line, "a domain is no host name or web address")
    return domain


def _loaded(data: bytes) -> dict[str, object]:
    try:
        text = data.decode("utf-8-sig")
        return dict(json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        raise _bad_mapping("it is neither TOML nor JSON in UTF-8") from error


def _text(stated: dict[str, object], name: str, default: str = "") -> str:
    text = stated.get(name, default)
    if not isinstance(text, str) or not text or not (text.isprintable() or text in SEPARATORS):
        raise _bad_mapping(f"{name} is no text")
    return text


def _columns(stated: dict[str, object], name: str) -> tuple[str, ...]:
    value = stated.get(name, [])
    columns = value if isinstance(value, list) else [value]
    if not all(isinstance(column, str) and column and column.isprintable() for column in columns):
        raise _bad_mapping(f"{name} is no list of columns")
    return tuple(columns)


def _bad_mapping(reason: str) -> InvalidInput:
    return InvalidInput(f"The mapping file can't be used: {reason}. Nothing was loaded.", field="mapping")
