from __future__ import annotations

import os
import signal
import sys
import time

from tests.support.programs import end_of, start_program

POLITE = """
import signal, sys, time
from factually.foundation.lifeline import end_with_parent
def stop(number, frame):
    print("stopped as usual", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
end_with_parent()
print("up", flush=True)
time.sleep(60)
"""

STUBBORN = """
import signal, subprocess, sys, time
from factually.foundation.lifeline import end_with_parent
signal.signal(signal.SIGTERM, signal.SIG_IGN)
end_with_parent(grace_seconds=0.2)
child = subprocess.Popen(["/bin/sleep", "60"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_the_end_of_the_lifeline_stops_a_process_in_its_usual_way() -> None:
    reading, writing = os.pipe()
    with start_program([sys.executable, "-c", POLITE], stdin=reading) as process:
        os.close(reading)
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        assert process.poll() is None
        os.close(writing)
        assert process.stdout.read() == "stopped as usual\n"
    assert process.returncode == 0


def test_a_lifeline_that_carries_bytes_has_not_ended() -> None:
    reading, writing = os.pipe()
    with start_program([sys.executable, "-c", POLITE], stdin=reading) as process:
        os.close(reading)
        assert process.stdout is not None
        process.stdout.readline()
        os.write(writing, b"still here\n")
        time.sleep(0.2)
        assert process.poll() is None
        os.close(writing)


def test_a_process_that_will_not_stop_is_killed_with_its_whole_group() -> None:
    reading, writing = os.pipe()
    with start_program([sys.executable, "-c", STUBBORN], stdin=reading, leader=True) as process:
        os.close(reading)
        assert process.stdout is not None
        grandchild = int(process.stdout.readline())
        os.close(writing)
        assert process.wait(5) == -signal.SIGKILL
    assert end_of(grandchild, seconds=2)


def test_a_process_that_leads_no_group_kills_only_itself() -> None:
    reading, writing = os.pipe()
    with start_program([sys.executable, "-c", STUBBORN], stdin=reading) as process:
        os.close(reading)
        assert process.stdout is not None
        grandchild = int(process.stdout.readline())
        os.close(writing)
        assert process.wait(5) == -signal.SIGKILL
        os.kill(grandchild, signal.SIGKILL)
