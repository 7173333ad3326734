"""The Australian Electoral Commission's Transparency Register; its role says what a body is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.tables import Shape, distinct, fault_on, read_table

if TYPE_CHECKING:
    from factually.foundation.canonical import JsonValue
    from factually.independence.registers.formats.tables import TableRow

ROLES: Final = {
    "party": "party",
    "registered_party_2021": "party",
    "associated_entity": "associated_entity",
    "third_party": "third_party",
    "significant_third_party": "significant_third_party",
    "political_campaigner": "political_campaigner",
}
"""Roles of the file, and the one each is kept as; the register of parties of 2021 holds parties."""
FILER_ROLES: Final = frozenset({"third_party", "significant_third_party", "political_campaigner"})
"""Roles that ordinary unions, universities and charities file in; they are no party or part of one."""

_SHAPE: Final = Shape(columns=("name", "role", "abn", "party_or_abbreviation", "first_year", "last_year"))
_ABN: Final = re.compile(r"([0-9]{11})?")
_YEARS: Final = re.compile(r"([12][0-9]{3}(-([0-9]{2}|[0-9]{4}))?)?")


def parse_aec_entities(data: bytes) -> tuple[Entry, ...]:
    """Read the bodies, one entry for each role a body files in.

    The key is the role with the Australian Business Number or, where none is given, with the name. Lines with
    one key are one body: the latest is in force, names of earlier ones are former names.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    bodies: dict[str, list[TableRow]] = {}
    for row in read_table(data, _SHAPE):
        bodies.setdefault(_key(row), []).append(row)
    return tuple(_entry(key, rows) for key, rows in bodies.items())


def _key(row: TableRow) -> str:
    role = row.text("role")
    if role not in ROLES:
        raise fault_on(row.line, f"role is none of {', '.join(ROLES)}")
    abn = row.matching("abn", _ABN, "is not eleven digits", row.text("abn").replace(" ", ""))
    return f"{ROLES[role]}:{abn or ' '.join(row.name('name').casefold().split())}"


def _entry(key: str, rows: list[TableRow]) -> Entry:
    role, _, _ = key.partition(":")
    for row in rows:
        for column in ("first_year", "last_year"):
            row.matching(column, _YEARS, "is not a year")
    latest = max(rows, key=lambda row: row.text("last_year"))
    name = latest.name("name")
    beside = distinct(row.text("party_or_abbreviation") for row in rows)
    details: dict[str, JsonValue] = {
        "role": role,
        "first_year": min(row.text("first_year") for row in rows),
        "last_year": latest.text("last_year"),
    }
    if role != "party" and beside:
        details["parties"] = beside
    return Entry(
        key=key,
        name=name,
        former_names=tuple(former for former in distinct(row.name("name") for row in rows) if former != name),
        other_names=tuple(other for other in beside if other != name) if role == "party" else (),
        filer=role in FILER_ROLES,
        details=details,
    )
