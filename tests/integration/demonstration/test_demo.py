from __future__ import annotations

import os
import re
import resource
import signal
import socket
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from factually.demonstration.ports import HOST, free_port
from factually.demonstration.processes import answers_ok, listens
from factually.foundation.embedded_postgres.exclusive import exclusive_lock
from factually.foundation.embedded_postgres.postmaster import live_server
from tests.support.postgres import folder_in_memory
from tests.support.programs import end_of, start_program

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

COMMAND: Final = str(Path(sys.executable).with_name("factually"))
LAST_LINE: Final = "Ctrl-C stops everything."


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """One demonstration's folder: what later starts find of earlier ones is part of what is tested."""
    with folder_in_memory() as folder:
        yield folder / "state"
        with exclusive_lock(folder / "state" / "postgres"):
            pass


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


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
            if LAST_LINE in line:
                break
        return "".join(lines)

    def address(self, name: str) -> int:
        found = re.search(rf"{name} +http://127\.0\.0\.1:(\d+)", self.printed)
        assert found is not None, self.printed
        return int(found.group(1))

    def nothing_left(self) -> bool:
        return all(end_of(child, seconds=15) for child in self.children)

    def rest(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.read()


@contextmanager
def running_demo(state: Path, port: int, *more: str) -> Iterator[Demo]:
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


@pytest.fixture(scope="module")
def first_start(state: Path, port: int) -> Demo:
    """Start once from nothing, look round, and stop by Ctrl-C."""
    with running_demo(state, port) as demo:
        assert answers_ok(HOST, demo.address("The site"), "/readyz")
        assert answers_ok(HOST, demo.address("Its mail"), "/")
        assert listens(HOST, demo.address("Payments"))
        demo.process.send_signal(signal.SIGINT)
        assert demo.rest().strip() == "Stopped."
    return demo


def test_a_first_start_shows_every_part_and_ctrl_c_leaves_nothing(first_start: Demo, port: int) -> None:
    assert first_start.process.returncode == 0
    assert first_start.address("The site") == port
    assert re.search(r"Auditor +\S+@example\.org", first_start.printed)
    assert first_start.nothing_left()


def test_a_second_start_takes_under_five_seconds_at_the_same_addresses(
    first_start: Demo, state: Path, port: int
) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with running_demo(state, port) as demo:
        assert demo.printed == first_start.printed
        demo.process.send_signal(signal.SIGTERM)
        assert demo.rest().strip() == "Stopped."
    assert demo.process.returncode == 0
    assert demo.nothing_left()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # Processor time, which other load hardly changes: two cores give this much in five seconds.
    assert used < 10


@pytest.mark.usefixtures("first_start")
def test_a_demonstration_killed_with_sigkill_leaves_nothing(state: Path, port: int) -> None:
    with running_demo(state, port) as demo:
        demo.process.kill()
        demo.process.wait()
        assert demo.nothing_left()


@pytest.mark.usefixtures("first_start")
def test_the_death_of_one_process_ends_all_with_its_name_and_exit_code_one(state: Path, port: int) -> None:
    with running_demo(state, port) as demo:
        mailbox = next(child for child in demo.children if b"mailbox" in command_line(child))
        os.kill(mailbox, signal.SIGKILL)
        assert "mailbox stopped by itself (by signal SIGKILL)" in demo.rest()
    assert demo.process.returncode == 1
    assert demo.nothing_left()


@pytest.mark.usefixtures("first_start")
def test_started_by_a_parent_that_was_killed_it_ends_as_well(state: Path, port: int) -> None:
    argv = [COMMAND, "demo", "--state", str(state), "--port", str(port), "--with-parent"]
    shell = ["/bin/sh", "-c", '"$@" & wait', "sh", *argv]
    with start_program(shell, leader=True) as parent:
        demo = Demo(parent, state)
        parent.kill()
        assert demo.nothing_left()


@pytest.mark.usefixtures("first_start")
def test_a_second_demonstration_on_the_same_data_is_refused_without_harm(state: Path, port: int) -> None:
    with running_demo(state, port) as demo:
        for more in ((), ("--reset",)):
            argv = [COMMAND, "demo", "--state", str(state), "--port", str(free_port()), *more]
            with start_program(argv) as second:
                assert second.stdout is not None
                assert "is already in use by process" in second.stdout.read()
            assert second.returncode == 1
        assert answers_ok(HOST, demo.address("The site"), "/readyz")


@pytest.mark.usefixtures("first_start")
def test_a_reset_starts_anew(state: Path, port: int) -> None:
    keys = (state / "keys.json").read_text()
    with running_demo(state, port, "--reset"):
        assert (state / "keys.json").read_text() != keys


def test_a_port_in_use_is_one_sentence_and_nothing_is_made(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        argv = [COMMAND, "demo", "--state", str(tmp_path / "state"), "--port", str(port)]
        with start_program(argv) as process:
            assert process.stdout is not None
            printed = process.stdout.read()
    assert printed.startswith(f"Error: Port {port} is in use: stop what uses it")
    assert printed.count("\n") == 1
    assert process.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_an_installed_postgresql_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    argv = [COMMAND, "demo", "--state", str(tmp_path / "state"), "--port", str(free_port())]
    with start_program(argv, environment={"FACTUALLY_PG_BIN": "/nowhere"}) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
    assert printed.startswith("Error: There are no PostgreSQL programs for this machine")
    assert process.returncode == 1


def command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
