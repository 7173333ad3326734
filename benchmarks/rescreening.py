"""What it costs to screen past donors again: against changed rows (reverse join), and all of them."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.chance import chance_of
from benchmarks.engine import engine_over
from benchmarks.labelled import real_committees
from benchmarks.made_up_donors import MadeUpDonors
from benchmarks.query_sets import alter
from benchmarks.whole_decision import NOW, register_of
from factually.foundation.crypto import Keyring, Place
from factually.foundation.identifiers import new_id
from factually.independence.facts import Facts, GivingHistory
from factually.independence.matching import stated_names
from factually.independence.policy import parse_policy
from factually.independence.publishing import packaged_policy
from factually.independence.rescreening.donor_index import DonorIndex, Indexed, Mark
from factually.independence.rescreening.donors import PastDonor
from factually.independence.rescreening.judging import Judge
from factually.independence.rescreening.pieces import donor_pieces, sought_row
from factually.independence.rescreening.walking import comes_near, propose
from factually.independence.searching.building import build_index
from factually.independence.searching.index import RegisterIndex
from factually.independence.subjects import subject_from_canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from factually.independence.registers.entries import Entry
    from factually.independence.subjects import ScreeningSubject

DONORS: Final = 1_000_000
ROWS: Final = 500
FULL_PASS: Final = 20_000
SEED: Final = 20261124
REPORT: Final = Path(__file__).parents[1] / "docs" / "benchmarks" / "rescreening.md"
_AT_ONCE: Final = 50_000
_ROWS_AT_ONCE: Final = 25
_PLACE: Final = Place("screening", "inputs", "made up")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured; seconds are CPU time of this process.

    Attributes:
        build: Indexing all donors.
        megabytes: Size of the index on disk.
        search: Looking the changed rows up in it.
        opening: Unsealing and reading the donors proposed.
        nearing: Comparing their names with the rows.
        deciding: The whole decision on those that came near.
        proposed: Donors unsealed, `near` decided on, `in_doubt` found.
        planted: Donors with a row's name, altered, and `held` of those that a decision holds when all are
            decided on, and `missed` of these by the reverse join.
        donors_a_second: Of the full pass.
        walks_all: Whether a row is like so many donors that a run would walk all of them besides.
    """

    build: float
    megabytes: float
    search: float
    opening: float
    nearing: float
    deciding: float
    proposed: int
    near: int
    in_doubt: int
    planted: int
    held: int
    missed: int
    donors_a_second: float
    walks_all: bool

    @property
    def reverse_join(self) -> float:
        """Seconds from changed rows to donors in doubt."""
        return self.search + self.opening + self.nearing + self.deciding


def main() -> None:
    """Measure, print and write the report."""
    text = report(measure(DONORS))
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(text)
    print(text)  # noqa: T201 - the report is what the command is for


def measure(size: int) -> Figures:
    """Index made-up donors, then search changed rows among them, then decide on some one by one."""
    random = chance_of(SEED)
    committees = real_committees()
    rows = random.sample([entry for entry in committees if not entry.filer], ROWS)
    planted = [alter(entry.name.upper(), random) for entry in rows]
    keyring = Keyring.from_secret(random.randbytes(32))
    subjects = [subject.canonical() for subject in MadeUpDonors(committees, random).subjects(size, planted)]
    with tempfile.TemporaryDirectory() as folder:
        build_index(committees, Path(folder, "register"))
        register = RegisterIndex(Path(folder, "register"))
        facts = Facts(now=NOW, registers=(register_of(register.size),))
        judge = Judge(parse_policy(packaged_policy()), facts, engine_over(register))
        index = DonorIndex(Path(folder, "donors"), keyring.subkey("benchmark"))
        started = time.process_time()
        _build(index, subjects)
        built = time.process_time() - started
        return _join(_Population(index, register, judge, subjects, keyring), rows, build=built)


@dataclass(frozen=True)
class _Population:
    index: DonorIndex
    register: RegisterIndex
    judge: Judge
    subjects: Sequence[str]
    keyring: Keyring

    def sealed(self, numbers: Iterable[int]) -> dict[int, bytes]:
        """Seal what the database would hold, so that opening it can be timed."""
        return {number: self.keyring.encrypt(self.subjects[number - 1], _PLACE) for number in numbers}

    def opened(self, sealed: dict[int, bytes]) -> list[PastDonor]:
        """Open donors as a run does."""
        return [
            _donor(number, subject_from_canonical(self.keyring.decrypt(content, _PLACE)))
            for number, content in sealed.items()
        ]


