"""`factually donors`: screen past donors again, and watch how far that is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from factually.donations.rescreening_walks import RunWork
from factually.independence.rescreening.queries import run_progress
from factually.independence.rescreening.running import (
    open_partitions,
    open_runs,
    rescreen_everyone,
    start,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.foundation.clock import Clock
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.independence.rescreening.queries import RunProgress

_PAUSE: Final = 0.2


class Parts(Protocol):
    """What the composition root hands to these commands."""

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


@click.group()
def donors() -> None:
    """Look after what is known of past donors."""


@donors.command("rescreen")
@click.option("--full", is_flag=True, help="Screen all donors now, whether anything has changed or not.")
@click.option("--watch", is_flag=True, help="Take part in the work, and show how far it is until it is done.")
@click.pass_obj
def rescreen(parts: Parts, *, full: bool, watch: bool) -> None:
    """Screen past donors again: at once what waits for something that changed, or everybody.

    Workers share the work; without one, --watch does it alone. Once stopped, it goes on where it was.
    """
    now = parts.clock.now()
    with parts.database.transaction() as session:
        runs = [rescreen_everyone(session, now=now)] if full else open_runs(session)
        partitions = {run_id: start(session, run_id, now=now, at_once=True) for run_id in runs}
    if not runs:
        click.echo("Nothing has changed since the last run. Use --full to screen everybody.")
    for run_id, numbers in partitions.items():
        if watch and numbers:
            _work(parts, run_id)
        click.echo(_told(_progress(parts, run_id)))


def _work(parts: Parts, run_id: int) -> None:
    work = RunWork(parts.database, parts.keyring, parts.clock, run_id)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        bar = shown.add_task(f"Run {run_id}", total=None)

        def show(done: object = None) -> RunProgress:
            del done
            progress = _progress(parts, run_id)
            shown.update(bar, total=progress.places, completed=progress.done)
            return progress

        # Again and again, since a worker that holds a partition may die with it, and a walk may add others.
        while show().finished_at is None:
            for number in _open(parts, run_id):
                work.walk(number, done=show)
            time.sleep(_PAUSE)


def _open(parts: Parts, run_id: int) -> Sequence[int]:
    with parts.database.transaction() as session:
        return open_partitions(session, run_id)


def _progress(parts: Parts, run_id: int) -> RunProgress:
    with parts.database.reading() as connection:
        return run_progress(connection, run_id)


def _told(run: RunProgress) -> str:
    cause = f"what changed in {run.kind}" if run.kind is not None else f"all donors, {run.purpose}"
    if run.started_at is None and run.begins_at is not None:
        return f"Run {run.id}, {cause}: begins at {run.begins_at:%Y-%m-%d %H:%M} UTC."
    state = "done" if run.finished_at is not None else f"{run.done:,} of {run.places:,} steps done"
    unreadable = f", {run.unreadable:,} unreadable records" if run.unreadable else ""
    return (
        f"Run {run.id}, {cause}: {state}; {run.screened:,} donors screened, "
        f"{run.opened:,} new in doubt{unreadable}."
    )
