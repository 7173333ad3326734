"""What the screening is compared with: a scan of all names by rapidfuzz, and PostgreSQL's trigram index."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol, Self

import psycopg
from psycopg import sql
from rapidfuzz import fuzz, process

from benchmarks.processes import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.foundation.embedded_postgres import EmbeddedCluster

_LEAST_RATIO: Final = 60
_LEAST_SIMILARITY: Final = 0.45
_MOST_ROWS: Final = 5


class Searched(Protocol):
    """Something that searches a name, and the CPU that it has used so far, wherever it runs."""

    def search(self, name: str) -> object:
        """Search one name."""
        ...

    def cpu_seconds(self) -> float:
        """Return user and system seconds, other processes that work for it included."""
        ...


class RapidfuzzScan:
    """Compares a name with every other: `process.extract` by ratio, which is what most sites do."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = [_folded(name) for name in names]

    def search(self, name: str) -> object:
        """Return the five likest names."""
        return process.extract(
            _folded(name), self._names, scorer=fuzz.ratio, score_cutoff=_LEAST_RATIO, limit=_MOST_ROWS
        )

    def cpu_seconds(self) -> float:
        """Return this process's own seconds."""
        return time.process_time()


class TrigramIndex:
    """PostgreSQL's `pg_trgm` with a GIN index, asked for the five most similar names."""

    def __init__(self, cluster: EmbeddedCluster, names: Sequence[str], *, table: str) -> None:
        """Fill and index a table of its own, over one connection."""
        self._connection = psycopg.connect(cluster.url(user="postgres", database="postgres"), autocommit=True)
        run = self._connection.execute
        run("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        run("SET max_parallel_workers_per_gather = 0")
        run("SET max_parallel_maintenance_workers = 0")
        run("SET maintenance_work_mem = '512MB'")
        run("SELECT set_config('pg_trgm.similarity_threshold', %s, false)", [str(_LEAST_SIMILARITY)])
        self._table = sql.Identifier(table)
        run(sql.SQL("CREATE UNLOGGED TABLE {} (name text NOT NULL)").format(self._table))
        copy = sql.SQL("COPY {} FROM STDIN").format(self._table)
        with self._connection.cursor() as cursor, cursor.copy(copy) as rows:
            for name in names:
                rows.write_row([_folded(name)])
        run(sql.SQL("CREATE INDEX ON {} USING gin (name gin_trgm_ops)").format(self._table))
        run(sql.SQL("VACUUM ANALYZE {}").format(self._table))
        self._query = sql.SQL(
            "SELECT name, similarity(name, %(name)s) FROM {} WHERE name %% %(name)s ORDER BY 2 DESC LIMIT {}"
        ).format(self._table, sql.Literal(_MOST_ROWS))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._connection.close()

    def search(self, name: str) -> object:
        """Return the five most similar names."""
        return self._connection.execute(self._query, {"name": _folded(name)}).fetchall()

    def cpu_seconds(self) -> float:
        """Return this process's seconds and those of the server's process that answers it."""
        return time.process_time() + cpu_seconds(self._connection.info.backend_pid)


def _folded(name: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split())
