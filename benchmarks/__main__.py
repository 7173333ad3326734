"""`make bench`: run all measurements, or those named, and write their reports."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks import abuse, differences, drafts, reading, rescreening, screening, stripe_down, webhooks
from tests.faults.__main__ import main as faults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MEASUREMENTS: Final[Mapping[str, Callable[[], None]]] = {
    "reading": reading.main,
    "differences": differences.main,
    "drafts": drafts.main,
    "screening": screening.main,
    "rescreening": rescreening.main,
    "abuse": abuse.main,
    "stripe_down": stripe_down.main,
    "webhooks": webhooks.main,
    "faults": partial(faults, ()),
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASUREMENTS)}; all if none")
    for name in parser.parse_args().names or MEASUREMENTS:
        MEASUREMENTS[name]()
