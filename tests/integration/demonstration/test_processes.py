from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from factually.demonstration.ports import HOST, free_port
from factually.demonstration.processes import (
    ChildDied,
    ProcessSpec,
    answers_ok,
    listens,
    stopping_on_signals,
    supervising,
    undisturbed,
)
from tests.support.programs import comes_true, end_of, start_program

if TYPE_CHECKING:
    from pathlib import Path

# Says when it stops, into a file that all share, so that the order can be seen.
NOTING = """
import pathlib, signal, sys, time
from factually.foundation.lifeline import end_with_parent
name, notes = sys.argv[1], pathlib.Path(sys.argv[2])
def stop(number, frame):
    with notes.open("a") as file:
        file.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
end_with_parent(grace_seconds=1)
(notes.parent / f"{name}.up").touch()
time.sleep(60)
"""
STUBBORN = """
import signal, subprocess, sys, time, pathlib
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["/bin/sleep", "60"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""
SUPERVISOR = """
import pathlib, sys
from factually.demonstration.processes import ProcessSpec, stopping_on_signals, supervising
folder = pathlib.Path(sys.argv[1])
try:
    with stopping_on_signals(), supervising(logs=folder, directory=folder) as supervisor:
        for name in ("first", "second"):
            argv = (sys.executable, "-c", sys.argv[2], name, str(folder / "notes"))
            supervisor.start(ProcessSpec(name, argv, {}, (folder / f"{name}.up").exists))
        supervisor.wait_until_ready()
        print(*(child.process.pid for child in supervisor._children), flush=True)
        supervisor.wait(until=lambda: False)
except KeyboardInterrupt:
    print("asked to stop", flush=True)
