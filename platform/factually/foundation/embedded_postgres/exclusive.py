"""One launcher per data directory: a lock that lives exactly as long as the launcher or its guard."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from factually.foundation.embedded_postgres.errors import CannotStart
from factually.foundation.embedded_postgres.postmaster import is_running

_PATIENCE_SECONDS: Final = 15.0
_PAUSE_SECONDS: Final = 0.05


@contextmanager
def exclusive_lock(data_directory: Path) -> Iterator[int]:
    """Hold the lock beside ``data_directory`` and give its file descriptor, for the guard to inherit.

    The guard keeps the lock until the server has stopped, so a start right after a killed one waits for that
    instead of meeting a server on its way out.

    Raises:
        CannotStart: Another launcher uses the same data, or the lock file cannot be written.
    """
    path = data_directory.with_name(f"{data_directory.name}.lock")
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"There is no permission to write in {path.parent}: {error.strerror}."
        raise CannotStart(message) from error
    try:
        _acquire(file, data_directory)
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        yield file
    finally:
        os.close(file)


def _acquire(file: int, data_directory: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 20, 0).decode()
            owned = holder.isdigit() and is_running(int(holder))
            if owned or time.monotonic() > deadline:
                by = f" by process {holder}" if owned else ""
                message = f"The database in {data_directory} is already in use{by}: stop that one first."
                raise CannotStart(message) from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return
