"""A register's rows as every file format delivers them, and the names under which they are found."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from factually.independence.matching import MatchKind
from factually.independence.names import FormKind, is_generic, name_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from factually.foundation.canonical import JsonValue

COMMON_WORD: Final = 20
"""A one-word name whose word stands in so many rows says nothing: FREEDOM and TRUTH do, ACTBLUE doesn't."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of a register, whatever the format; see `models.RegisterEntry`.

    Attributes:
        key: Official id of the row, unique in its register.
        name: Name in force.
        former_names: Names it bore before; each may denote it still.
        other_names: Short names, acronyms, names in other languages that the register itself gives.
        sponsors: Bodies that the register connects with it; related, not the same.
        domains: Domains it sends e-mail from; evidence, not identity.
        ein: IRS number, nine digits.
        filer: Whether it merely files reports and is no political group (FEC types C, E, I; rule DS04).
        namesake: Whether it is called by little more than a person's name.
        details: What else the source says and a rule or an auditor reads.
    """

    key: str
    name: str
    former_names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    sponsors: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    ein: str | None = None
    filer: bool = False
    namesake: bool = False
    details: Mapping[str, JsonValue] = field(default_factory=dict)


def content_hash(entry: Entry) -> bytes:
    """Return the SHA-256 of a row with all its names, so that two versions of it are compared by 32 bytes.

    It is that of the row's canonical JSON (RFC 8785); names are sorted, since their order in the source says
    nothing. Migration 0004 holds the same rule for rows stored before.
    """
    content: Mapping[str, JsonValue] = {
        "details": dict(entry.details),
        "domains": sorted(entry.domains),
        "ein": entry.ein,
        "filer": entry.filer,
        "former_names": sorted(entry.former_names),
        "key": entry.key,
        "name": entry.name,
        "namesake": entry.namesake,
        "other_names": sorted(entry.other_names),
        "sponsors": sorted(entry.sponsors),
    }
    # For text, whole numbers and ASCII field names this writes the same bytes as foundation.canonical, in a
    # tenth of its time: an IRS file has half a million rows.
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(written.encode("utf-8")).digest()


def with_earlier_names(entries: Iterable[Entry], earlier: Iterable[Entry]) -> Iterator[Entry]:
    """Yield each row with the names that it bore in an earlier version added to its former names.

    Committees are renamed out of recognition ("Donald J. Trump for President 2024" is "Never Surrender, Inc."
    today), and a source that tells today's name alone would make us forget the other.
    """
    borne = {entry.key: (entry.name, *entry.former_names) for entry in earlier}
    for entry in entries:
        names = dict.fromkeys((*entry.former_names, *borne.get(entry.key, ())))
        names.pop(entry.name, None)
        yield replace(entry, former_names=tuple(names))


@dataclass(frozen=True, kw_only=True)
class IndexedName:
    """One canonical name of a row; `text` is the registered name it was made from."""

    canonical: str
    key: str
    kind: MatchKind
    text: str
    generic: bool


def indexed_names(entries: Sequence[Entry]) -> Iterator[IndexedName]:
    """Yield each canonical name of each row once, under the best of its kinds: current, former, alias."""
    current = [name_forms(entry.name) for entry in entries]
    frequency = Counter(word for forms in current if forms for word in set(forms[0].canonical.split()))
    for entry, its_forms in zip(entries, current, strict=True):
        forms = [(MatchKind.NAME, entry.name, form) for form in its_forms]
        for name in entry.former_names:
            forms += [(MatchKind.FORMER_NAME, name, form) for form in name_forms(name)]
        kinds: dict[str, tuple[MatchKind, str]] = {}
        for kind, text, form in forms:
            if form.kind is FormKind.WHOLE:
                kinds.setdefault(form.canonical, (kind, text))
        for _, text, form in forms:
            kinds.setdefault(form.canonical, (MatchKind.ALIAS, text))
        for canonical, (kind, text) in kinds.items():
            yield IndexedName(
                canonical=canonical,
                key=entry.key,
                kind=kind,
                text=text,
                generic=is_generic(canonical) or frequency[canonical] >= COMMON_WORD,
            )
