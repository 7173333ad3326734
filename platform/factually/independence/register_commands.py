"""Commands for the registers: import, list, compare, and pack the one that ships with the package."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from factually.foundation.errors import InvalidInput
from factually.independence.queries import known_register_versions
from factually.independence.registers.differences import register_diff, row_changes, version_before
from factually.independence.registers.engine import forget_old_indexes
from factually.independence.registers.in_force import registers_in_force
from factually.independence.registers.kinds import REGISTER_KINDS
from factually.independence.registers.loading import RegisterFile, load_register
from factually.independence.registers.packing import pack_fec_committees
from factually.independence.registers.stored import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.independence.commands import Parts
    from factually.independence.registers.differences import RegisterDiff

LARGE_FILE: Final = 1_000_000
"""Bytes from which an import takes long enough to be watched."""

_EXISTING: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_KIND: Final = click.Choice(list(REGISTER_KINDS))


@click.group()
def registers() -> None:
    """Load, list and compare registers of political groups."""


@registers.command("import")
@click.argument("kind", type=_KIND)
@click.argument("file", type=_EXISTING)
@click.option(
    "--version", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="The source's own date; today if left out."
)
@click.option("--source", default="", help="Where the file was retrieved; its name if left out.")
@click.option("--mapping", type=_EXISTING, help="TOML or JSON file that says which column is what.")
@click.pass_obj
def import_register(  # noqa: PLR0913 - one parameter for each option of the command line
    parts: Parts, *, kind: str, file: Path, as_of: datetime | None, source: str, mapping: Path | None
) -> None:
    """Put FILE (plain, .gz or .zip), retrieved now, in force as the register KIND."""
    now = parts.clock.now()
    retrieved = RegisterFile(
        kind=kind,
        data=file.read_bytes(),
        source=source or file.name,
        as_of=(as_of or now).date(),
        mapping=mapping.read_bytes() if mapping else b"",
    )
    with _watched(len(retrieved.data)) as progress, parts.database.transaction() as session:
        loaded = load_register(session, retrieved, now=now, progress=progress)
        diff = register_diff(session, loaded.previous_id, loaded.version_id)
        forget_old_indexes(session)
    news = "New version" if loaded.new else "Unchanged since version"
    click.echo(f"{news} {loaded.version_id} of {kind}: {loaded.row_count:,} rows, SHA-256 {loaded.sha256}.")
    if loaded.previous_id not in {None, loaded.version_id}:
        click.echo(f"Against version {loaded.previous_id}: {_counts(diff)}.")


@registers.command("list")
@click.pass_obj
def list_registers(parts: Parts) -> None:
    """Print each register's versions, the newest first, and whether the one in force is stale."""
    now = parts.clock.now()
    with parts.database.reading() as connection:
        in_force = {register.version_id for register in registers_in_force(connection)}
        versions = known_register_versions(connection)
    for kind in REGISTER_KINDS.values():
        of_kind = [version for version in versions if version.kind == kind.kind]
        click.echo(f"{kind.kind}: {kind.title}")
        for version in of_kind:
            standing = "earlier"
            if version.id in in_force:
                stale = now - version.retrieved_at > kind.stale_after
                standing = f"in force, stale {'yes' if stale else 'no'}"
            click.echo(
                f"  version {version.id}: {standing}, as of {version.as_of}, {version.row_count:,} rows, "
                f"last fetched {version.retrieved_at:%Y-%m-%d %H:%M} UTC, "
                f"SHA-256 {version.sha256}, {version.source}"
            )
        if not of_kind:
            click.echo(f"  not imported; its source is {kind.refreshed_from}")


@registers.command("diff")
@click.argument("kind", type=_KIND)
@click.option(
    "--old", "old_id", type=int, help="Version to compare with; the one in force before if left out."
)
@click.option("--new", "new_id", type=int, help="Version that is compared; the one in force if left out.")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="Rows to print.")
@click.pass_obj
def diff_register(parts: Parts, *, kind: str, old_id: int | None, new_id: int | None, limit: int) -> None:
    """Print which rows of the register KIND were added, changed or removed from one version to another."""
    with parts.database.transaction() as session:
        new = _known_version(session, kind, new_id) if new_id else _version_in_force(session, kind)
        old = _known_version(session, kind, old_id) if old_id else version_before(session, kind, new)
        if old is None:
            raise InvalidInput(f"{kind} has no version before version {new}.", field="old")
        diff = register_diff(session, old, new)
        changes = row_changes(session, old, new, limit=limit)
    click.echo(f"{kind}, version {new} against version {old}: {_counts(diff)}.")
    for change in changes:
        click.echo(change.in_words())
    left = diff.added + diff.changed + diff.removed - len(changes)
    if left:
        click.echo(f"... and {left:,} more rows; --limit shows more.")


@registers.command("pack")
@click.argument("committees", type=click.File(encoding="utf-8", lazy=False))
@click.argument("former_names", type=click.File(encoding="utf-8", lazy=False))
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
def pack_register(committees: IO[str], former_names: IO[str], output: Path) -> None:
    """Join FEC committees and their former names to the one small file that ships with the package."""
    output.write_bytes(pack_fec_committees(csv.DictReader(committees), csv.DictReader(former_names)))


@contextmanager
def _watched(size: int) -> Iterator[Callable[[int, int], object]]:
    """Show on a terminal how far the import of a large file is; give what it is told by."""
    console = Console(stderr=True)
    if size < LARGE_FILE or not console.is_terminal:
        yield unwatched
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Reading the file", total=None)

        def told(sent: int, total: int) -> None:
            bar.update(task, description="Storing its rows", completed=sent, total=total)

        yield told


def _known_version(session: Session, kind: str, version_id: int) -> int:
    if version_id not in {known.id for known in known_register_versions(session) if known.kind == kind}:
        raise InvalidInput(f"{kind} has no version {version_id}.", field="version")
    return version_id


def _version_in_force(session: Session, kind: str) -> int:
    for register in registers_in_force(session):
        if register.kind == kind:
            return register.version_id
    raise InvalidInput(f"{kind} was never imported.", field="kind")


def _counts(diff: RegisterDiff) -> str:
    return f"{diff.added:,} rows added, {diff.changed:,} changed, {diff.removed:,} removed"
