"""`make fuzz`: try other interleavings each time, and make one that breaks a promise as short as possible."""

from __future__ import annotations

from argparse import ArgumentParser

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.interleavings import interleavings_on
from tests.support.databases import make_template
from tests.support.postgres import throw_away_cluster


def main() -> None:
    """Run; an interleaving that ends badly is printed as the program that repeats it."""
    parser = ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=200, help="interleavings to try")
    parser.add_argument("--steps", type=int, default=40, help="acts in each of them")
    options = parser.parse_args()
    many = settings(
        max_examples=options.examples,
        stateful_step_count=options.steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    with throw_away_cluster() as cluster:
        make_template(cluster)
        run_state_machine_as_test(interleavings_on(cluster), settings=many)


if __name__ == "__main__":
    main()
