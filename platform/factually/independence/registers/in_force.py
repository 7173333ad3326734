"""Exact look-ups in the registers in force, or in the versions a past decision read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from factually.independence.facts import RegisterInForce
from factually.independence.findings import RegisterRow
from factually.independence.matching import MatchKind, RegisteredName
from factually.independence.models import RegisterEntry, RegisterName, RegisterRetrieval, RegisterVersion

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session


def registers_in_force(session: Session | Connection) -> tuple[RegisterInForce, ...]:
    """Return each register's version in force, the one its source was last found to be, ordered by kind."""
    latest = (
        select(
            RegisterVersion.kind,
            RegisterVersion.id,
            RegisterVersion.as_of,
            RegisterRetrieval.retrieved_at,
            RegisterVersion.row_count,
        )
        .join(RegisterRetrieval, RegisterRetrieval.version_id == RegisterVersion.id)
        .ext(distinct_on(RegisterVersion.kind))
        .order_by(RegisterVersion.kind, RegisterRetrieval.retrieved_at.desc(), RegisterRetrieval.id.desc())
    )
    return tuple(
        RegisterInForce(kind=kind, version_id=id_, as_of=as_of, retrieved_at=at, row_count=rows)
        for kind, id_, as_of, at, rows in session.execute(latest)
    )


class StoredRegisters:
    """Looks names and ids up in the given versions of the registers (see `matching.Lookup`)."""

    def __init__(self, session: Session, registers: Sequence[RegisterInForce]) -> None:
        self._session = session
        self._registers = {register.version_id: register for register in registers}

    def rows(self, keys: Collection[str]) -> Sequence[RegisterRow]:
        """Return the rows with these official ids, ordered by id."""
        if not keys:
            return []
        wanted = (
            select(RegisterEntry.version_id, RegisterEntry.key, RegisterEntry.name)
            .where(
                RegisterEntry.version_id.in_(self._registers),
                RegisterEntry.key.in_(keys),
                ~RegisterEntry.filer,
            )
            .order_by(RegisterEntry.key, RegisterEntry.version_id)
        )
        return [self._row(*found) for found in self._session.execute(wanted)]

    def names(self, canonical: Collection[str]) -> Sequence[RegisteredName]:
        """Return the registered names with these canonical forms, ordered by form, kind and id."""
        wanted = (
            select(
                RegisterName.version_id,
                RegisterName.key,
                RegisterEntry.name,
                RegisterName.kind,
                RegisterName.text,
                RegisterName.canonical,
                RegisterName.generic,
                RegisterEntry.namesake,
            )
            .join(
                RegisterEntry,
                (RegisterEntry.version_id == RegisterName.version_id)
                & (RegisterEntry.key == RegisterName.key),
            )
            .where(RegisterName.version_id.in_(self._registers), RegisterName.canonical.in_(canonical))
            .order_by(RegisterName.canonical, RegisterName.kind.desc(), RegisterName.key)
        )
        return [
            RegisteredName(
                row=self._row(version_id, key, current),
                kind=MatchKind(kind),
                text=text,
                canonical=form or "",
                generic=bool(generic),
                namesake=namesake,
            )
            for version_id, key, current, kind, text, form, generic, namesake in self._session.execute(wanted)
        ]

    def _row(self, version_id: int, key: str, name: str) -> RegisterRow:
        register = self._registers[version_id]
        return RegisterRow(kind=register.kind, version=register.as_of.isoformat(), key=key, name=name)
