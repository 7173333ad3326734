"""The PostgreSQL server of one test run, and folders that the user who runs it can reach."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factually.foundation.embedded_postgres import bundled_binaries, installed_binaries, running_cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.foundation.embedded_postgres import EmbeddedCluster, Installation

# A test run's data are thrown away, so nothing waits for a disk.
_THROW_AWAY: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",
}
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder in it
_ROOM: Final = 4 << 30  # bytes; a container's usual 64 MB would be full at once


@contextmanager
def throw_away_cluster() -> Iterator[EmbeddedCluster]:
    """Run a server with fresh data for as long as the tests need it."""
    with (
        folder_in_memory() as folder,
        running_cluster(
            folder / "data", installation=installation_under_test(), settings=_THROW_AWAY
        ) as cluster,
    ):
        yield cluster


def installation_under_test() -> Installation:
    """The wheel's programs, or those in FACTUALLY_PG_BIN: Debian's 15 must pass the same tests."""
    programs = os.environ.get("FACTUALLY_PG_BIN")
    return installed_binaries(Path(programs)) if programs else bundled_binaries()


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A reachable folder for data, in memory where there is room, since a disk makes databases slowly.

    Programs don't belong in it, since such folders often forbid running any.
    """
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    with reachable_folder(_MEMORY if roomy else None) as folder:
        yield folder


@contextmanager
def reachable_folder(place: Path | None = None) -> Iterator[Path]:
    """A temporary folder that other users can pass through, unlike pytest's own under root."""
    folder = Path(tempfile.mkdtemp(prefix="factually-tests-", dir=place))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
