"""Reading while the payment provider fails: forty donors press the button, and articles stay fast.

The provider hangs, resets connections, answers 500, answers a byte a second, or answers what is no JSON. Then
it is well again, the donors press once more, and each of them must have given exactly once.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import requests

from benchmarks.card_testers import VISA, Visitor
from benchmarks.goals import Goal, goals_table
from benchmarks.served_site import served_site
from tests.support.article_factories import COMPLETE, published
from tests.support.databases import ROOT
from tests.support.stripe_sandbox import SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.served_site import ServedSite

DONORS: Final = 40
SECONDS: Final = 20
PROCESSES: Final = 2
READERS: Final = 4
READS_A_SECOND: Final = 40
FAST: Final = 0.250
ILLS: Final[Mapping[str, tuple[str, float]]] = {
    "does not answer": ("black_hole", 600),
    "resets the connection": ("reset", 1),
    "answers 500": ("error_before", 1),
    "answers a byte a second": ("trickle", 1),
    "answers what is no JSON": ("wrong_json", 1),
}
"""By what donors are told of it: the sandbox's fault, and its seconds."""
REPORT: Final = Path(ROOT, "docs", "benchmarks", "stripe_down.md")
_ROUTES: Final = ("GET /v1/confirmation_tokens/{}", "POST /v1/payment_intents")
_DONE: Final = frozenset({"captured", "held"})
_RECOVERY_SECONDS: Final = 180
"""Cards that did not pay go to the provider one after another (`donations.card_testing`)."""


@dataclass(frozen=True, kw_only=True)
class Ill:
    """What was seen while the provider had one illness.

    Attributes:
        reads: Seconds for each article that was read, from the moment it was due.
        answers: What donors were told meanwhile, by status.
        longest: Seconds that the slowest of these answers took.
        gave: Donors who had given once the provider was well again.
        charges: Cards authorised at the provider for them.
    """

    reads: Sequence[float]
    answers: Mapping[int, int]
    longest: float
    gave: int
    charges: int


def main() -> None:
    """Let the provider be ill in each way, print and write the report."""
    with served_site(processes=PROCESSES) as running:
        article = published(running.database, COMPLETE, now=datetime.now(UTC))
        address = f"{running.url}/fact-checks/{article.slug}"
        seen = {
            name: endure(running, address, fault, network=number)
            for number, (name, fault) in enumerate(ILLS.items())
        }
    written = report(seen)
    REPORT.write_text(written)
    print(written)  # noqa: T201 - the report is what the command is for


def endure(running: ServedSite, article: str, fault: tuple[str, float], *, network: int) -> Ill:
    """Let forty new donors enter their cards, make the provider ill while they press, then well again.

    Readers are processes of their own, and have read before: forty donors in the same interpreter would keep
    them waiting, and count as slowness of the site.
    """
    donors = [Visitor(running.url, running.sandbox, f"198.51.{network}.{number}") for number in range(DONORS)]
    processes = multiprocessing.get_context("forkserver")
    with ThreadPoolExecutor(DONORS) as crowd, ProcessPoolExecutor(READERS, processes) as reading:
        list(crowd.map(Visitor.load_form, donors))
        list(reading.map(_read, [article] * READERS, range(READERS), [time.monotonic() + 1] * READERS))
        # A form that comes back within two seconds was filled in by a script.
        time.sleep(2.5)
        presses = list(crowd.map(_enter_card, donors))
        before = _charges(running)
        _set_faults(running, fault)
        ends = time.monotonic() + SECONDS
        readers = [reading.submit(_read, article, number, ends) for number in range(READERS)]
        told = list(crowd.map(lambda press: list(_press_until(press, ends)), presses))
        reads = [seconds for reader in readers for seconds in reader.result()]
        _clear_faults(running)
        gave = list(crowd.map(_press_until_given, presses))
    answers = [answer for one in told for answer in one]
    return Ill(
        reads=reads,
        answers=Counter(status for status, _ in answers),
        longest=max(seconds for _, seconds in answers),
        gave=sum(gave),
        charges=_charges(running) - before,
    )


def _enter_card(donor: Visitor) -> Callable[[], requests.Response]:
    promised = donor.promise()
    promised.raise_for_status()
    return donor.with_card(promised.json(), VISA)


