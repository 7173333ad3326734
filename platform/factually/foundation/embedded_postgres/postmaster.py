"""What ``postmaster.pid`` claims, and whether it is still true.

PostgreSQL refuses to start while the process named there exists. In a container whose process 1 does not
reap, a killed server stays a zombie for ever, and after a restart the number may belong to anybody.
"""

import subprocess
from pathlib import Path
from typing import Final

PROCESSES: Final = Path("/proc")
_SERVER_NAME: Final = "postgres"
_SOCKET_LINE: Final = 4  # as PostgreSQL's miscadmin.h numbers them from 1: LOCK_FILE_LINE_SOCKET_DIR
_GONE: Final = frozenset("ZX")


def live_server(data_directory: Path, *, processes: Path = PROCESSES) -> int | None:
    """Return the process id of the server that really runs on ``data_directory``, or None.

    Args:
        data_directory: The data.
        processes: Where the system shows its processes; where that is not, ``ps`` is asked, which cannot tell
            in which folder a process runs.
    """
    claimed = _claim(data_directory)[0]
    if not claimed.isdigit():
        return None
    pid = int(claimed)
    return pid if _serves(pid, data_directory.resolve(), processes) else None


def claimed_socket_directory(data_directory: Path) -> Path | None:
    """Return the socket folder of the server that made the claim, or None where there is no claim."""
    lines = _claim(data_directory)
    return Path(lines[_SOCKET_LINE]) if len(lines) > _SOCKET_LINE and lines[_SOCKET_LINE] else None


def mend_stale_lock(data_directory: Path) -> bool:
    """Remove ``postmaster.pid`` if no server stands behind it, and say whether one was removed.

    Only the holder of the exclusive lock may call this: nobody else starts a server meanwhile.
    """
    claim = data_directory / "postmaster.pid"
    if not claim.exists() or live_server(data_directory) is not None:
        return False
    claim.unlink()
    return True


def is_running(pid: int, *, processes: Path = PROCESSES) -> bool:
    """Say whether a process exists and is more than a zombie nobody has reaped."""
    return _name_if_running(pid, processes) is not None


def _claim(data_directory: Path) -> list[str]:
    try:
        return (data_directory / "postmaster.pid").read_text().split("\n")
    except FileNotFoundError:
        return [""]


def _serves(pid: int, data_directory: Path, processes: Path) -> bool:
    if _name_if_running(pid, processes) != _SERVER_NAME:
        return False
    if not _shows_processes(processes):
        return True
    try:
        return (processes / str(pid) / "cwd").readlink() == data_directory
    except OSError:
        # Gone since, or another user's: a server of ours would be readable by us.
        return False


def _shows_processes(folder: Path) -> bool:
    return (folder / "self").exists()


def _name_if_running(pid: int, processes: Path) -> str | None:
    """Return the process's program name, or None where it is gone or a zombie."""
    if not _shows_processes(processes):
        return _name_by_ps(pid)
    try:
        # "pid (name) state ...", and the name may itself hold brackets and spaces.
        before, after = (processes / str(pid) / "stat").read_text().rsplit(")", 1)
    except OSError:
        return None
    return None if after.split()[0] in _GONE else before.split("(", 1)[1]


def _name_by_ps(pid: int) -> str | None:
    answer = subprocess.run(  # noqa: S603 - a fixed program and a number
        ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, path = answer.stdout.strip().partition(" ")
    return None if not state or state[0] in _GONE else Path(path.strip()).name
