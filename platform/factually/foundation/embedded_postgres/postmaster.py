"""What ``postmaster.pid`` claims, and whether it is still true.

PostgreSQL refuses to start while the process named there exists. In a container whose process 1 does not
reap, a killed server stays a zombie for ever, and after a restart the number may belong to anybody.
"""

import os
import subprocess
from pathlib import Path
from typing import Final

_PROCESSES: Final = Path("/proc")
_SERVER_NAME: Final = "postgres"


def live_server(data_directory: Path) -> int | None:
    """Return the process id of the server that really runs on ``data_directory``, or None."""
    try:
        first_line = (data_directory / "postmaster.pid").read_text().split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    if not first_line.isdigit():
        return None
    pid = int(first_line)
    return pid if _serves(pid, data_directory) else None


def mend_stale_lock(data_directory: Path) -> bool:
    """Remove ``postmaster.pid`` if no server stands behind it, and say whether one was removed.

    Only the holder of the exclusive lock may call this: nobody else starts a server meanwhile.
    """
    claim = data_directory / "postmaster.pid"
    if not claim.exists() or live_server(data_directory) is not None:
        return False
    claim.unlink()
    return True


def is_running(pid: int) -> bool:
    """Say whether a process exists and is more than a zombie nobody has reaped."""
    return _state_and_name(pid) is not None


def _serves(pid: int, data_directory: Path) -> bool:
    described = _state_and_name(pid)
    if described is None or described != _SERVER_NAME:
        return False
    if not _PROCESSES.is_dir():
        return True
    try:
        return (_PROCESSES / str(pid) / "cwd").readlink() == data_directory.resolve()
    except OSError:
        # Gone since, or another user's: a server of ours would be readable by us.
        return False


def _state_and_name(pid: int) -> str | None:
    """Return the process's program name, or None where it is gone or a zombie."""
    if not (_PROCESSES / "self").exists():
        return _name_by_ps(pid)
    try:
        # "pid (name) state ...", and the name may itself hold brackets and spaces.
        before, after = (_PROCESSES / str(pid) / "stat").read_text().rsplit(")", 1)
    except OSError:
        return None
    return None if after.split()[0] in {"Z", "X"} else before.split("(", 1)[1]


def _name_by_ps(pid: int) -> str | None:
    """Ask ``ps`` where there is no ``/proc`` (macOS)."""
    answer = subprocess.run(  # noqa: S603 - a fixed program and a number
        ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, name = answer.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else os.path.basename(name.strip())  # noqa: PTH119 - text
