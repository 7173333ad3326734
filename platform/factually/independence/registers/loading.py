"""Loads a register: a new immutable version, or the news that the source has not changed."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.foundation.canonical import sha256_hex
from factually.foundation.errors import InvalidInput
from factually.independence.models import RegisterRetrieval, RegisterVersion
from factually.independence.registers.fec_csv import parse_fec_committees
from factually.independence.registers.stored import store_entries
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.independence.registers.entries import Entry

FEC_COMMITTEES: Final = "fec_committees"
PARSERS: Final[Mapping[str, Callable[[bytes], tuple[Entry, ...]]]] = {FEC_COMMITTEES: parse_fec_committees}
"""Register kinds we can read, each with its file format."""

_GZIP: Final = b"\x1f\x8b"
LARGEST_FILE: Final = 500_000_000
"""Bytes a packed file may unpack to; the largest register known (IRS EO BMF) has half of that."""


@dataclass(frozen=True, kw_only=True)
class RegisterFile:
    """A register as it was retrieved: its bytes (gzipped or not), where from, and the source's own date."""

    kind: str
    data: bytes
    source: str
    as_of: date


@dataclass(frozen=True, kw_only=True)
class LoadedRegister:
    """What a load came to; `new` is False where this content was known already."""

    version_id: int
    row_count: int
    sha256: str
    new: bool


def packaged_register() -> RegisterFile:
    """Return the snapshot of the FEC's committees that ships with the package (see data/PROVENANCE.md)."""
    data = files("factually.independence").joinpath("data/fec_committees.csv.gz").read_bytes()
    return RegisterFile(
        kind=FEC_COMMITTEES,
        data=data,
        source="FEC committee master, cycles 2014-2026, snapshot shipped with Factually",
        as_of=date(2026, 1, 30),
    )


def load_register(session: Session, file: RegisterFile, *, now: datetime) -> LoadedRegister:
    """Put a register in force as of now, adding a version only where the content is new.

    The whole file is read before the first row is written; a damaged one leaves the old version in force.

    Raises:
        InvalidInput: The kind is unknown, or the file damaged (names the line).
    """
    if file.kind not in PARSERS:
        raise InvalidInput(f"Unknown register; known are {', '.join(sorted(PARSERS))}.", field="kind")
    data = _unpacked(file.data)
    sha256 = sha256_hex(data)
    known = session.scalars(
        select(RegisterVersion).where(RegisterVersion.kind == file.kind, RegisterVersion.sha256 == sha256)
    ).one_or_none()
    version = known or _add_version(session, file, PARSERS[file.kind](data), sha256=sha256, now=now)
    session.add(RegisterRetrieval(version_id=version.id, retrieved_at=now))
    session.flush()
    announce_change(session)
    return LoadedRegister(
        version_id=version.id, row_count=version.row_count, sha256=sha256, new=known is None
    )


def _add_version(
    session: Session, file: RegisterFile, entries: Sequence[Entry], *, sha256: str, now: datetime
) -> RegisterVersion:
    version = RegisterVersion(
        kind=file.kind,
        source=file.source,
        as_of=file.as_of,
        sha256=sha256,
        row_count=len(entries),
        loaded_at=now,
    )
    session.add(version)
    session.flush()
    store_entries(session, version.id, entries)
    return version


def _unpacked(data: bytes) -> bytes:
    """Return the bytes of a gzipped file, and any other as it is."""
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            unpacked = packed.read(LARGEST_FILE + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise InvalidInput("The compressed file is damaged. Nothing was loaded.", field="file") from error
    if len(unpacked) > LARGEST_FILE:
        raise InvalidInput("The file is larger than any register. Nothing was loaded.", field="file")
    return unpacked
