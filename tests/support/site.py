"""The whole site as real processes, started by the same command that a newcomer's `make run` starts."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, Final

import requests

from factually.demonstration.ports import free_port
from tests.support.databases import ROOT
from tests.support.demonstration import COMMAND
from tests.support.postgres import folder_in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from tests.support.demonstration import FirstStart

READY_WITHIN: Final = 90
_PATIENCE: Final = 20
_PAUSE: Final = 0.1
_TIMEOUT: Final = 10


@dataclass(frozen=True)
class RunningSite:
    """A started site.

    Attributes:
        url: Its address.
        sandbox_url: The Stripe sandbox behind it.
        state: Its folder: keys, mail, logs.
        greeting: What the command printed.
    """

    url: str
    sandbox_url: str
    state: Path
    greeting: str

    def stripe(self, path: str) -> list[dict[str, Any]]:
        """Return a list of objects that Stripe has, newest first."""
        key = json.loads((self.state / "keys.json").read_text())["STRIPE_SECRET_KEY"]
        answer = requests.get(f"{self.sandbox_url}{path}", auth=(key, ""), timeout=_TIMEOUT)
        answer.raise_for_status()
        objects: list[dict[str, Any]] = answer.json()["data"]
        return objects

    def letters_to(self, address: str) -> list[EmailMessage]:
        """Return what has arrived for an address, oldest first."""
        files = sorted((self.state / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        return [letter for letter in letters if letter["To"] == address]

    def wait_for_letter(self, address: str, subject: str) -> EmailMessage:
        """Wait until a letter with these words in its subject has arrived."""
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            for letter in self.letters_to(address):
                if subject in letter["Subject"]:
                    return letter
            time.sleep(_PAUSE)
        raise AssertionError(f"no letter “{subject}” came to {address}")


@contextmanager
def running_site(after: FirstStart | None = None) -> Iterator[RunningSite]:
    """Run `factually demo` on a free port, from nothing or from what a first start left."""
    with folder_in_memory() as folder:
        state = folder / "state"
        if after is not None:
            after.copy_to(state)
        port = free_port()
        process = subprocess.Popen(
            [COMMAND, "demo", "--port", str(port), "--state", str(state)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )
        try:
            greeting = _read_greeting(process)
            ports = json.loads((state / "ports.json").read_text())
            yield RunningSite(
                f"http://127.0.0.1:{port}",
                f"http://127.0.0.1:{ports['sandbox']}",
                state,
                greeting,
            )
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def _read_greeting(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            return "".join(lines)
    raise AssertionError(f"the site did not start: {''.join(lines)}")
