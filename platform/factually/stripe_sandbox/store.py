"""Where the sandbox keeps its objects: JSON documents in SQLite, changed only inside a transaction.

Keys that begin with an underscore are the sandbox's own memory and never leave it.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

Document = dict[str, Any]
"""One Stripe object. Its shape is the OpenAPI file's, checked in the tests, so it is not typed again here."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS document (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS document_by_kind ON document (kind, sequence);
CREATE INDEX IF NOT EXISTS document_by_due_moment ON document (kind, json_extract(body, '$.at'));
"""
_INDEXED: Final = (
    "_delivered",
    "_payout",
    "_subscription",
    "charge",
    "customer",
    "event",
    "invoice",
    "payment_intent",
    "source",
    "state",
    "status",
    "subscription",
)
"""Fields that lists are narrowed by; each has an index, so that thousands of gifts do not slow a list."""
_INDEX: Final = (
    "CREATE INDEX IF NOT EXISTS document_by_{0} ON document (kind, json_extract(body, '$.{0}'), sequence)"
)
_CLAUSES: Final = {
    "below": "sequence < :below",
    "above": "sequence > :above",
    "earliest": "json_extract(body, '$.created') >= :earliest",
    "latest": "json_extract(body, '$.created') <= :latest",
    "types": (
        "EXISTS (SELECT 1 FROM json_each(:types) AS wanted"
        " WHERE json_extract(body, '$.type') GLOB wanted.value)"
    ),
    "others": (
        "NOT EXISTS (SELECT 1 FROM json_each(:others) AS wanted"
        " WHERE json_extract(document.body, '$.' || wanted.key) IS NOT wanted.value)"
    ),
    **{name: f"json_extract(body, '$.{name}') = :{name}" for name in _INDEXED},
}


class StoreClosedError(Exception):
    """The sandbox is stopping; work that comes now is not done."""


@dataclass(frozen=True)
class Selection:
    """Which documents of one kind to read; the newest come first unless `above` asks for the oldest.

    `below` and `above` are sequence numbers (exclusive), `earliest` and `latest` Unix seconds (inclusive),
    `types` are GLOB patterns of event types.
    """

    equal: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    below: int | None = None
    above: int | None = None
    earliest: int | None = None
    latest: int | None = None
    types: tuple[str, ...] | None = None
    limit: int = -1


class Planned(NamedTuple):
    """A delivery that a transaction planned, and the type of the event it carries."""

    delivery: str
    event_type: str


class Records:
    """The documents as one open transaction sees them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.outbox: list[Planned] = []
        self._marked = 0

    def save(self, document: Document) -> None:
        """Write a document, new or changed, under its `object` and `id`."""
        self._connection.execute(
            "INSERT INTO document (kind, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (document["object"], document["id"], json.dumps(document)),
        )

    def find(self, kind: str, identifier: str) -> Document | None:
        """Read one document, or None where the id names nothing of that kind."""
        row = self._connection.execute(
            "SELECT body FROM document WHERE kind = ? AND id = ?", (kind, identifier)
        ).fetchone()
        return None if row is None else _decoded(row)

    def sequence(self, identifier: str) -> int | None:
        """Give a document's place in the order of creation."""
        row = self._connection.execute("SELECT sequence FROM document WHERE id = ?", (identifier,)).fetchone()
        return None if row is None else int(row[0])

    def select(self, kind: str, selection: Selection | None = None) -> list[Document]:
        """Read the documents of a kind that a selection names."""
        wanted = selection or Selection()
        indexed = {
            name: value for name, value in wanted.equal.items() if name in _INDEXED and value is not None
        }
        others = {name: value for name, value in wanted.equal.items() if name not in indexed}
        values = {
            "below": wanted.below,
            "above": wanted.above,
            "earliest": wanted.earliest,
            "latest": wanted.latest,
            "types": None if wanted.types is None else json.dumps(wanted.types),
            "others": json.dumps(others) if others else None,
            **indexed,
        }
        given = {name: value for name, value in values.items() if value is not None}
        query = [
            "SELECT body FROM document WHERE kind = :kind AND json_extract(body, '$.deleted') IS NULL",
            *(_CLAUSES[name] for name in given),
        ]
        order = "DESC" if wanted.above is None else "ASC"
        rows = self._connection.execute(
            " AND ".join(query) + f" ORDER BY sequence {order} LIMIT :limit",
            {"kind": kind, "limit": wanted.limit, **given},
        )
        return [_decoded(row) for row in rows]

    def first_due(self, kind: str, until: int) -> Document | None:
        """Read the document of a kind whose moment `at` comes first, if it comes by then."""
        row = self._connection.execute(
            "SELECT body FROM document WHERE kind = ? AND json_extract(body, '$.at') <= ?"
            " ORDER BY json_extract(body, '$.at'), sequence LIMIT 1",
            (kind, until),
        ).fetchone()
        return None if row is None else _decoded(row)

    def delete(self, identifier: str) -> None:
        """Forget a document."""
        self._connection.execute("DELETE FROM document WHERE id = ?", (identifier,))

    def mark(self) -> None:
        """Remember this moment, for `return_to_mark`."""
        self._connection.execute("SAVEPOINT work")
        self._marked = len(self.outbox)

    def return_to_mark(self) -> None:
        """Undo what was written since `mark`, planned deliveries included."""
        self._connection.execute("ROLLBACK TO work")
        del self.outbox[self._marked :]


def _decoded(row: tuple[str]) -> Document:
    document: Document = json.loads(row[0])
    return document


class Store:
    """The one SQLite database of a sandbox; in memory where no file is named.

    Transactions are serial: Stripe locks the object, a sandbox can afford to lock everything.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._connection = sqlite3.connect(
            ":memory:" if file is None else file, check_same_thread=False, isolation_level=None
        )
        # A killed process loses nothing in this mode; only a power cut could take the last commits.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        for name in _INDEXED:
            self._connection.execute(_INDEX.format(name))
        self.on_commit: Callable[[Sequence[Planned]], None] = _ignore

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open the records; commit at the end, undo everything on an exception.

        Once the commit stands, `on_commit` is told which deliveries it planned.

        Raises:
            StoreClosedError: after `close`.
        """
        records = Records(self._connection)
        with self._lock:
            if self._closed:
                raise StoreClosedError
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield records
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        self.on_commit(records.outbox)

    def close(self) -> None:
        """Wait for the open transaction and close the file."""
        with self._lock:
            self._closed = True
            self._connection.close()


def _ignore(_deliveries: Sequence[Planned]) -> None:
    """Stand in until a deliverer listens."""


def public(document: Document) -> Document:
    """Copy a document as the outside may see it: without the sandbox's own keys, at every depth."""
    return {
        name: [public(item) if isinstance(item, dict) else item for item in value]
        if isinstance(value, list)
        else public(value)
        if isinstance(value, dict)
        else value
        for name, value in document.items()
        if not name.startswith("_")
    }
