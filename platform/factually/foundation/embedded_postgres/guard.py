"""The guard: a small process that stops the server as soon as its launcher is gone, for whatever reason."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from factually.foundation.embedded_postgres.binaries import Installation
from factually.foundation.embedded_postgres.server_user import ServerUser

# A shell, because root's virtual environment may be out of reach of the user that runs this. Its standard
# input is a pipe whose other end only the launcher holds: the end of that pipe is the end of the launcher. A
# launcher killed during a start leaves a server that is only just coming up, hence the few tries. The wait is
# bounded, because a killed server that nobody reaps never removes its claim.
_SCRIPT: Final = """
trap '' HUP INT TERM
while read -r _; do :; done
tries=0
until "$1" -D "$2" -m fast -w -t 20 stop; do
  tries=$((tries + 1))
  if [ "$tries" -ge 10 ] || { [ "$tries" -ge 2 ] && [ -f "$2/postmaster.pid" ]; }; then break; fi
  sleep 0.1
done
rm -rf "$3"
"""


@contextmanager
def guarding(
    installation: Installation, user: ServerUser, *, data: Path, sockets: Path, lock: int
) -> Iterator[None]:
    """Have a server on ``data`` stopped when this block ends or this process dies.

    Both ways are one: the pipe closes. Entered before the server starts, so that no moment is unguarded.

    Args:
        installation: Whose ``pg_ctl`` stops the server.
        user: Who runs the server and so the guard.
        data: The data directory.
        sockets: The socket folder, removed after the stop.
        lock: The lock's file descriptor, kept by the guard until the server is gone.
    """
    reading, writing = os.pipe()
    with os.fdopen(reading) as guards_end, os.fdopen(writing, "w") as ours:
        guard = user.start(
            ["/bin/sh", "-c", _SCRIPT, "postgres-guard", installation.program("pg_ctl"), data, sockets],
            stdin=reading,
            output=subprocess.DEVNULL,
            keep_open=[lock],
        )
        guards_end.close()
        with guard:
            try:
                yield
            finally:
                ours.close()
