"""`make faults`: power is cut at every moment of a day, and bugs are planted that this must find.

What an interrupted run found is kept beside the checkout for as long as the code stays the same, and the next
run goes on from there.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, BooleanOptionalAction
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from rich.progress import Progress

from tests.faults.database_power import prepared_data
from tests.faults.findings import findings_of_this_code
from tests.faults.matrix import cut_database, cut_power, days_of, find_bug, one_by_one, quiet_day
from tests.faults.orders import fold_in_all_orders
from tests.faults.report import Outcome, report
from tests.faults.seeded_bugs import SEEDED_BUGS
from tests.support.databases import ROOT, make_template
from tests.support.postgres import throw_away_cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.faults.findings import Findings
    from tests.faults.matrix import Cut

SEED: Final = 20261124
REPORT: Final = ROOT / "docs" / "benchmarks" / "faults.md"
_THIRD: Final = 3


@dataclass(frozen=True)
class _Run:
    """Days played at the same time, each of which is kept once it is over."""

    findings: Findings
    workers: int

    def days(self, kind: str, keys: Sequence[str], play: Callable[[str], list[Cut]]) -> dict[str, list[Cut]]:
        """Play each day that was not played before, and return all that were asked for."""
        known = self.findings.read(kind)
        missing = [key for key in keys if key not in known]
        with ThreadPoolExecutor(self.workers) as pool, Progress() as progress:
            done = progress.add_task(kind, total=len(keys), completed=len(keys) - len(missing))
            for key, cuts in zip(missing, pool.map(play, missing), strict=True):
                self.findings.keep(kind, key, cuts)
                known[key] = cuts
                progress.advance(done)
        return {key: known[key] for key in keys}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, print and write the report; exit 1 if anything was lost, doubled or stuck, or a bug not found.

    Args:
        arguments: Those of the command line where left out.
    """
    parser = ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="cut power at each n-th effect only")
    parser.add_argument("--all-moments", action="store_true", help="not only after each effect; takes hours")
    parser.add_argument("--bugs", action="store_true", help="look for the planted bugs only")
    parser.add_argument("--workers", type=int, default=2, help="days played at the same time")
    parser.add_argument("--fresh", action="store_true", help="forget what an interrupted run found")
    parser.add_argument("--report", action=BooleanOptionalAction, default=True, help="write the report")
    options = parser.parse_args(arguments)
    run = _Run(findings_of_this_code(fresh=options.fresh), options.workers)
    outcome = _play(run, every=options.every, all_moments=options.all_moments, only_bugs=options.bugs)
    text = report(outcome)
    sys.stdout.write(text)
    if options.report and not options.bugs:
        REPORT.write_text(text, encoding="utf-8")
    if not outcome.clean:
        raise SystemExit(1)


def _play(run: _Run, *, every: int, all_moments: bool, only_bugs: bool) -> Outcome:
    with ExitStack() as opened:
        cluster = opened.enter_context(throw_away_cluster())
        make_template(cluster)
        moments = run.findings.moments()
        if moments is None:
            moments = quiet_day(cluster, seed=SEED)
            run.findings.keep_moments(moments)
        outcome = Outcome(moments, _scope(every, all_moments=all_moments))
        if not only_bugs:
            prepared = opened.enter_context(prepared_data())
            by_power = partial(cut_power, cluster, moments, seed=SEED)
            by_database = partial(cut_database, prepared, moments, seed=SEED)
            days = partial(days_of, moments, all_moments=all_moments)
            outcome.power = _cuts(run, "power", days(every=every), by_power)
            outcome.orders = fold_in_all_orders(cluster, seed=SEED)
            outcome.database = _cuts(run, "database", days(every=every * _THIRD), by_database)
        outcome.bugs = _bugs(run, cluster)
    return outcome


def _cuts(run: _Run, kind: str, days: Sequence[Sequence[int]], cut: Callable[..., list[Cut]]) -> list[Cut]:
    """Play days that are cut at the given moments, and return all cuts."""
    keyed = {"+".join(map(str, day)): day for day in days}
    found = run.days(kind, list(keyed), lambda key: one_by_one(cut, keyed[key]))
    return [one for cuts in found.values() for one in cuts]


def _bugs(run: _Run, cluster: EmbeddedCluster) -> dict[str, Cut | None]:
    """Look for each planted bug, and return the cut that found it, None where none did."""

    def look(bug: str) -> list[Cut]:
        found = find_bug(cluster, quiet_day(cluster, seed=SEED, bug=bug), seed=SEED, bug=bug)
        return [] if found is None else [found]

    found = run.days("bugs", list(SEEDED_BUGS), look)
    return {bug: next(iter(cuts), None) for bug, cuts in found.items()}


def _scope(every: int, *, all_moments: bool) -> str:
    places = "moment" if all_moments else "effect"
    if every == 1:
        return f"A whole run: power was cut at every {places}, the database's at each third."
    return f"A sample: power was cut at each {every}. {places}, the database's at each {every * _THIRD}."


if __name__ == "__main__":
    main()
