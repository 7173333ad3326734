"""Programs of ours as real processes: starting them, and seeing that they are gone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from factually.foundation.embedded_postgres.postmaster import is_running

if TYPE_CHECKING:
    from collections.abc import Callable


def start_program(
    argv: list[str],
    *,
    uid: int | None = None,
    environment: dict[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    leader: bool = False,
) -> subprocess.Popen[str]:
    """Start a program with both of its outputs in one pipe.

    Args:
        argv: The program and its arguments.
        uid: Another user to run it, which only root can ask for.
        environment: Variables on top of ours.
        stdin: Its standard input: none unless given.
        leader: Whether it leads a session and so a process group of its own.
    """
    return subprocess.Popen(
        argv,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=uid,
        group=uid,
        extra_groups=None if uid is None else [],
        cwd="/",
        env={**os.environ, **(environment or {})},
        start_new_session=leader,
    )


def python_for(uid: int) -> list[str] | None:
    """Find a Python that another user can start and that imports the application, as an argv."""
    paths = os.pathsep.join(entry for entry in sys.path if entry)
    for program in (sys.executable, "/usr/bin/python3"):
        argv = ["/usr/bin/env", f"PYTHONPATH={paths}", program]
        with start_program([*argv, "-c", "import factually.foundation.embedded_postgres"], uid=uid) as probe:
            probe.communicate()
        if probe.returncode == 0:
            return argv
    return None


def end_of(pid: int, *, seconds: float) -> bool:
    """Wait until a process is gone, and say whether it went in time."""
    return comes_true(lambda: not is_running(pid), seconds=seconds)


def comes_true(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Wait until a condition holds, and say whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