"""


def spec(name: str, *arguments: str, program: str = NOTING, ready: Path | None = None) -> ProcessSpec:
    check = (lambda: True) if ready is None else ready.exists
    return ProcessSpec(name, (sys.executable, "-c", program, *arguments), {}, check)


def test_children_run_until_the_block_ends_and_stop_in_reverse_order(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with supervising(logs=tmp_path, directory=tmp_path) as supervisor:
        for name in ("database", "web"):
            supervisor.start(spec(name, name, str(notes), ready=tmp_path / f"{name}.up"))
        supervisor.wait_until_ready()
        assert not notes.exists()
    assert notes.read_text().split() == ["web", "database"]


def test_a_child_that_dies_is_named_with_its_last_words(tmp_path: Path) -> None:
    program = "print('no such table'); raise SystemExit(3)"
    with (
        pytest.raises(ChildDied, match=r"web stopped by itself \(exit code 3\)\.\n  web \| no such table"),
        supervising(logs=tmp_path, directory=tmp_path) as supervisor,
    ):
        supervisor.start(spec("web", program=program))
        supervisor.wait(until=lambda: False)


def test_a_child_killed_from_outside_is_told_from_one_that_failed(tmp_path: Path) -> None:
    program = "import os; os.kill(os.getpid(), 9)"
    with (
        pytest.raises(ChildDied, match=r"web stopped by itself \(by signal SIGKILL\)\. It printed nothing"),
        supervising(logs=tmp_path, directory=tmp_path) as supervisor,
    ):
        supervisor.start(spec("web", program=program))
        supervisor.wait(until=lambda: False)


def test_a_child_that_is_never_ready_is_an_error_and_is_stopped(tmp_path: Path) -> None:
    up = tmp_path / "slow.up"
    with (
        pytest.raises(ChildDied, match=r"slow was not ready within 0\.3 seconds"),
        supervising(logs=tmp_path, directory=tmp_path) as supervisor,
    ):
        supervisor.start(spec("slow", "slow", str(tmp_path / "notes"), ready=tmp_path / "never"))
        assert comes_true(up.exists, seconds=10)
        supervisor.wait_until_ready(seconds=0.3)
    assert (tmp_path / "notes").read_text() == "slow\n"


def test_a_program_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    missing = ProcessSpec("web", ("/nowhere/python",), {}, lambda: True)
    with (
        pytest.raises(ChildDied, match=r"web cannot be started: No such file or directory: /nowhere/python"),
        supervising(logs=tmp_path, directory=tmp_path) as supervisor,
    ):
        supervisor.start(missing)


def test_a_child_that_ignores_the_wish_to_stop_is_killed_with_what_it_started(tmp_path: Path) -> None:
    started = tmp_path / "grandchild"
    with supervising(logs=tmp_path, directory=tmp_path, grace_seconds=0.2) as supervisor:
        supervisor.start(spec("web", str(started), program=STUBBORN, ready=started))
        supervisor.wait_until_ready()
        assert comes_true(lambda: started.read_text() != "", seconds=2)
    assert end_of(int(started.read_text()), seconds=2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_supervisor_stops_all_children_in_order(tmp_path: Path, number: int) -> None:
    with start_program([sys.executable, "-c", SUPERVISOR, str(tmp_path), NOTING], leader=True) as supervisor:
        assert supervisor.stdout is not None
        children = [int(pid) for pid in supervisor.stdout.readline().split()]
        os.killpg(supervisor.pid, number)
        assert supervisor.stdout.read() == "asked to stop\n"
    assert supervisor.returncode == 0
    assert (tmp_path / "notes").read_text().split() == ["second", "first"]
    assert all(end_of(child, seconds=1) for child in children)


def test_nothing_is_left_running_after_the_supervisor_is_killed(tmp_path: Path) -> None:
    with start_program([sys.executable, "-c", SUPERVISOR, str(tmp_path), NOTING]) as supervisor:
        assert supervisor.stdout is not None
        children = [int(pid) for pid in supervisor.stdout.readline().split()]
        assert len(children) == 2
        supervisor.kill()
    assert all(end_of(child, seconds=3) for child in children)


def test_a_second_signal_does_not_disturb_the_stopping() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopping_on_signals():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_signal_in_a_moment_that_must_not_be_cut_comes_after_it() -> None:
    finished = []
    with stopping_on_signals(), pytest.raises(KeyboardInterrupt), undisturbed():
        signal.raise_signal(signal.SIGTERM)
        finished.append("the moment")
    assert finished == ["the moment"]


def test_a_hangup_that_was_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping_on_signals():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_readiness_means_that_the_right_answer_comes(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "readyz").write_text("ready")
    assert not listens(HOST, port)
    assert not answers_ok(HOST, port, "/readyz")
    argv = (sys.executable, "-m", "http.server", str(port), "--bind", HOST)
    with supervising(logs=tmp_path, directory=tmp_path) as supervisor:
        supervisor.start(ProcessSpec("web", argv, {}, lambda: listens(HOST, port)))
        supervisor.wait_until_ready()
        assert answers_ok(HOST, port, "/readyz")
        assert not answers_ok(HOST, port, "/other")


def test_waiting_notices_a_death_that_comes_later(tmp_path: Path) -> None:
    with supervising(logs=tmp_path, directory=tmp_path) as supervisor:
        supervisor.start(
            spec("web", program="import os, time; print(os.getpid(), flush=True); time.sleep(60)")
        )
        log = tmp_path / "web.log"
        assert comes_true(lambda: log.read_text().endswith("\n"), seconds=10)
        pid = int(log.read_text())
        threading.Timer(0.3, os.kill, (pid, signal.SIGTERM)).start()
        begun = time.monotonic()
        with pytest.raises(ChildDied, match="by signal SIGTERM"):
            supervisor.wait(until=lambda: False)
    assert time.monotonic() - begun < 5


def test_waiting_ends_when_the_condition_holds(tmp_path: Path) -> None:
    answers = iter([False, False, True])
    with supervising(logs=tmp_path, directory=tmp_path) as supervisor:
        supervisor.wait(until=lambda: next(answers))
    assert list(answers) == []
