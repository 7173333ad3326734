"""Writes the rows of a register version and reads them back, in a stream either way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import collate, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from factually.independence.matching import MatchKind
from factually.independence.models import RegisterEntry, RegisterName
from factually.independence.registers.entries import Entry, content_hash, indexed_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import LiteralString

    from psycopg import Connection as DriverConnection
    from sqlalchemy import Connection, Row
    from sqlalchemy.orm import Session

    from factually.foundation.canonical import JsonValue
    from factually.independence.registers.entries import IndexedName

_ROWS_AT_ONCE: Final = 2_000


def entries_of(session: Session | Connection, version_id: int) -> Iterator[Entry]:
    """Yield each row of a version as its importer read it, ordered by key, byte by byte.

    A server-side cursor keeps a few thousand rows in memory, however large the register; it needs an open
    transaction until the last row is read.
    """
    names = (
        select(
            RegisterName.key,
            func.array_agg(aggregate_order_by(RegisterName.kind, RegisterName.position)).label("kinds"),
            func.array_agg(aggregate_order_by(RegisterName.text, RegisterName.position)).label("texts"),
        )
        .where(RegisterName.version_id == version_id, RegisterName.kind != MatchKind.ALIAS)
        .group_by(RegisterName.key)
        .subquery()
    )
    rows = session.execute(
        select(
            RegisterEntry.key,
            RegisterEntry.name,
            RegisterEntry.ein,
            RegisterEntry.filer,
            RegisterEntry.namesake,
            RegisterEntry.details,
            names.c.kinds,
            names.c.texts,
        )
        .outerjoin(names, names.c.key == RegisterEntry.key)
        .where(RegisterEntry.version_id == version_id)
        .order_by(collate(RegisterEntry.key, "C")),
        execution_options={"yield_per": _ROWS_AT_ONCE},
    )
    for row in rows:
        yield _entry(row)


def store_entries(
    session: Session, version_id: int, entries: Sequence[Entry], *, stored: Callable[[int], object] = int
) -> None:
    """Send the rows of a new version and their names by COPY, part of the session's transaction.

    Args:
        session: Session whose transaction holds the new version.
        version_id: The new version.
        entries: Its rows, each key once.
        stored: Told the number of rows sent since it was last told; each row is sent twice, names apart.
    """
    _copy(
        session,
        "register_entry (version_id, key, name, filer, namesake, ein, details, content_hash)",
        (
            (
                version_id,
                entry.key,
                entry.name,
                entry.filer,
                entry.namesake,
                entry.ein,
                json.dumps(dict(entry.details)),
                content_hash(entry),
            )
            for entry in _counted(entries, stored)
        ),
    )
    forms: dict[str, list[IndexedName]] = {}
    # Filers are no political groups: an exact look-up by name must not find them (DS04 asks the engine).
    for form in indexed_names([entry for entry in entries if not entry.filer]):
        forms.setdefault(form.key, []).append(form)
    _copy(
        session,
        "register_name (version_id, key, position, kind, text, canonical, generic)",
        (
            (version_id, entry.key, position, *name)
            for entry in _counted(entries, stored)
            for position, name in enumerate(_names(entry, forms.get(entry.key, ())))
        ),
    )


def _names(entry: Entry, forms: Iterable[IndexedName]) -> Iterator[tuple[str, str, str | None, bool | None]]:
    """Yield kind, text and, where it is looked up, canonical form of each name, the current one first."""
    whole = {(form.kind.value, form.text): form for form in forms if form.kind is not MatchKind.ALIAS}
    for kind, texts in (
        ("name", (entry.name,)),
        ("former_name", entry.former_names),
        ("other_name", entry.other_names),
        ("sponsor", entry.sponsors),
        ("domain", entry.domains),
    ):
        for text in texts:
            if form := whole.pop((kind, text), None):
                yield kind, text, form.canonical, form.generic
            else:
                yield kind, text, None, None
    for form in forms:
        if form.kind is MatchKind.ALIAS:
            yield form.kind.value, form.text, form.canonical, form.generic


def _entry(
    row: Row[str, str, str | None, bool, bool, dict[str, object], list[str], list[str]],
) -> Entry:
    key, name, ein, filer, namesake, details, kinds, texts = row
    by_kind: dict[str, tuple[str, ...]] = {}
    for kind, text in zip(kinds, texts, strict=True):
        by_kind[kind] = (*by_kind.get(kind, ()), text)
    return Entry(
        key=key,
        name=name,
        former_names=by_kind.get("former_name", ()),
        other_names=by_kind.get("other_name", ()),
        sponsors=by_kind.get("sponsor", ()),
        domains=by_kind.get("domain", ()),
        ein=ein,
        filer=filer,
        namesake=namesake,
        details=cast("Mapping[str, JsonValue]", details),
    )


def _counted(entries: Sequence[Entry], stored: Callable[[int], object]) -> Iterator[Entry]:
    for start in range(0, len(entries), _ROWS_AT_ONCE):
        some = entries[start : start + _ROWS_AT_ONCE]
        yield from some
        stored(len(some))


def _copy(session: Session, target: LiteralString, rows: Iterable[tuple[object, ...]]) -> None:
    """Send rows by COPY on the session's own connection: part of its transaction, 50,000 rows a second."""
    connection = cast("DriverConnection", session.connection().connection.driver_connection)
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
