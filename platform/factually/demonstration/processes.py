"""Child processes of one command: started together, watched together, and gone together.

Each child has a session of its own, so that Ctrl-C reaches only the supervisor, which then stops them in
order; and each has a lifeline (`foundation.lifeline`), so that none outlives a supervisor that was killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from types import FrameType

_PAUSE_SECONDS: Final = 0.05
_ANSWER_SECONDS: Final = 2.0
_SHOWN_LINES: Final = 12
_OK: Final = 200
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildDied(Unavailable):
    """A child ended by itself or never got ready, so the whole is stopped; the message has its last lines."""

    code = "child_died"


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """What to start.

    Attributes:
        name: Short name, also of its log file.
        argv: The program by its absolute path, and its arguments.
        environment: Its whole environment.
        ready: Says whether it can be used now; asked again and again until it says yes.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    ready: Callable[[], bool]


@dataclass(slots=True)
class _Child:
    spec: ProcessSpec
    process: subprocess.Popen[bytes]
    log: Path


class Supervisor:
    """The children of this process; made by `supervising`."""

    def __init__(self, *, logs: Path, directory: Path, lifeline: int) -> None:
        self._logs = logs
        self._directory = directory
        self._lifeline = lifeline
        self._children: list[_Child] = []

    def start(self, spec: ProcessSpec) -> None:
        """Start one child; what it prints goes to ``<name>.log`` in the folder of logs.

        Raises:
            ChildDied: Its program cannot be executed.
        """
        log = self._logs / f"{spec.name}.log"
        try:
            with log.open("wb") as output:
                process = subprocess.Popen(  # noqa: S603 - our own programs, with arguments made here
                    spec.argv,
                    stdin=self._lifeline,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=self._directory,
                    env=dict(spec.environment),
                    start_new_session=True,
                )
        except OSError as error:
            raise ChildDied(f"{spec.name} cannot be started: {error.strerror}: {spec.argv[0]}.") from error
        self._children.append(_Child(spec, process, log))

    def wait_until_ready(self, *, seconds: float = 60) -> None:
        """Wait until every child says it is ready.

        Raises:
            ChildDied: One ended, or was not ready in time.
        """
        deadline = time.monotonic() + seconds
        for child in self._children:
            while not child.spec.ready():
                self.check()
                if time.monotonic() > deadline:
                    raise ChildDied(
                        f"{child.spec.name} was not ready within {seconds:g} seconds.{_tail(child)}"
                    )
                time.sleep(_PAUSE_SECONDS)
        self.check()

    def wait(self, *, until: Callable[[], bool]) -> None:
        """Wait until a condition holds; a signal or the death of a child ends the wait earlier.

        Raises:
            ChildDied: A child ended.
        """
        while not until():
            self.check()
            time.sleep(_PAUSE_SECONDS * 4)

    def check(self) -> None:
        """See that all children live.

        Raises:
            ChildDied: One does not.
        """
        for child in self._children:
            status = child.process.poll()
            if status is not None:
                raise ChildDied(f"{child.spec.name} stopped by itself ({_ending(status)}).{_tail(child)}")

    def stop(self, *, grace_seconds: float) -> None:
        """Stop the children, last started first: SIGTERM, and after the grace period SIGKILL."""
        for child in reversed(self._children):
            if child.process.poll() is None:
                child.process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(grace_seconds)
            # Also where the child itself ended well: what it started may not have.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


@contextmanager
def supervising(*, logs: Path, directory: Path, grace_seconds: float = 10) -> Iterator[Supervisor]:
    """Supervise children for the length of a ``with`` block, and leave none behind.

    Args:
        logs: Existing folder for their output.
        directory: Where they run.
        grace_seconds: How long one may take to stop before it is killed.
    """
    reading, writing = os.pipe()
    supervisor = Supervisor(logs=logs, directory=directory, lifeline=reading)
    try:
        yield supervisor
    finally:
        supervisor.stop(grace_seconds=grace_seconds)
        os.close(writing)
        os.close(reading)


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into one KeyboardInterrupt; more of them don't disturb the stopping."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in _STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    # Under nohup a hangup is no wish to stop.
    wanted = [number for number in _STOP_SIGNALS if number != signal.SIGHUP or not _is_ignored(number)]
    before = {number: signal.signal(number, stop) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold those signals back for a moment: a greeting cut in two would be printed twice."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN


def answers_ok(host: str, port: int, path: str) -> bool:
    """Say whether ``GET path`` is answered with 200."""
    connection = HTTPConnection(host, port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == _OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def listens(host: str, port: int) -> bool:
    """Say whether somebody accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=_ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def _ending(status: int) -> str:
    if status < 0:
        return f"by signal {signal.Signals(-status).name}"
    return f"exit code {status}"


def _tail(child: _Child) -> str:
    lines = child.log.read_text(errors="replace").rstrip().splitlines()[-_SHOWN_LINES:]
    if not lines:
        return " It printed nothing."
    return "\n" + "\n".join(f"  {child.spec.name} | {line}" for line in lines)
