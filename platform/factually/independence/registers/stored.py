"""Writes the rows of a register version and reads them back, in a stream either way."""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import collate, select, text

from factually.independence.models import RegisterEntry, RegisterName
from factually.independence.registers.entries import Entry, content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from typing import LiteralString

    from psycopg import Connection as DriverConnection
    from sqlalchemy import ColumnElement, Connection, Row
    from sqlalchemy.orm import Session

    from factually.foundation.canonical import JsonValue

    Progress = Callable[[int, int], object]

_ROWS_AT_ONCE: Final = 2_000
_IN_A_STREAM: Final = {"yield_per": _ROWS_AT_ONCE}
_NO_NAMES: Final = (None, iter(()))


def unwatched(sent: int, total: int) -> None:
    """Take the news of how far a load is, where nobody watches it."""
    del sent, total


def entries_of(
    session: Session | Connection, version_id: int, keys: Collection[str] | None = None
) -> Iterator[Entry]:
    """Yield the rows of a version as its importer read them, ordered by key, byte by byte.

    A server-side cursor keeps a few thousand rows in memory, however large the register; it needs an open
    transaction until the last row is read.

    Args:
        session: Transaction to read in.
        version_id: The version.
        keys: The rows wanted; all where left out.
    """
    rows = session.execute(
        select(
            RegisterEntry.key,
            RegisterEntry.name,
            RegisterEntry.ein,
            RegisterEntry.filer,
            RegisterEntry.namesake,
            RegisterEntry.details,
        )
        .where(_of_version(RegisterEntry, version_id, keys))
        .order_by(collate(RegisterEntry.key, "C")),
        execution_options=_IN_A_STREAM,
    )
    # Two streams in one order and no join: of rows that this very transaction sent the database has no
    # statistics, and it would compare each of them with each other.
    names = groupby(_names_of(session, version_id, keys), key=itemgetter(0))
    of_key, found = next(names, _NO_NAMES)
    for row in rows:
        by_kind: dict[str, tuple[str, ...]] = {}
        if of_key == row.key:
            for _, kind, name in found:
                by_kind[kind] = (*by_kind.get(kind, ()), name)
            of_key, found = next(names, _NO_NAMES)
        yield _entry(row, by_kind)


def store_entries(
    session: Session, version_id: int, entries: Sequence[Entry], *, progress: Progress = unwatched
) -> None:
    """Send the rows of a new version and their names by COPY, part of the session's transaction.

    Args:
        session: Session whose transaction holds the new version.
        version_id: The new version.
        entries: Its rows, each key once.
        progress: Told how many rows were sent and how many are to be; each goes twice, its names apart.
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
            for entry in _watched(entries, 0, progress)
        ),
    )
    # Where this connection loaded a small register before, the plan that looks a name's row up was made for
    # few rows: it would read the whole table for each name.
    session.execute(text("DISCARD PLANS"))
    _copy(
        session,
        "register_name (version_id, key, position, kind, text)",
        (
            (version_id, entry.key, position, kind, name)
            for entry in _watched(entries, len(entries), progress)
            for position, (kind, name) in enumerate(_names(entry))
        ),
    )


def _names(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each name, the current one first."""
    for kind, texts in (
        ("name", (entry.name,)),
        ("former_name", entry.former_names),
        ("other_name", entry.other_names),
        ("sponsor", entry.sponsors),
        ("domain", entry.domains),
    ):
        for name in texts:
            yield kind, name


def _names_of(
    session: Session | Connection, version_id: int, keys: Collection[str] | None
) -> Iterator[Row[str, str, str]]:
    query = (
        select(RegisterName.key, RegisterName.kind, RegisterName.text)
        .where(_of_version(RegisterName, version_id, keys))
        .order_by(collate(RegisterName.key, "C"), RegisterName.position)
    )
    return iter(session.execute(query, execution_options=_IN_A_STREAM))


def _of_version(
    table: type[RegisterEntry | RegisterName], version_id: int, keys: Collection[str] | None
) -> ColumnElement[bool]:
    of_version = table.version_id == version_id
    return of_version if keys is None else of_version & table.key.in_(keys)


def _entry(
    row: Row[str, str, str | None, bool, bool, dict[str, object]], names: Mapping[str, tuple[str, ...]]
) -> Entry:
    key, name, ein, filer, namesake, details = row
    return Entry(
        key=key,
        name=name,
        former_names=names.get("former_name", ()),
        other_names=names.get("other_name", ()),
        sponsors=names.get("sponsor", ()),
        domains=names.get("domain", ()),
        ein=ein,
        filer=filer,
        namesake=namesake,
        details=cast("Mapping[str, JsonValue]", details),
    )


def _watched(entries: Sequence[Entry], sent: int, progress: Progress) -> Iterator[Entry]:
    for start in range(0, len(entries), _ROWS_AT_ONCE):
        progress(sent + start, 2 * len(entries))
        yield from entries[start : start + _ROWS_AT_ONCE]
    progress(sent + len(entries), 2 * len(entries))


def _copy(session: Session, target: LiteralString, rows: Iterable[tuple[object, ...]]) -> None:
    """Send rows by COPY on the session's own connection: part of its transaction, 50,000 rows a second."""
    connection = cast("DriverConnection", session.connection().connection.driver_connection)
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