def _press_until(press: Callable[[], requests.Response], ends: float) -> Iterator[tuple[int, float]]:
    """Press as the page does, which waits as long as it is told to; yield status and seconds."""
    while time.monotonic() < ends:
        began = time.monotonic()
        answer = press()
        yield answer.status_code, time.monotonic() - began
        time.sleep(min(int(answer.headers.get("Retry-After", "2")), max(0.0, ends - time.monotonic())))


def _press_until_given(press: Callable[[], requests.Response]) -> bool:
    ends = time.monotonic() + _RECOVERY_SECONDS
    while time.monotonic() < ends:
        answer = press()
        if answer.json().get("status") in _DONE:
            return True
        time.sleep(int(answer.headers.get("Retry-After", "2")))
    return False


def _read(article: str, number: int, ends: float) -> list[float]:
    """Read at fixed times, however long the reads before took; every second one past the page cache."""
    pause = READERS / READS_A_SECOND
    due = time.monotonic() + number / READS_A_SECOND
    seconds: list[float] = []
    with requests.Session() as reader:
        while due < ends:
            time.sleep(max(0.0, due - time.monotonic()))
            anew = f"?n={time.monotonic_ns()}" if len(seconds) % 2 else ""
            reader.get(f"{article}{anew}", timeout=30).raise_for_status()
            seconds.append(time.monotonic() - due)
            due += pause
    return seconds


def _set_faults(running: ServedSite, fault: tuple[str, float]) -> None:
    kind, seconds = fault
    for route in _ROUTES:
        asked = {"route": route, "kind": kind, "count": 100_000, "seconds": seconds}
        requests.post(f"{running.sandbox}/_sandbox/faults", json=asked, timeout=10).raise_for_status()


def _clear_faults(running: ServedSite) -> None:
    requests.delete(f"{running.sandbox}/_sandbox/faults", timeout=10).raise_for_status()


def _charges(running: ServedSite) -> int:
    """Count the cards authorised at the provider."""
    found = 0
    query = {"limit": "100"}
    while True:
        answer = requests.get(
            f"{running.sandbox}/v1/charges", params=query, auth=(SECRET_KEY, ""), timeout=10
        ).json()
        charges: list[dict[str, str]] = answer["data"]
        found += sum(charge["status"] == "succeeded" for charge in charges)
        if not answer["has_more"]:
            return found
        query["starting_after"] = charges[-1]["id"]


def report(seen: Mapping[str, Ill]) -> str:
    """Write what was seen, beside the goals."""
    lines = [
        "# Reading while the payment provider fails",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "Made by `make bench ARGS=stripe_down`.",
        f"{DONORS} donors press the button for {SECONDS} seconds while the provider is ill, as their page",
        f"does; {READS_A_SECOND} articles a second are read meanwhile, every second one past the page cache,",
        f"timed from when each was due. {PROCESSES} web processes and all others share the machine. Then the",
        "provider is well again, and the donors press on.",
        "",
        *goals_table(goal for name, ill in seen.items() for goal in _goals(name, ill)),
        "",
        "| the provider | reads | slowest read | donors were told | slowest answer to a donor |",
        "| --- | ---: | ---: | --- | ---: |",
        *(_row(name, ill) for name, ill in seen.items()),
    ]
    return "\n".join(lines) + "\n"


def _goals(name: str, ill: Ill) -> Iterator[Goal]:
    fast = 100 * sum(seconds <= FAST for seconds in ill.reads) / len(ill.reads)
    yield Goal(what=f"{name}: articles read within 250 ms", limit=99, measured=fast, unit=" %")
    yield Goal(what=f"{name}: donors who gave in the end", limit=DONORS, measured=ill.gave)
    yield Goal(what=f"{name}: cards authorised for them", limit=DONORS, measured=ill.charges, at_most=True)


def _row(name: str, ill: Ill) -> str:
    told = ", ".join(f"{count} times {status}" for status, count in sorted(ill.answers.items()))
    return f"| {name} | {len(ill.reads):,} | {1000 * max(ill.reads):.0f} ms | {told} | {ill.longest:.1f} s |"
