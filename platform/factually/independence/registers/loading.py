"""Loads a register: a new immutable version, or the news that the source has not changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from factually.foundation.canonical import sha256_hex
from factually.foundation.errors import InvalidInput
from factually.independence.models import RegisterRetrieval, RegisterVersion
from factually.independence.registers.engine import build_index_of
from factually.independence.registers.entries import with_earlier_names
from factually.independence.registers.formats.mapped_csv import parse_mapped_table, parse_mapping
from factually.independence.registers.in_force import registers_in_force
from factually.independence.registers.kinds import FEC_COMMITTEES, POLITICAL_EMAIL_DOMAINS, register_kind
from factually.independence.registers.stored import entries_of, store_entries, unwatched
from factually.independence.registers.unpacking import unpacked
from factually.independence.rescreening.running import rescreen_later
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.independence.registers.entries import Entry
    from factually.independence.registers.kinds import RegisterKind
    from factually.independence.registers.stored import Progress


@dataclass(frozen=True, kw_only=True)
class RegisterFile:
    """A register as it was retrieved.

    Attributes:
        kind: One of `kinds.REGISTER_KINDS`.
        data: The file's bytes, as they are, gzipped or zipped.
        source: Where it was retrieved.
        as_of: The source's own date.
        mapping: The mapping file, for a table that no format of ours describes (`formats.mapped_csv`).
    """

    kind: str
    data: bytes
    source: str
    as_of: date
    mapping: bytes = b""


@dataclass(frozen=True, kw_only=True)
class LoadedRegister:
    """What a load came to.

    `new` is False where this content was known already; `previous_id` is the version that was in force
    before, None at the first load. `sha256` is that of the unpacked file, after its mapping file if any.
    """

    version_id: int
    previous_id: int | None
    row_count: int
    sha256: str
    new: bool


def packaged_register() -> RegisterFile:
    """Return the snapshot of the FEC's committees that ships with the package (see data/PROVENANCE.md)."""
    return RegisterFile(
        kind=FEC_COMMITTEES,
        data=_packaged("fec_committees.csv.gz"),
        source="FEC committee master, cycles 2014-2026, snapshot shipped with Factually",
        as_of=date(2026, 1, 30),
    )


def packaged_registers() -> tuple[RegisterFile, ...]:
    """Return all snapshots that ship with the package, which a first start loads."""
    domains = RegisterFile(
        kind=POLITICAL_EMAIL_DOMAINS,
        data=_packaged("political_email_domains.csv.gz"),
        source="Sender domains of 1,000 fundraising e-mails of 2024, snapshot shipped with Factually",
        as_of=date(2024, 12, 31),
    )
    return packaged_register(), domains


def is_superseded(session: Session, file: RegisterFile) -> bool:
    """Tell whether another content than this file's is in force for its kind."""
    in_force = (register.version_id for register in registers_in_force(session) if register.kind == file.kind)
    version_id = next(in_force, None)
    return version_id is not None and session.get_one(RegisterVersion, version_id).sha256 != _sha256(file)


def load_register(
    session: Session, file: RegisterFile, *, now: datetime, progress: Progress = unwatched
) -> LoadedRegister:
    """Put a register in force as of now, adding a version only where the content is new.

    The whole file is read before the first row is written; a damaged one leaves the old version in force.

    Args:
        session: Its transaction gets longer limits: half a million rows take their time.
        file: The register as it was retrieved.
        now: Time of retrieval.
        progress: Told how many rows were sent and how many there are to send, then the same of the index.

    Raises:
        InvalidInput: The kind is unknown, or the file damaged (names the line).
    """
    kind = register_kind(file.kind)
    data = unpacked(file.data)
    sha256 = _sha256(file)
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"):
        session.execute(select(func.set_config(limit, "30min", True)))  # noqa: FBT003 - local, as SQL has it
    # Two operators who import one file at once would both find it new.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"register {file.kind}"))))
    previous_id = next(
        (register.version_id for register in registers_in_force(session) if register.kind == file.kind), None
    )
    known = session.scalars(
        select(RegisterVersion).where(RegisterVersion.kind == file.kind, RegisterVersion.sha256 == sha256)
    ).one_or_none()
    if known is None:
        entries = _read(kind, data, file.mapping)
        if kind.keeps_names and previous_id is not None:
            entries = tuple(with_earlier_names(entries, entries_of(session, previous_id)))
        version = _version(session, file, sha256=sha256, row_count=len(entries), now=now)
        store_entries(session, version.id, entries, progress=progress)
    else:
        version = known
    # Before the version is in force, so that no gift waits for it.
    rows = count(1)
    build_index_of(session, version.id, built=lambda _: progress(next(rows), version.row_count))
    session.add(RegisterRetrieval(version_id=version.id, retrieved_at=now))
    session.flush()
    if previous_id != version.id:
        rescreen_later(session, previous_id, version.id, now)
    announce_change(session)
    return LoadedRegister(
        version_id=version.id,
        previous_id=previous_id,
        row_count=version.row_count,
        sha256=sha256,
        new=known is None,
    )


def _sha256(file: RegisterFile) -> str:
    return sha256_hex(file.mapping + unpacked(file.data))


def _packaged(name: str) -> bytes:
    return files("factually.independence").joinpath("data", name).read_bytes()


def _read(kind: RegisterKind, data: bytes, mapping: bytes) -> Sequence[Entry]:
    if mapping:
        return parse_mapped_table(data, parse_mapping(mapping))
    if kind.parse is None:
        raise InvalidInput(
            f"A file of {kind.kind} needs a mapping file that says which column is what.", field="mapping"
        )
    return kind.parse(data)


def _version(
    session: Session, file: RegisterFile, *, sha256: str, row_count: int, now: datetime
) -> RegisterVersion:
    version = RegisterVersion(
        kind=file.kind,
        source=file.source,
        as_of=file.as_of,
        sha256=sha256,
        row_count=row_count,
        loaded_at=now,
    )
    session.add(version)
    session.flush()
    return version