def _build(index: DonorIndex, subjects: Sequence[str]) -> None:
    with index.writing() as writer:
        for start in range(0, len(subjects), _AT_ONCE):
            end = min(start + _AT_ONCE, len(subjects))
            writer.add(
                (
                    Indexed(number + 1, donor_pieces(stated_names(subject_from_canonical(subjects[number]))))
                    for number in range(start, end)
                ),
                mark=Mark(end, str(end)),
            )


def _join(population: _Population, rows: Sequence[Entry], *, build: float) -> Figures:
    search = population.index.reading()
    watch = _Watch()
    proposed, near, doubted, walks_all = 0, 0, set[int](), False
    start = 0
    while start < len(rows):
        sought = [sought_row(entry, by_name=True) for entry in rows[start : start + _ROWS_AT_ONCE]]
        watch.start()
        found = propose(search, sought)
        watch.stop("search")
        start += found.rows
        walks_all |= found.too_many
        proposals = found.donors
        sealed = population.sealed(proposals)
        watch.start()
        donors = population.opened(sealed)
        watch.stop("opening")
        watch.start()
        some = [
            donor
            for donor in donors
            if comes_near(donor, proposals[donor.number], population.register.weights)
        ]
        watch.stop("nearing")
        watch.start()
        doubted.update(donor.number for donor in some if population.judge.doubts(donor))
        watch.stop("deciding")
        proposed += len(donors)
        near += len(some)
    planted = population.opened(population.sealed(range(1, len(rows) + 1)))
    held = {donor.number for donor in planted if population.judge.doubts(donor)}
    return Figures(
        build=build,
        megabytes=sum(file.stat().st_size for file in population.index.folder.rglob("*")) / 1e6,
        **watch.seconds,
        proposed=proposed,
        near=near,
        in_doubt=len(doubted),
        planted=len(rows),
        held=len(held),
        missed=len(held - doubted),
        donors_a_second=_full_pass(population),
        walks_all=walks_all,
    )


def _full_pass(population: _Population) -> float:
    numbers = range(len(population.subjects) - FULL_PASS + 1, len(population.subjects) + 1)
    sealed = population.sealed(number for number in numbers if number > 0)
    started = time.process_time()
    for donor in population.opened(sealed):
        population.judge.doubts(donor)
    return len(sealed) / (time.process_time() - started)


class _Watch:
    """Adds up seconds by what they were spent on."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._started = 0.0

    def start(self) -> None:
        self._started = time.process_time()

    def stop(self, spent_on: str) -> None:
        self.seconds[spent_on] = self.seconds.get(spent_on, 0.0) + time.process_time() - self._started


def _donor(number: int, subject: ScreeningSubject) -> PastDonor:
    return PastDonor(number=number, gift_id=new_id(), subject=subject, history=GivingHistory())


def _besides(figures: Figures) -> str:
    if figures.walks_all:
        return "A row is like too many\ndonors to look each up, so a run would walk all of them besides."
    return "No row is like so many\ndonors that a run would have to walk all of them."


def report(figures: Figures) -> str:
    """Return the report as Markdown."""
    return f"""# Screening past donors again

{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}.
Measured by `python -m benchmarks rescreening`: {DONORS:,} made-up donors (one in five an organisation),
{ROWS} rows of the FEC's register as if they had changed, each planted once among the donors with typos or a
part left out. All in one thread, but for the index's own writer. Sealed records are opened in memory; the
database adds its reading of them.

| step | seconds of CPU |
|---|---|
| index all donors, once | {figures.build:.1f} ({figures.megabytes:.0f} MB on disk) |
| search {ROWS} rows in it | {figures.search:.2f} |
| open {figures.proposed:,} proposed donors | {figures.opening:.2f} |
| compare their names | {figures.nearing:.2f} |
| decide on {figures.near:,} that came near | {figures.deciding:.2f} |
| **reverse join** (goal: 5) | **{figures.reverse_join:.2f}** |

Donors in doubt: {figures.in_doubt}. Of {figures.planted} planted ones, {figures.held} are held when each
donor is decided on by itself; the reverse join misses {figures.missed} of these. {_besides(figures)}

Full pass: **{figures.donors_a_second:,.0f} donors a second of one core** (goal: 1,000), opening, matching and
all rules, on {FULL_PASS:,} of the donors.
"""
