"""Writes the rows of a register version and reads them back, in a stream either way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import collate, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by

from factually.independence.models import RegisterEntry, RegisterName
from factually.independence.registers.entries import Entry, content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from typing import LiteralString

    from psycopg import Connection as DriverConnection
    from sqlalchemy import Connection, Row
    from sqlalchemy.orm import Session

    from factually.foundation.canonical import JsonValue

    Progress = Callable[[int, int], object]

_ROWS_AT_ONCE: Final = 2_000


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
    of_version = RegisterEntry.version_id == version_id
    names = (
        select(
            RegisterName.key,
            func.array_agg(aggregate_order_by(RegisterName.kind, RegisterName.position)).label("kinds"),
            func.array_agg(aggregate_order_by(RegisterName.text, RegisterName.position)).label("texts"),
        )
        .where(RegisterName.version_id == version_id)
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
        .where(of_version if keys is None else of_version & RegisterEntry.key.in_(keys))
        .order_by(collate(RegisterEntry.key, "C")),
        execution_options={"yield_per": _ROWS_AT_ONCE},
    )
    for row in rows:
        yield _entry(row)


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


def _entry(
    row: Row[str, str, str | None, bool, bool, dict[str, object], list[str], list[str]],
) -> Entry:
    key, name, ein, filer, namesake, details, kinds, texts = row
    by_kind: dict[str, tuple[str, ...]] = {}
    for kind, name_of_kind in zip(kinds, texts, strict=True):
        by_kind[kind] = (*by_kind.get(kind, ()), name_of_kind)
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
