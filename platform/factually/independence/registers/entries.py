"""A register's rows as every file format delivers them, and the names under which they are found."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factually.foundation.canonical import JsonValue


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
