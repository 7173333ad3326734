"""The database: mapped base, two engines, and the only place that commits (DESIGN section 5)."""

from __future__ import annotations

import uuid
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final, cast

from sqlalchemy import BigInteger, DateTime, LargeBinary, MetaData, Text, TypeDecorator, Uuid, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import DeclarativeBase, Session

from factually.foundation.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Dialect

_SESSION_OPTIONS = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "timezone": "UTC",
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "60s",
    }.items()
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, aware UTC out; a naive one is refused before it can lie."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment.

        Raises:
            TypeError: The moment names no zone.
        """
        del dialect
        if value is not None and value.tzinfo is None:
            raise TypeError("a moment without a zone can't be stored")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        del dialect
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Mapped base of all tables; names of constraints follow one rule, so migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map: ClassVar = {
        bytes: LargeBinary,
        datetime: UtcDateTime,
        dict[str, object]: JSONB,
        int: BigInteger,
        list[object]: JSONB,
        str: Text,
        uuid.UUID: Uuid,
    }


def one_of(column: str, values: Iterable[str]) -> str:
    """Return the condition of a CHECK constraint that a column has one of these values, or none."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


_DATABASE: Final = "factually.database"


@contextmanager
def opened_database(url: str, *, derived: Path | None = None) -> Iterator[Database]:
    """Open a database for one run, and close its connections after."""
    database = Database(url, derived=derived)
    try:
        yield database
    finally:
        database.dispose()


class Database:
    """One PostgreSQL database: transactions for writing, autocommitted rows for reading."""

    def __init__(
        self, url: str, *, pool_size: int = 8, patience: float = 5.0, derived: Path | None = None
    ) -> None:
        """Prepare both engines; nothing connects yet.

        Args:
            url: SQLAlchemy address of the role the app runs as.
            pool_size: Connections of each engine at most; processes times both pools stay below 80. All are
                kept: opening one costs more than most requests do, and a burst of them keeps readers waiting.
            patience: Seconds that a thread waits for a connection that others use.
            derived: Folder of this machine for what is made from the database's rows, such as indexes.

        Errors never repeat a statement's parameters, which may be a person's data.
        """
        connect_args = {"options": _SESSION_OPTIONS, "connect_timeout": 5}
        self.url = url
        self._pool_size = pool_size
        self._derived = derived
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=patience,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=connect_args,
        )
        self._read_engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=patience,
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            hide_parameters=True,
            connect_args=connect_args,
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open one transaction: committed at the end, rolled back on any exception.

        Raises:
            Unavailable: The database does not answer, or a lock or a connection was not had in time.
        """
        try:
            with (
                Session(self.engine, expire_on_commit=False, info={_DATABASE: self}) as session,
                session.begin(),
            ):
                yield session
        except (OperationalError, NoConnectionLeft) as error:
            raise Unavailable("The database is not answering. Please try again in a minute.") from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend an autocommitted connection for plain rows; several queries share no snapshot.

        Raises:
            Unavailable: The database does not answer, or a connection was not had in time.
        """
        try:
            with self._read_engine.connect() as connection:
                yield connection
        except (OperationalError, NoConnectionLeft) as error:
            raise Unavailable("The database is not answering. Please try again in a minute.") from error

    def fill_pools(self) -> None:
        """Open all connections now, before a burst of requests does; those that fail open when needed."""
        with ExitStack() as lent, suppress(OperationalError):
            for engine in (self.engine, self._read_engine):
                for _ in range(self._pool_size):
                    lent.enter_context(engine.connect())

    @property
    def derived(self) -> Path:
        """Folder of this machine for what is made from the database's rows and can be made again.

        Raises:
            Unavailable: None was given.
        """
        if self._derived is None:
            raise Unavailable("This process has no folder for its indexes.")
        return self._derived

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()
        self._read_engine.dispose()


def database_of(session: Session) -> Database:
    """Return the database that a session of `Database.transaction` works on."""
    return cast("Database", session.info[_DATABASE])
