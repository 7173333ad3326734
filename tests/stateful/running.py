"""Runs a machine over many interleavings, until one of them ends badly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

if TYPE_CHECKING:
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.stateful.site import Site

_SAME_AGAIN: Final = 1
"""A bad interleaving is played once more, to be told."""


def on_cluster(machine: type[Site], cluster: EmbeddedCluster) -> type[Site]:
    """A machine over one PostgreSQL server."""
    return type(machine.__name__, (machine,), {"cluster": cluster})


def interleavings(
    examples: int, steps: int, *, phases: tuple[Phase, ...], repeatable: bool = False
) -> settings:
    """Say how many interleavings are tried, how many acts each has, and what is done with a bad one."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=phases,
        derandomize=repeatable,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def examples_until_found(machine: type[Site], how: settings) -> int | None:
    """Count the interleavings up to the first that ends badly, None where all end well."""
    try:
        run_state_machine_as_test(machine, settings=how)
    except Exception:  # noqa: BLE001 - whatever a bug breaks, it is found
        return machine.played - _SAME_AGAIN
    return None
