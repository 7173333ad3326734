"""Indexes of a few made-up rows, each built once a run, for tests of the search."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factually.foundation.canonical import sha256_hex
from factually.independence.facts import RegisterInForce
from factually.independence.registers.kinds import register_kind
from factually.independence.searching.building import build_index
from factually.independence.searching.engine import Engine, SearchedRegister
from factually.independence.searching.index import RegisterIndex

if TYPE_CHECKING:
    from factually.independence.registers.entries import Entry

DERIVED: Final = Path(tempfile.mkdtemp(prefix="factually-derived-"))
"""Folder of this run for what is made from databases' rows: indexes of equal registers are built once."""
atexit.register(shutil.rmtree, DERIVED, ignore_errors=True)


def small_index(*entries: Entry) -> RegisterIndex:
    """Return an index of these rows."""
    return _index(tuple(sorted(entries, key=lambda entry: entry.key)))


def searched(*entries: Entry, kind: str = "fec_committees") -> SearchedRegister:
    """Return these rows as a register of a kind, in force since January."""
    known = register_kind(kind)
    return SearchedRegister(
        register=RegisterInForce(
            kind=kind,
            version_id=1,
            as_of=date(2026, 1, 30),
            retrieved_at=datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
            row_count=len(entries),
        ),
        index=small_index(*entries),
        title=known.title,
        by_name=known.by_name,
        id_pattern=known.id_pattern,
    )


def engine_over(*entries: Entry, kind: str = "fec_committees") -> Engine:
    """Return the engine over one small register."""
    return Engine([searched(*entries, kind=kind)])


_INDEXES: Final[dict[str, RegisterIndex]] = {}


def _index(entries: tuple[Entry, ...]) -> RegisterIndex:
    name = sha256_hex(repr(entries).encode())[:16]
    if name not in _INDEXES:
        place = DERIVED / "small" / name
        build_index(entries, place)
        _INDEXES[name] = RegisterIndex(place)
    return _INDEXES[name]
