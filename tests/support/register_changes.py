"""A register that changes after gifts were taken, and the run that follows."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from factually.donations.rescreening_walks import RunWork
from factually.independence.models import Screening
from factually.independence.registers.entries import Entry
from factually.independence.registers.loading import load_register
from factually.independence.rescreening.models import RescreeningCase
from factually.independence.rescreening.queries import RunProgress, run_progress
from factually.independence.rescreening.running import open_partitions, open_runs, rescreen_everyone, start
from tests.support.databases import ROOT
from tests.support.independence_factories import ENTRIES, register_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factually.foundation.database import Database
    from tests.support.donation_factories import GivingDesk

NEW_GROUP: Final = "Heartland Grain Patriots PAC"
NEWCOMER: Final = Entry(key="C00900005", name=NEW_GROUP.upper())
"""A committee that registers only after it gave."""


def change_register(desk: GivingDesk, *added: Entry, entries: Sequence[Entry] = ENTRIES) -> None:
    """Put a new version in force that has further rows."""
    with desk.database.transaction() as session:
        load_register(session, register_file((*entries, *added)), now=desk.clock.now())


def run_of(desk: GivingDesk, *, whole: bool = False) -> tuple[RunWork, list[int]]:
    """Begin the run that waits, or one over all donors; nothing is walked yet."""
    now = desk.clock.now()
    with desk.database.transaction() as session:
        run_id = rescreen_everyone(session, now=now) if whole else open_runs(session)[0]
        numbers = start(session, run_id, now=now, at_once=True)
    return RunWork(desk.database, desk.keyring, desk.clock, run_id), numbers


def rescreen(desk: GivingDesk, *, whole: bool = False) -> RunProgress:
    """Do a whole run in this process."""
    work, numbers = run_of(desk, whole=whole)
    while numbers:
        for number in numbers:
            work.walk(number)
        with desk.database.transaction() as session:
            numbers = open_partitions(session, work.run_id)
    return progress_of(desk.database, work.run_id)


def progress_of(database: Database, run_id: int) -> RunProgress:
    """How far a run is."""
    with database.reading() as connection:
        return run_progress(connection, run_id)


def counted(database: Database) -> tuple[int, int]:
    """Numbers of cases and of screenings."""
    with database.transaction() as session:
        cases = session.execute(select(func.count()).select_from(RescreeningCase)).scalar_one()
        screenings = session.execute(select(func.count()).select_from(Screening)).scalar_one()
    return cases, screenings


@contextmanager
def working_process(database: Database, run_id: int, number: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker of its own on a partition; it is over when this is."""
    words = [database.url, str(database.derived), str(run_id), str(number)]
    process = subprocess.Popen([sys.executable, "-m", "tests.support.rescreening_worker", *words], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)
