"""Puts stated names, ids, EINs and domains to the indexes of the registers in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.independence.findings import RegisterRow
from factually.independence.matching import (
    SUBJECT_FIELDS,
    Match,
    MatchKind,
    Relation,
    Stated,
)
from factually.independence.naming.canonical import spelt_alike
from factually.independence.searching.finding import MOST_EXACT, Hit, hits, unique_rows
from factually.independence.searching.layout import ENGINE, Key
from factually.independence.searching.sentences import sentence

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from factually.independence.facts import RegisterInForce
    from factually.independence.matching import StatedName
    from factually.independence.searching.index import RegisterIndex
    from factually.independence.searching.layout import IndexedEntry, IndexedName

_EIN_DIGITS: Final = 9
_LABELS: Final = 2


@dataclass(frozen=True, kw_only=True)
class SearchedRegister:
    """One register version with its index.

    Attributes:
        register: The version.
        index: Its names.
        title: What the register is, for sentences.
        by_name: Whether names are searched, or ids, EINs and domains only.
        id_pattern: What its ids look like inside a text, where they can be told from words.
    """

    register: RegisterInForce
    index: RegisterIndex
    title: str
    by_name: bool
    id_pattern: re.Pattern[str] | None


class Engine:
    """Finds the rows of several registers; see `matching.Matcher`."""

    version: Final = ENGINE

    def __init__(self, registers: Sequence[SearchedRegister]) -> None:
        self._registers = registers

    def find(self, stated: Sequence[StatedName]) -> Sequence[Match]:
        """Return the matches in the order of the stated names, then of the registers, certain keys first."""
        return [match for name in stated for register in self._registers for match in _find(register, name)]


def _find(register: SearchedRegister, stated: StatedName) -> Iterator[Match]:
    if stated.what is Stated.EIN:
        yield from _by_ein(register, stated)
    elif stated.what is Stated.EMAIL_DOMAIN:
        yield from _by_domain(register, stated)
    else:
        yield from _by_id(register, stated)
        if register.by_name:
            found = hits(register.index, stated)
            for hit in found:
                yield _match(register, stated, hit, alone=unique_rows(found) == 1)


def _by_ein(register: SearchedRegister, stated: StatedName) -> Iterator[Match]:
    digits = "".join(character for character in stated.text if character.isdecimal() and character.isascii())
    if len(digits) == _EIN_DIGITS:
        for name in register.index.by_keys([Key.EIN.of(digits)], limit=MOST_EXACT):
            yield _certain(register, stated, name, MatchKind.EIN, f"{digits} is the EIN of")


def _by_domain(register: SearchedRegister, stated: StatedName) -> Iterator[Match]:
    labels = stated.text.casefold().strip(". ").split(".")
    keys = [
        Key.DOMAIN.of(".".join(labels[start:]))
        for start in range(max(0, len(labels) - _LABELS - 2), len(labels) - 1)
    ]
    for name in register.index.by_keys(keys, limit=MOST_EXACT):
        yield _certain(register, stated, name, MatchKind.DOMAIN, "also sends the e-mail of")


def _by_id(register: SearchedRegister, stated: StatedName) -> Iterator[Match]:
    if register.id_pattern is None:
        return
    for key in dict.fromkeys(found.upper() for found in register.id_pattern.findall(stated.text)):
        names = register.index.by_keys([Key.ID.of(key)], limit=1)
        for name in names:
            yield _certain(register, stated, name, MatchKind.ID, f"holds the id {key} of")
        if not names:
            yield Match(
                stated=stated,
                kind=MatchKind.UNKNOWN_ID,
                row=None,
                score=1.0,
                evidence=f"{SUBJECT_FIELDS[stated.field]} holds the id {key}, which is not among the "
                f"{register.title} as of {register.register.as_of}.",
                details={"register": register.register.kind},
            )


def _certain(
    register: SearchedRegister, stated: StatedName, name: IndexedName, kind: MatchKind, relation: str
) -> Match:
    entry = register.index.entry(name)
    row = _row(register, entry)
    return Match(
        stated=stated,
        kind=kind,
        row=row,
        score=1.0,
        evidence=f'{SUBJECT_FIELDS[stated.field]} "{stated.text}" {relation} {row.name} '
        f"(id {row.key}, {register.title} as of {row.version}).",
        details=entry.shown,
    )


def _match(register: SearchedRegister, stated: StatedName, hit: Hit, *, alone: bool) -> Match:
    entry = register.index.entry(hit.name)
    row = _row(register, entry)
    return Match(
        stated=stated,
        kind=hit.kind,
        row=row,
        score=round(hit.score, 4),
        evidence=sentence(stated, hit, entry, row, register.title),
        relation=hit.relation,
        exact_identity=alone
        and hit.score == 1
        and hit.kind is MatchKind.NAME
        and hit.relation is Relation.SAME
        and not entry.namesake
        and hit.name.name.says_so
        and spelt_alike(stated.text, hit.name.text),
        details=entry.shown,
    )


def _row(register: SearchedRegister, entry: IndexedEntry) -> RegisterRow:
    in_force = register.register
    return RegisterRow(kind=in_force.kind, version=in_force.as_of.isoformat(), key=entry.key, name=entry.name)
