"""`make faults`: power is cut at every moment of a day, and bugs are planted that this must find."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.progress import Progress

from tests.faults.matrix import KILLED, Cut, cut_power, find_bug, quiet_day
from tests.faults.seeded_bugs import SEEDED_BUGS
from tests.support.databases import ROOT, make_template
from tests.support.postgres import throw_away_cluster

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.foundation.embedded_postgres import EmbeddedCluster

SEED: Final = 20261124
REPORT: Final = ROOT / "docs" / "benchmarks" / "faults.md"

_INTRODUCTION: Final = """\
A day: seven donors (one card refused, two asked by their bank, one of whom leaves the page, two held, one
refused), an auditor, Stripe's events in any order with one in five twice, and the worker. A moment is a
statement, a commit, a call to Stripe, a letter handed over or a file renamed. The process is killed there and
started again; donors and Stripe send again what was not answered."""


@dataclass(frozen=True)
class Outcome:
    """What a whole run found."""

    moments: int
    cuts: Sequence[Cut]
    bugs: dict[str, Cut | None]
    seconds: float


def main() -> None:
    """Run, print and write the report; exit 1 if anything was lost, doubled or stuck, or a bug not found."""
    parser = ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="cut power at each n-th moment only")
    parser.add_argument("--workers", type=int, default=2, help="days played at the same time")
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    with throw_away_cluster() as cluster:
        make_template(cluster)
        outcome = _run(cluster, options.every, options.workers)
    text = "\n".join(_report(outcome, options.every))
    sys.stdout.write(text)
    if not options.no_report:
        Path(REPORT).write_text(text, encoding="utf-8")
    if any(cut.wrongs for cut in outcome.cuts) or None in outcome.bugs.values():
        raise SystemExit(1)


def _run(cluster: EmbeddedCluster, every: int, workers: int) -> Outcome:
    began = time.monotonic()
    moments = quiet_day(cluster, seed=SEED)
    places = range(1, len(moments) + 1, every)
    with ThreadPoolExecutor(workers) as pool, Progress() as progress:
        done = progress.add_task("moments", total=len(places))
        cuts = []
        for cut in pool.map(partial(cut_power, cluster, moments, seed=SEED), places):
            cuts.append(cut)
            progress.advance(done)
        done = progress.add_task("bugs", total=len(SEEDED_BUGS))
        bugs = {}
        for name, found in zip(
            SEEDED_BUGS, pool.map(partial(find_bug, cluster, moments, seed=SEED), SEEDED_BUGS), strict=True
        ):
            bugs[name] = found
            progress.advance(done)
    return Outcome(len(moments), cuts, bugs, time.monotonic() - began)


def _report(outcome: Outcome, every: int) -> list[str]:
    killed = [cut for cut in outcome.cuts if cut.ended == KILLED]
    wrong = [cut for cut in outcome.cuts if cut.wrongs]
    made = f"Made by `make faults` in {outcome.seconds / 60:.0f} minutes."
    return [
        "# Power cut at each moment of a day",
        "",
        f"{time.strftime('%Y-%m-%d', time.gmtime())}. {made}",
        "",
        *_INTRODUCTION.splitlines(),
        "",
        "| | |",
        "| --- | ---: |",
        f"| moments of the day | {outcome.moments:,} |",
        f"| days played with a cut (each {every}. moment) | {len(outcome.cuts):,} |",
        f"| of these killed there | {len(killed):,} |",
        f"| days after which something was lost, doubled or stuck | {len(wrong):,} |",
        "",
        "A day whose worker took its jobs in another order may have fewer moments: it is played to its end.",
        "",
        *(f"- moment {cut.moment} ({cut.name}): {'; '.join(cut.wrongs)}" for cut in wrong),
        "",
        "## Bugs planted, and found",
        "",
        "| bug | found by a cut at | as |",
        "| --- | --- | --- |",
        *(
            f"| {name} | {'**not found**' if cut is None else f'moment {cut.moment} ({cut.name})'} "
            f"| {'' if cut is None else cut.wrongs[0]} |"
            for name, cut in outcome.bugs.items()
        ),
        "",
    ]


if __name__ == "__main__":
    main()
