"""A lifeline to the parent: a process that holds one ends itself when its parent is gone.

A parent killed with SIGKILL cannot stop its children. It gives each a pipe as standard input and keeps the
other end; the system closes that end with the parent, whatever it died of.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Final

_GRACE_SECONDS: Final = 10.0
_CHUNK: Final = 4096


def end_with_parent(*, lifeline: int = 0, grace_seconds: float = _GRACE_SECONDS) -> None:
    """Watch the lifeline in the background, and terminate this process once it ends.

    The process gets SIGTERM, as from a person, and so stops in its usual way. If it has not stopped after the
    grace period, it is killed together with its process group, where it leads one.

    Args:
        lifeline: File descriptor of the pipe's reading end: standard input unless given.
        grace_seconds: How long a usual stop may take.
    """
    watcher = threading.Thread(target=_watch, args=(lifeline, grace_seconds), name="lifeline", daemon=True)
    watcher.start()


def _watch(lifeline: int, grace_seconds: float) -> None:
    while os.read(lifeline, _CHUNK):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    _kill_ourselves()


def _kill_ourselves() -> None:
    own = os.getpid()
    if os.getpgid(0) == own:
        os.killpg(own, signal.SIGKILL)
    os.kill(own, signal.SIGKILL)
