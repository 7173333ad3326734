from __future__ import annotations

import os
import re
import resource
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from factually.demonstration.ports import HOST, free_port
from factually.demonstration.processes import answers_ok
from factually.foundation.embedded_postgres.exclusive import exclusive_lock
from tests.support.demonstration import COMMAND, Demo, running_demo
from tests.support.postgres import folder_in_memory
from tests.support.programs import start_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.demonstration import FirstStart
    from tests.support.site import RunningSite


def test_a_first_start_shows_every_part_and_ctrl_c_leaves_nothing(first_start: FirstStart) -> None:
    demo = first_start.demo
    assert demo.process.returncode == 0
    assert demo.address("The site") == first_start.port
    assert re.search(r"Auditor +\S+@example\.org", demo.printed)
    assert first_start.nothing_left


def test_a_second_start_takes_under_five_seconds_at_the_same_addresses(first_start: FirstStart) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with running_demo(first_start.state, first_start.port) as demo:
        assert demo.printed == first_start.demo.printed
        demo.process.send_signal(signal.SIGTERM)
        assert demo.rest().strip() == "Stopped."
    assert demo.process.returncode == 0
    assert demo.nothing_left()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # Processor time, which other load hardly changes: two cores give this much in five seconds.
    assert used < 10


@dataclass(frozen=True)
class Reset:
    """A demonstration that forgot everything, and was then killed."""

    printed: str
    keys_before: str
    keys_after: str
    nothing_left: bool


@pytest.fixture(scope="module")
def reset(first_start: FirstStart) -> Iterator[Reset]:
    """Start anew where a demonstration was, and kill what has started with SIGKILL."""
    with folder_in_memory() as folder:
        state = folder / "state"
        first_start.copy_to(state)
        keys = (state / "keys.json").read_text()
        with running_demo(state, free_port(), "--reset") as demo:
            made = (state / "keys.json").read_text()
            demo.process.kill()
        yield Reset(demo.printed, keys, made, demo.nothing_left())
        with exclusive_lock(state / "postgres"):
            pass


def test_a_reset_starts_anew(reset: Reset) -> None:
    assert reset.keys_after != reset.keys_before
    assert "Auditor" in reset.printed


def test_a_demonstration_killed_with_sigkill_leaves_nothing(reset: Reset) -> None:
    assert reset.nothing_left


def test_the_death_of_one_process_ends_all_with_its_name_and_exit_code_one(first_start: FirstStart) -> None:
    with running_demo(first_start.state, first_start.port) as demo:
        mailbox = next(child for child in demo.children if b"mailbox" in command_line(child))
        os.kill(mailbox, signal.SIGKILL)
        assert "mailbox stopped by itself (by signal SIGKILL)" in demo.rest()
    assert demo.process.returncode == 1
    assert demo.nothing_left()


def test_started_by_a_parent_that_was_killed_it_ends_as_well(first_start: FirstStart) -> None:
    where = ("--state", str(first_start.state), "--port", str(first_start.port))
    shell = ["/bin/sh", "-c", '"$@" & wait', "sh", COMMAND, "demo", *where, "--with-parent"]
    with start_program(shell, leader=True) as parent:
        demo = Demo(parent, first_start.state)
        parent.kill()
        assert demo.nothing_left()


def test_a_second_demonstration_on_the_same_data_is_refused_without_harm(site: RunningSite) -> None:
    for more in ((), ("--reset",)):
        argv = [COMMAND, "demo", "--state", str(site.state), "--port", str(free_port()), *more]
        with start_program(argv) as second:
            assert second.stdout is not None
            assert "is already in use by process" in second.stdout.read()
        assert second.returncode == 1
    assert answers_ok(HOST, urlsplit(site.url).port or 0, "/readyz")


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
