"""What changed between two versions of a register, found by the hashes of their rows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import case, collate, func, select

from factually.independence.models import RegisterEntry, RegisterRetrieval, RegisterVersion
from factually.independence.registers.entries import Entry
from factually.independence.registers.stored import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Select
    from sqlalchemy.orm import Session

_KEYS_AT_ONCE: Final = 5_000


class Change(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class RegisterDiff:
    """Numbers of rows that are new, other than before, or gone."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """One row before and after; an added row has no before, a removed one no after."""

    key: str
    change: Change
    before: Entry | None
    after: Entry | None

    def in_words(self) -> str:
        """Return one line that says what became of the row, field by field."""
        if self.before is None or self.after is None:
            name = next(row.name for row in (self.before, self.after) if row is not None)
            return f"{self.change} {self.key}: {name}"
        old, new = _facts(self.before), _facts(self.after)
        news = [
            f"{fact.replace('_', ' ')} {_said(old.get(fact))} is now {_said(new.get(fact))}"
            for fact in dict.fromkeys((*old, *new))
            if old.get(fact) != new.get(fact)
        ]
        return f"{self.change} {self.key}: {'; '.join(news)}"


def register_diff(session: Session | Connection, old_id: int | None, new_id: int) -> RegisterDiff:
    """Count what changed from one version to another; without an old one, every row is added."""
    changes = _changes(old_id, new_id).subquery()
    counted = dict.fromkeys(Change, 0) | {
        Change(change): count
        for change, count in session.execute(
            select(changes.c.change, func.count()).group_by(changes.c.change)
        )
    }
    return RegisterDiff(**{change.value: count for change, count in counted.items()})


def changed_keys(session: Session | Connection, old_id: int | None, new_id: int) -> Iterator[str]:
    """Yield the keys of the rows that are new or other than before, ordered byte by byte.

    These are what past donors have to be screened against again. They are streamed and need an open
    transaction until the last is read.
    """
    changes = _changes(old_id, new_id).subquery()
    return iter(
        session.scalars(
            select(changes.c.key)
            .where(changes.c.change != Change.REMOVED)
            .order_by(collate(changes.c.key, "C")),
            execution_options={"yield_per": _KEYS_AT_ONCE},
        )
    )


def row_changes(
    session: Session | Connection, old_id: int, new_id: int, *, limit: int
) -> tuple[RowChange, ...]:
    """Return the first changes in the order of their keys, each with the row before and after."""
    changed = _changes(old_id, new_id).subquery()
    wanted = select(changed).order_by(collate(changed.c.key, "C")).limit(limit)
    changes = {key: Change(change) for key, change in session.execute(wanted)}
    before, after = (
        {entry.key: entry for entry in entries_of(session, version_id, list(changes))}
        for version_id in (old_id, new_id)
    )
    return tuple(
        RowChange(key=key, change=change, before=before.get(key), after=after.get(key))
        for key, change in changes.items()
    )


def version_before(session: Session | Connection, kind: str, version_id: int) -> int | None:
    """Return the version of this kind that was in force last before this one, None if there is none."""
    last_found = (
        select(func.max(RegisterRetrieval.id))
        .where(RegisterRetrieval.version_id == version_id)
        .scalar_subquery()
    )
    return session.execute(
        select(RegisterVersion.id)
        .join(RegisterRetrieval, RegisterRetrieval.version_id == RegisterVersion.id)
        .where(
            RegisterVersion.kind == kind,
            RegisterVersion.id != version_id,
            RegisterRetrieval.id < last_found,
        )
        .order_by(RegisterRetrieval.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _changes(old_id: int | None, new_id: int) -> Select[str, str]:
    old, new = (
        select(RegisterEntry.key, RegisterEntry.content_hash)
        .where(RegisterEntry.version_id == version_id)
        .subquery()
        for version_id in (old_id, new_id)
    )
    change = case(
        (old.c.key.is_(None), Change.ADDED.value),
        (new.c.key.is_(None), Change.REMOVED.value),
        else_=Change.CHANGED.value,
    )
    return (
        select(func.coalesce(new.c.key, old.c.key).label("key"), change.label("change"))
        .select_from(new.outerjoin(old, new.c.key == old.c.key, full=True))
        .where(new.c.content_hash.is_distinct_from(old.c.content_hash))
    )


def _facts(entry: Entry) -> dict[str, object]:
    """Return what is known of a row, the source's own details beside our fields."""
    ours = {field.name: getattr(entry, field.name) for field in fields(Entry) if field.name != "details"}
    return ours | dict(entry.details)


def _said(value: object) -> str:
    """Write a value for a person: texts as they are, several of them one after another."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(f'"{item}"' for item in value) or "none"
    return "none" if value is None else f'"{value}"'
