"""`make fuzz`: try other interleavings each time, and make one that breaks a promise as short as possible.

With `--bugs` it plants one bug after another, and says after how many interleavings each was found.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import Phase
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.interleavings import SingleGifts
from tests.stateful.known import KNOWN, play
from tests.stateful.monthly_interleavings import MonthlyGifts
from tests.stateful.planted_bugs import PLANTED_BUGS
from tests.stateful.running import examples_until_found, interleavings, on_cluster
from tests.support.databases import make_template
from tests.support.postgres import throw_away_cluster

if TYPE_CHECKING:
    from argparse import Namespace

    from factually.foundation.embedded_postgres import EmbeddedCluster

_MACHINES: Final = (SingleGifts, MonthlyGifts)
_SHORTEN: Final = (Phase.generate, Phase.shrink)


def main() -> int:
    """Run; an interleaving that ends badly is printed as the program that repeats it."""
    parser = ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="interleavings to try of each machine")
    parser.add_argument("--steps", type=int, default=30, help="acts in each of them")
    parser.add_argument(
        "--bugs", nargs="?", const="", metavar="WORD", help="plant the bugs that bear this word"
    )
    options = parser.parse_args()
    with throw_away_cluster() as cluster:
        make_template(cluster)
        if options.bugs is not None:
            return _find_bugs(cluster, options)
        many = interleavings(options.examples, options.steps, phases=_SHORTEN)
        for machine in _MACHINES:
            run_state_machine_as_test(on_cluster(machine, cluster), settings=many)
    return 0


def _find_bugs(cluster: EmbeddedCluster, options: Namespace) -> int:
    """Plant each bug for a while, and count those that no interleaving found."""
    many = interleavings(options.examples, options.steps, phases=(Phase.generate,))
    missed = 0
    for bug, planted in PLANTED_BUGS.items():
        if options.bugs not in bug:
            continue
        with pytest.MonkeyPatch.context() as patch:
            planted.plant(patch)
            known = [
                name
                for name, (machine, _) in KNOWN.items()
                if machine is planted.machine and _breaks(name, cluster)
            ]
            count = examples_until_found(on_cluster(planted.machine, cluster), many)
        missed += count is None
        found = f"{count} at random" if count else f"not found by {options.examples} at random"
        sys.stdout.write(f"{bug}: {found}; known: {', '.join(known) or 'none'}\n")
        sys.stdout.flush()
    return 1 if missed else 0


def _breaks(name: str, cluster: EmbeddedCluster) -> bool:
    try:
        play(name, cluster)
    except Exception:  # noqa: BLE001 - whatever a bug breaks, it is found
        return True
    return False


if __name__ == "__main__":
    raise SystemExit(main())
