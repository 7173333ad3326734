"""The demonstration's database for one command, whether the demonstration runs or not."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from factually.demonstration.environment import DATABASE, demo_keys, process_environment
from factually.demonstration.ports import remembered_ports
from factually.foundation.embedded_postgres import (
    attached_cluster,
    make_parents,
    reachable_data_directory,
    running_cluster,
)
from factually.foundation.schema import provision, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from factually.foundation.embedded_postgres import EmbeddedCluster

_USUAL_PORT: Final = 8000


@contextmanager
def borrowed_environment(
    base: Mapping[str, str], *, root: Path, state: Path, load: Callable[[Mapping[str, str]], object]
) -> Iterator[Mapping[str, str]]:
    """Lend the environment of the demonstration, starting and preparing its database if it isn't running.

    Args:
        base: The caller's environment.
        root: The checkout.
        state: The demonstration's folder.
        load: Loads sample content by the settings in the environment it is given.

    Raises:
        CannotStart: One sentence says why.
    """
    make_parents(state / "any")
    state.mkdir(exist_ok=True)
    data = reachable_data_directory(state / "postgres")

    def environment(cluster: EmbeddedCluster) -> dict[str, str]:
        ports = remembered_ports(state / "ports.json", otherwise=_USUAL_PORT)
        keys = demo_keys(state / "keys.json")
        return process_environment(base, cluster=cluster, ports=ports, keys=keys, state=state)

    running = attached_cluster(data)
    if running is not None:
        yield environment(running)
        return
    with running_cluster(data) as cluster:
        variables = environment(cluster)
        provision(cluster.url(), DATABASE)
        upgrade(variables["DATABASE_OWNER_URL"], root)
        load(variables)
        yield variables
