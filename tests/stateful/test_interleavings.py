"""A few interleavings at each run, the same ones; `make fuzz` tries more, and others each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.interleavings import interleavings_on

if TYPE_CHECKING:
    from factually.foundation.embedded_postgres import EmbeddedCluster


def test_any_interleaving_keeps_the_promises(cluster: EmbeddedCluster) -> None:
    few = settings(
        max_examples=3,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(interleavings_on(cluster), settings=few)
