"""A database server of one day's own, whose power can be cut and comes back.

The server's process is killed, not the machine: what it handed to the system is kept, as a disk with power
would. Commits wait for that, as in production and unlike in all other tests.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from factually.foundation.embedded_postgres import running_cluster
from factually.foundation.embedded_postgres.postmaster import is_running, live_server
from factually.foundation.schema import APP_ROLE, OWNER_ROLE
from tests.support.databases import TEMPLATE, TestDatabase, make_template
from tests.support.postgres import folder_in_memory, installation_under_test

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SETTINGS: Final = {"fsync": "off", "max_wal_size": "256MB", "shared_buffers": "32MB"}
_DYING_SECONDS: Final = 10.0


def kill_server(data: Path) -> None:
    """End the server on these data at once: no checkpoint, no word to anybody; return when it is gone."""
    pid = live_server(data)
    if pid is None:
        return
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + _DYING_SECONDS
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)


@contextmanager
def prepared_data() -> Iterator[Path]:
    """Make data with a migrated database once, to be copied for each day."""
    with folder_in_memory() as folder:
        data = folder / "prepared"
        with running_cluster(data, installation=installation_under_test(), settings=_SETTINGS) as cluster:
            make_template(cluster)
        yield data


@contextmanager
def copied_data(prepared: Path) -> Iterator[Path]:
    """Copy the data for one day, and remove them after it."""
    with folder_in_memory() as folder:
        data = folder / "data"
        shutil.copytree(prepared, data, symlinks=True)
        owner = prepared.stat()
        for path in (data, *data.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
        yield data


@contextmanager
def server_on(data: Path) -> Iterator[TestDatabase]:
    """Run a server on the data, also after its predecessor was killed; its address is a new one."""
    with running_cluster(data, installation=installation_under_test(), settings=_SETTINGS) as cluster:
        yield TestDatabase(
            app_url=cluster.url(user=APP_ROLE, database=TEMPLATE),
            owner_url=cluster.url(user=OWNER_ROLE, database=TEMPLATE),
        )
