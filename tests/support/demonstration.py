"""The demonstration as a newcomer starts it: the command, its processes, and what its first start leaves."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factually.demonstration.ports import HOST, free_port
from factually.demonstration.processes import answers_ok, listens
from factually.foundation.embedded_postgres.exclusive import exclusive_lock
from factually.foundation.embedded_postgres.postmaster import live_server
from tests.support.postgres import folder_in_memory
from tests.support.programs import end_of, start_program

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND: Final = str(Path(sys.executable).with_name("factually"))
_LAST_LINE: Final = "Ctrl-C stops everything."


class Demo:
    """A demonstration that runs, what it printed so far, and all of its processes."""

    def __init__(self, process: subprocess.Popen[str], state: Path) -> None:
        self.process = process
        self.printed = self._read_until_running()
        server = live_server(state / "postgres")
        assert server is not None, self.printed
        self.children = {*descendants(process.pid), server}

    def _read_until_running(self) -> str:
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if _LAST_LINE in line:
                break
        return "".join(lines)

    def address(self, name: str) -> int:
        """Return the port of one part by its name in the greeting."""
        found = re.search(rf"{name} +http://127\.0\.0\.1:(\d+)", self.printed)
        assert found is not None, self.printed
        return int(found.group(1))

    def nothing_left(self) -> bool:
        """Tell whether all of its processes end soon."""
        return all(end_of(child, seconds=15) for child in self.children)

    def rest(self) -> str:
        """Return what it prints until its end."""
        assert self.process.stdout is not None
        return self.process.stdout.read()


@contextmanager
def running_demo(state: Path, port: int, *more: str) -> Iterator[Demo]:
    """Run the command in a folder, at a port; it is asked to stop at the end of the block."""
    argv = [COMMAND, "demo", "--state", str(state), "--port", str(port), *more]
    with start_program(argv, leader=True) as process:
        try:
            yield Demo(process, state)
        finally:
            process.send_signal(signal.SIGTERM)


def descendants(pid: int) -> set[int]:
    """Return all processes below ``pid``, by what /proc says now."""
    parents = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(process.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


@dataclass(frozen=True)
class FirstStart:
    """A start from nothing, which has stopped, and what it left.

    Attributes:
        demo: What it printed.
        nothing_left: Whether all of its processes ended with it.
        state: Its folder, in which later starts may go on.
        port: Where its site listened.
        kept: The folder's content as the first start left it.
    """

    demo: Demo
    nothing_left: bool
    state: Path
    port: int
    kept: Path

    def copy_to(self, state: Path) -> None:
        """Make a folder in which a start finds a demonstration that was started once.

        Loading the register takes a first start most of its time: only what is about that needs its own.
        """
        _copy(self.kept, state)
        # Two that run at the same time would want the same ones.
        (state / "ports.json").unlink()


@contextmanager
def first_start_from_nothing() -> Iterator[FirstStart]:
    """Start once from nothing, look round, and stop by Ctrl-C."""
    with folder_in_memory() as folder:
        state, port = folder / "state", free_port()
        with running_demo(state, port) as demo:
            assert answers_ok(HOST, demo.address("The site"), "/readyz")
            assert answers_ok(HOST, demo.address("Its mail"), "/")
            assert listens(HOST, demo.address("Payments"))
            demo.process.send_signal(signal.SIGINT)
            assert demo.rest().strip() == "Stopped."
        nothing_left = demo.nothing_left()
        _copy(state, folder / "kept")
        yield FirstStart(demo, nothing_left, state, port, folder / "kept")
        with exclusive_lock(state / "postgres"):
            pass


def _copy(source: Path, target: Path) -> None:
    """Copy a folder with its files' owners, since PostgreSQL reads none of another user."""
    subprocess.run(["/bin/cp", "-a", source, target], check=True)
