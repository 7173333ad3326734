"""A few interleavings at each run, the same ones; `make fuzz` tries more of all kinds, others each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.interleavings import SingleGifts
from tests.stateful.known import KNOWN, play
from tests.stateful.monthly_interleavings import MonthlyGifts
from tests.stateful.running import interleavings, on_cluster

if TYPE_CHECKING:
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.stateful.site import Site


@pytest.mark.parametrize("name", KNOWN)
def test_a_hard_interleaving_keeps_the_promises(name: str, cluster: EmbeddedCluster) -> None:
    play(name, cluster)


@pytest.mark.parametrize("machine", [SingleGifts, MonthlyGifts])
def test_any_interleaving_keeps_the_promises(machine: type[Site], cluster: EmbeddedCluster) -> None:
    few = interleavings(1, 10, phases=(Phase.generate,), repeatable=True)
    run_state_machine_as_test(on_cluster(machine, cluster), settings=few)
