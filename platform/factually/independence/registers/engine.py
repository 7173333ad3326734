"""Names the matching engine in use, and keeps its indexes in step with the registers in the database."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import collate, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from factually.foundation.database import database_of
from factually.foundation.errors import DomainError, Unavailable
from factually.independence.models import RegisterEntry, RegisterVersion
from factually.independence.registers.kinds import register_kind
from factually.independence.registers.stored import entries_of
from factually.independence.searching.engine import Engine, SearchedRegister
from factually.independence.searching.index import IndexDamaged
from factually.independence.searching.layout import ENGINE
from factually.independence.searching.shelf import shelf_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from factually.foundation.database import Database
    from factually.independence.facts import RegisterInForce
    from factually.independence.matching import Matcher
    from factually.independence.scoring.weights import Weights
    from factually.independence.searching.index import RegisterIndex
    from factually.independence.searching.shelf import Shelf

__all__ = ["ENGINE", "build_index_of", "forget_old_indexes", "has_index", "matcher_over", "weights_of"]

_FOLDER: Final = "registers"
_VERSIONS_KEPT: Final = 2
_LOG = structlog.get_logger(__name__)


def matcher_over(session: Session, registers: Sequence[RegisterInForce], *, wait: bool = False) -> Matcher:
    """Return the engine over the given register versions.

    Args:
        session: Reads the rows where an index has to be built.
        registers: The versions.
        wait: Build a missing index now, for a command; a page says that it holds gifts meanwhile.

    Raises:
        IndexDamaged: An index is missing or damaged on this machine; it is being built from now on.
    """
    return Engine(
        [
            SearchedRegister(
                register=register,
                index=_opened(session, register, wait=wait),
                title=kind.title,
                by_name=kind.by_name,
                id_pattern=kind.id_pattern,
            )
            for register in registers
            for kind in [register_kind(register.kind)]
        ]
    )


def weights_of(session: Session, register: RegisterInForce, *, wait: bool = False) -> Weights:
    """Return what words weigh in a register version; arguments and errors are those of `matcher_over`."""
    return _opened(session, register, wait=wait).weights


def build_index_of(session: Session, version_id: int, *, built: Callable[[int], object] = int) -> None:
    """Build the index of a register version from its rows, unless this machine has it.

    Raises:
        Unavailable: This process has no folder for indexes, or it is full or not writable.
    """
    shelf = _shelf(database_of(session))
    try:
        shelf.build(_content(session, version_id), lambda: entries_of(session, version_id), built=built)
    except (OSError, ValueError) as error:  # tantivy reports a full disk as a ValueError
        raise Unavailable("The search index cannot be written. Is the disk full or not writable?") from error


def has_index(session: Session, version_id: int) -> bool:
    """Tell whether this machine has a version's index, whole; nothing is built."""
    try:
        _shelf(database_of(session)).open(_content(session, version_id))
    except IndexDamaged:
        return False
    return True


def _opened(session: Session, register: RegisterInForce, *, wait: bool) -> RegisterIndex:
    database = database_of(session)
    content = _content(session, register.version_id)
    try:
        return _shelf(database).open(content)
    except IndexDamaged:
        if wait:
            build_index_of(session, register.version_id)
            return _shelf(database).open(content)
        _LOG.error("screening.index_damaged", kind=register.kind)
        _build_beside(database, register.version_id)
        raise


def forget_old_indexes(session: Session) -> None:
    """Throw away this machine's indexes of versions that are neither in force nor the ones just before."""
    newest = select(RegisterVersion.kind, RegisterVersion.id).order_by(RegisterVersion.id.desc())
    kept: dict[str, list[int]] = {}
    for kind, version_id in session.execute(newest):
        kept.setdefault(kind, []).append(version_id)
    ids = [version_id for versions in kept.values() for version_id in versions[:_VERSIONS_KEPT]]
    _shelf(database_of(session)).keep_only([_content(session, version_id) for version_id in ids])


def _shelf(database: Database) -> Shelf:
    return shelf_at(database.derived / _FOLDER)


def _content(session: Session, version_id: int) -> str:
    """Return the hash of a version's rows, which never change; asked once a process."""
    known = _contents(database_of(session).url)
    if version_id not in known:
        in_order = aggregate_order_by(literal(b""), collate(RegisterEntry.key, "C"))
        rows = func.string_agg(RegisterEntry.content_hash, in_order)
        digest = session.execute(
            select(func.encode(func.sha256(rows), "hex")).where(RegisterEntry.version_id == version_id)
        ).scalar_one()
        known[version_id] = digest or ""
    return known[version_id]


@lru_cache
def _contents(url: str) -> dict[int, str]:
    del url
    return {}


def _build_beside(database: Database, version_id: int) -> None:
    """Build a lost index in a thread: until it is there, gifts are held (DS29)."""
    thread = threading.Thread(
        target=_build_quietly, args=(database, version_id), name=f"index {version_id}", daemon=True
    )
    thread.start()


def _build_quietly(database: Database, version_id: int) -> None:
    try:
        with database.transaction() as session:
            build_index_of(session, version_id)
    except DomainError as error:
        _LOG.error("screening.index_not_built", error=type(error).__name__)
