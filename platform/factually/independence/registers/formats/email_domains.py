"""Domains that political committees sent fundraising e-mail from; a domain is evidence, not identity."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.fec_csv import COMMITTEE_ID
from factually.independence.registers.formats.tables import Shape, fault_on, read_table

if TYPE_CHECKING:
    from factually.independence.registers.formats.tables import TableRow

DOMAIN: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")

_SHAPE: Final = Shape(
    columns=("domain", "shared_platform", "committee_in_disclaimer", "fec_cmte_ids", "emails_seen")
)
_COUNT: Final = re.compile(r"[0-9]{1,9}")


def parse_email_domains(data: bytes) -> tuple[Entry, ...]:
    """Read one entry for each domain, named after the committee that most of its e-mails say they are of.

    Domains of shared platforms and lines that name no committee say nothing and are left out. Names in a
    disclaimer are no names of the register: they must not become aliases.

    Raises:
        InvalidInput: Names the line and what is wrong with it, or that the file holds no such domain.
    """
    lines: dict[str, list[TableRow]] = {}
    for row in read_table(data, _SHAPE):
        domain = row.matching("domain", DOMAIN, "is not a domain in lower case")
        committee = row.text("committee_in_disclaimer")
        shared = row.flag("shared_platform")
        _seen(row)
        _committee_ids(row)
        if committee and not shared:
            lines.setdefault(domain, []).append(row)
    if not lines:
        raise fault_on(1, "no committee's own domain follows")
    return tuple(_entry(domain, rows) for domain, rows in lines.items())


def _entry(domain: str, rows: list[TableRow]) -> Entry:
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row.text("committee_in_disclaimer")] += _seen(row)
    committees = sorted(seen, key=lambda committee: (-seen[committee], committee))
    return Entry(
        key=domain,
        name=committees[0],
        domains=(domain,),
        details={
            "committees": committees,
            "fec_committee_ids": sorted({id_ for row in rows for id_ in _committee_ids(row)}),
            "emails_seen": seen.total(),
        },
    )


def _seen(row: TableRow) -> int:
    return int(row.matching("emails_seen", _COUNT, "is not a number"))


def _committee_ids(row: TableRow) -> tuple[str, ...]:
    ids = row.names("fec_cmte_ids", " ")
    return tuple(row.matching("fec_cmte_ids", COMMITTEE_ID, "is not C and eight digits", id_) for id_ in ids)
