"""One worker on one partition, as a process that can be killed; see `register_changes.working_process`."""

from __future__ import annotations

import sys
from pathlib import Path

from factually.donations.rescreening_walks import RunWork
from factually.foundation.clock import SystemClock
from factually.foundation.crypto import Keyring
from factually.foundation.database import opened_database

SECRET = b"a made-up key for tests, 32 bytes"
"""The secret of the `keyring` fixture."""


def main(url: str, derived: str, run_id: str, number: str) -> None:
    """Walk the partition, one donor a batch."""
    with opened_database(url, derived=Path(derived)) as database:
        work = RunWork(database, Keyring.from_secret(SECRET), SystemClock(), int(run_id), donors_at_once=1)
        work.walk(int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
