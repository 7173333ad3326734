"""Notices of section 527 status (Form 8871) in the file the IRS builds each week, records marked by type.

Layout: irs.gov, "Political Organization Filing and Disclosure", data layout. Records kept are 1 (a notice), E
(its ids at election authorities) and R (related entities). Officers, custodians, contacts, addresses and the
reports of Form 8872 with their contributors are never kept. A purpose may run over several lines, so a line
that starts no record goes on with the one before.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.tables import checked_text, distinct, fault_on

if TYPE_CHECKING:
    from collections.abc import Iterator

_RECORD: Final = re.compile(rb"[HF12ABDER]\|")
_KEPT: Final = frozenset({b"1", b"E", b"R"})
_FIELDS: Final = {"1": 44, "R": 13, "E": 5}
"""Fields of a record; a separator may stand after the last one."""
_NOTICE: Final = {"form": 2, "final": 5, "ein": 6, "name": 7, "state": 11, "filed": 41}
_EIN: Final = re.compile(r"(?!0{9})[0-9]{9}")
_FORM: Final = re.compile(r"[0-9]{1,38}")


@dataclass(frozen=True, kw_only=True)
class _Record:
    line: int
    fields: list[str]

    def text(self, position: int, what: str) -> str:
        return checked_text(self.fields[position], self.line, what)

    def matching(self, position: int, pattern: re.Pattern[str], fault: str) -> str:
        text = self.text(position, "a field")
        if not pattern.fullmatch(text):
            raise fault_on(self.line, fault)
        return text


@dataclass(frozen=True, kw_only=True)
class _Notice:
    """One Form 8871 and the records that follow it."""

    form: str
    ein: str | None
    name: str
    state: str
    final: bool
    filed: str
    related: list[tuple[str, str]] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)


def parse_form_8871(data: bytes) -> tuple[Entry, ...]:
    """Read the bodies that gave notice, one for each EIN, as its latest notice tells.

    Names of its earlier notices are former names; related entities are its sponsors, which a rule holds to be
    related and not the same (DS06). A notice without an EIN stands under its form number.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    bodies: dict[str, list[_Notice]] = {}
    for notice in _notices(data):
        bodies.setdefault(notice.ein or f"form {notice.form}", []).append(notice)
    if not bodies:
        raise fault_on(1, "no notice (record 1) follows")
    return tuple(_entry(key, notices) for key, notices in bodies.items())


def _entry(key: str, notices: list[_Notice]) -> Entry:
    latest = max(notices, key=lambda notice: (notice.filed, len(notice.form), notice.form))
    names = distinct(notice.name for notice in notices)
    return Entry(
        key=key,
        name=latest.name,
        former_names=tuple(name for name in names if name != latest.name),
        sponsors=tuple(name for name in distinct(name for name, _ in latest.related) if name != latest.name),
        ein=latest.ein,
        details={
            "form": latest.form,
            "state": latest.state,
            "final": latest.final,
            "filed": latest.filed[:10],
            "related": [f"{name} ({relation})" if relation else name for name, relation in latest.related],
            "election_authorities": distinct(latest.authorities),
        },
    )


def _notices(data: bytes) -> Iterator[_Notice]:
    notices: dict[str, _Notice] = {}
    for record in _records(data):
        if record.fields[0] == "1":
            notice = _notice(record)
            if notice.form in notices:
                raise fault_on(record.line, f"form {notice.form} stands in the file already")
            notices[notice.form] = notice
        elif (of_form := notices.get(record.fields[1])) is None:
            raise fault_on(record.line, f"record {record.fields[0]} follows no notice of its form")
        elif record.fields[0] == "R":
            if name := record.text(5, "the related entity"):
                of_form.related.append((name, record.text(6, "the relation")))
        elif authority := record.text(3, "the id at an election authority"):
            of_form.authorities.append(authority)
    yield from notices.values()


def _notice(record: _Record) -> _Notice:
    ein = record.text(_NOTICE["ein"], "the EIN").replace("-", "")
    name = record.text(_NOTICE["name"], "the name")
    if not name:
        raise fault_on(record.line, "the name is empty")
    return _Notice(
        form=record.matching(_NOTICE["form"], _FORM, "the form number is not a number"),
        ein=ein if _EIN.fullmatch(ein) else None,
        name=name,
        state=record.text(_NOTICE["state"], "the state"),
        final=record.text(_NOTICE["final"], "the mark of a final notice") == "1",
        filed=record.text(_NOTICE["filed"], "the time of filing"),
    )


def _records(data: bytes) -> Iterator[_Record]:
    """Yield the records that are kept, and hold the file to the number of records its footer tells."""
    counted = 0
    kept: list[bytes] = []
    begun = 1
    footer: bytes | None = None
    for number, line in enumerate(io.BytesIO(data), start=1):
        if footer is not None:
            raise fault_on(number, "something follows the footer (record F)")
        if not _RECORD.match(line):
            if number == 1:
                raise fault_on(1, "the file does not start with a record H")
            if kept:
                kept.append(line)
            continue
        if kept:
            yield _record(kept, begun)
        type_ = line[:1]
        if (type_ == b"H") != (number == 1):
            raise fault_on(number, "a record H stands at the start of a file and nowhere else")
        footer = line if type_ == b"F" else None
        counted += type_ not in {b"H", b"F"}
        kept, begun = ([line], number) if type_ in _KEPT else ([], number)
    _check_footer(footer, counted, begun)


def _record(lines: list[bytes], number: int) -> _Record:
    try:
        text = b" ".join(line.rstrip(b"\r\n") for line in lines).decode("utf-8")
    except UnicodeDecodeError as error:
        raise fault_on(number, "it is not UTF-8") from error
    fields = text.split("|")
    wanted = _FIELDS[fields[0]]
    if len(fields) == wanted + 1 and not fields[-1]:
        fields.pop()
    if len(fields) != wanted:
        raise fault_on(number, f"record {fields[0]} has {len(fields)} fields instead of {wanted}")
    return _Record(line=number, fields=fields)


def _check_footer(footer: bytes | None, counted: int, line: int) -> None:
    if footer is None or not footer.endswith(b"\n"):
        raise fault_on(line, "the footer (record F) is missing: the file is cut off")
    told = footer.split(b"|")[3:4]
    if told != [str(counted).encode()]:
        raise fault_on(line, f"the footer does not tell the {counted} records that the file holds")
