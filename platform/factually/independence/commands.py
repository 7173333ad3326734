"""Commands of the independence desk: trials of the screening, and replays."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

import click

from factually.foundation.errors import InvalidInput
from factually.independence.replaying import replay
from factually.independence.screening_files import NAME, trial_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from factually.foundation.clock import Clock
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database


class Parts(Protocol):
    """What the composition root hands to a command."""

    @property
    def database(self) -> Database:
        """The database to work on."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def keyring(self) -> Keyring:
        """The keys of the site."""
        ...


@click.command()
@click.option(
    "--input", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True
)
@click.option("--output", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
def screen(parts: Parts, source: Path, target: Path) -> None:
    """Screen each row of a CSV file and write one JSON object a line, in order; nothing is stored."""
    if target.exists() and target.samefile(source):
        raise click.UsageError("The output would overwrite the input.")
    # Closed before the first row: the database ends a transaction that idles while a long file is read.
    with parts.database.transaction() as session:
        trial = trial_in_force(session, now=parts.clock.now())
    with (
        source.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines,
        target.open("w", encoding="utf-8") as output,
    ):
        for answer in trial.answers(_rows(lines)):
            output.write(json.dumps(answer) + "\n")


@click.group()
def screenings() -> None:
    """Look at decisions that were made."""


@screenings.command("replay")
@click.argument("screening_id", type=click.UUID)
@click.pass_obj
def replay_screening(parts: Parts, screening_id: UUID) -> None:
    """Decide again on what a screening stored; exit code 1 and what differs, if anything does."""
    with parts.database.transaction() as session:
        report = replay(session, screening_id, keyring=parts.keyring)
    if not report.same:
        raise click.ClickException(" ".join(report.differences))
    click.echo("The same decision, on the same findings.")


def _rows(lines: IO[str]) -> Iterator[Mapping[str, str | None] | InvalidInput]:
    """Yield the rows of a file; one that is no CSV does not stop the rest."""
    reader = csv.DictReader(lines)
    if NAME not in (reader.fieldnames or ()):
        raise InvalidInput(f"The file needs a header row with the column {NAME}.", field="input")
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield InvalidInput(f"Line {reader.line_num} is no row of a CSV file.", field="input")
