"""The command that measures the site's own screening: the error rate that the site publishes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from factually.foundation.errors import InvalidInput
from factually.independence.measuring import (
    error_rates,
    held_share,
    is_mistake,
    read_cases,
    read_ordinary_names,
    read_verdict,
)
from factually.independence.screening_cases import screened_cases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from factually.foundation.canonical import JsonValue
    from factually.independence.commands import Parts
    from factually.independence.measuring import LabelledCase, Verdict

    Screened = tuple[LabelledCase, Mapping[str, JsonValue]]

_READABLE_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("screening-error-rate")
@click.option("--cases", type=_READABLE_FILE, required=True, help="Labelled names (CSV, may be gzipped).")
@click.option(
    "--ordinary", type=_READABLE_FILE, multiple=True, help="Organisations that are no political groups."
)
@click.option("--mistakes", type=click.File("w"), help="Where to write each wrong answer, one a line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines of text.")
@click.pass_obj
def screening_error_rate(
    parts: Parts, cases: Path, ordinary: Sequence[Path], mistakes: IO[str] | None, *, as_json: bool
) -> None:
    """Print how often the screening in force is wrong under the policy in force; nothing is stored."""
    labelled = read_cases(_rows(cases))
    lists = {file.name: read_ordinary_names(_rows(file)) for file in ordinary}
    rates = error_rates(_judged(_screened(parts, labelled, cases.name), mistakes))
    held = {
        name: held_share(
            verdict for _, verdict in _judged(_screened(parts, names, name), mistakes) if verdict is not None
        )
        for name, names in lists.items()
    }
    measured = replace(rates, ordinary=held)
    click.echo(json.dumps(measured.as_json(), indent=2) if as_json else measured.table())


def _screened(parts: Parts, cases: Sequence[LabelledCase], title: str) -> Iterator[Screened]:
    """Yield each case with its answer; the progress is shown only to a person at a terminal."""
    console = Console(stderr=True)
    yield from track(
        screened_cases(parts.database, cases, now=parts.clock.now()),
        description=title,
        total=len(cases),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _judged(
    screened: Iterable[Screened], mistakes: IO[str] | None
) -> Iterator[tuple[LabelledCase, Verdict | None]]:
    for case, answer in screened:
        verdict = read_verdict(answer)
        if mistakes is not None and (verdict is None or is_mistake(case, verdict)):
            mistakes.write(json.dumps({"class": case.group, "right": sorted(case.ids), **answer}) + "\n")
        yield case, verdict


def _rows(file: Path) -> Iterator[Mapping[str, str | None]]:
    """Read a file of names whole: the largest has a few megabytes."""
    data = file.read_bytes()
    try:
        text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    except (EOFError, OSError, UnicodeDecodeError, zlib.error) as error:
        raise InvalidInput(f"{file.name} is damaged or not UTF-8.", field="file") from error
    yield from csv.DictReader(io.StringIO(text, newline=""))
