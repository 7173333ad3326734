from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
from contextlib import contextmanager
from email.message import EmailMessage
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from factually.demonstration.mailbox.letters import Mailbox
from factually.demonstration.ports import HOST, free_port
from factually.demonstration.processes import answers_ok
from tests.support.programs import comes_true, start_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def running_mailbox(
    folder: Path, *more: str, stdin: int = subprocess.DEVNULL
) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    smtp, web = free_port(), free_port()
    ports = ["--smtp-port", str(smtp), "--web-port", str(web)]
    argv = [sys.executable, "-m", "factually.demonstration.mailbox", *ports, "--folder", str(folder), *more]
    with start_program(argv, stdin=stdin) as process:
        try:
            assert comes_true(lambda: answers_ok(HOST, web, "/"), seconds=20)
            yield process, smtp, web
        finally:
            process.terminate()
            process.communicate()


def test_a_letter_sent_over_smtp_can_be_read_in_a_browser(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Your receipt for $5.00 · É"
    message["From"] = "gifts@example.org"
    message["To"] = "ada@example.org"
    message.set_content("Thank you, Ada.")
    with running_mailbox(tmp_path) as (process, smtp, web):
        with smtplib.SMTP(HOST, smtp, timeout=10) as connection:
            connection.send_message(message)
        browser = HTTPConnection(HOST, web, timeout=10)
        browser.request("GET", "/")
        page = browser.getresponse().read().decode()
        browser.close()
        process.terminate()
        assert process.wait(10) == 0
    assert "Your receipt for $5.00 · É" in page
    (kept,) = Mailbox(tmp_path).letters()
    assert kept.body("plain") == "Thank you, Ada.\n"


def test_the_mailbox_ends_with_its_lifeline(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with running_mailbox(tmp_path, "--lifeline", stdin=reading) as (process, _, _):
        os.close(reading)
        os.close(writing)
        assert process.wait(10) == 0


def test_ctrl_c_ends_it_without_a_traceback(tmp_path: Path) -> None:
    with running_mailbox(tmp_path) as (process, _, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stdout is not None
        assert "Traceback" not in process.stdout.read()
