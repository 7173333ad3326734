"""Card testing: a thousand cards a minute from two hundred addresses, with donors and readers in between.

The site is served by two processes, the payment provider is the sandbox, all of it on loopback. A thief
brings another gift and another card each time, solves each sum, and never waits.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from bisect import bisect_right
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

import requests
from sqlalchemy import text

from benchmarks.card_testers import DECLINED, VISA, Tried, Visitor
from benchmarks.goals import Goal, goals_table
from benchmarks.served_site import served_site
from tests.support.databases import ROOT
from tests.support.stripe_sandbox import SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.served_site import ServedSite

ADDRESSES: Final = 200
A_MINUTE: Final = 1_000
SECONDS: Final = 80
DONOR_EVERY: Final = 4
PROCESSES: Final = 2
REPORT: Final = Path(ROOT, "docs", "benchmarks", "abuse.md")
_READ_EVERY: Final = 0.1
_ALARM: Final = text("SELECT min(at) FROM journal_entry WHERE event = 'cards.declining'")
_PASSED: Final = text(
    "SELECT passed_at FROM card_turn WHERE passed_at IS NOT NULL AND paid IS NOT TRUE ORDER BY 1"
)
_ANOTHER_CARD: Final = text("UPDATE card_turn SET card_index = NULL WHERE card_index IS NOT NULL")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was seen from outside, at the payment provider, and in the database.

    Attributes:
        thieves: Their cards.
        donors: Theirs, in the order of their coming.
        reads: Seconds for each article list that was read meanwhile.
        declined_at: When the provider declined a card, in whole seconds.
        charged_at: When it authorised one.
        unpaid_at: When a card that did not pay passed us, to the microsecond.
        alarm_seconds: From the first attempt to the alarm.
        seconds: How long thieves came.
    """

    thieves: Sequence[Tried]
    donors: Sequence[Tried]
    reads: Sequence[float]
    declined_at: Sequence[float]
    charged_at: Sequence[float]
    unpaid_at: Sequence[float]
    alarm_seconds: float
    seconds: float


def main() -> None:
    """Simulate, print and write the report."""
    with served_site(processes=PROCESSES) as running:
        figures = simulate(running)
    written = report(figures)
    REPORT.write_text(written)
    print(written)  # noqa: T201 - the report is what the command is for


def simulate(running: ServedSite) -> Figures:
    """Let all come, and count."""
    visitors = [_visitor(running, f"198.51.{number // 100}.{number % 100}") for number in range(ADDRESSES)]
    with ThreadPoolExecutor(32) as loading:
        list(loading.map(Visitor.load_form, visitors))
    time.sleep(2)
    over = threading.Event()
    reads: list[float] = []
    with ThreadPoolExecutor(200) as crowd:
        others = [crowd.submit(_read, running, over, reads), crowd.submit(_make_cards_differ, running, over)]
        began = time.monotonic()
        started = datetime.now(UTC)
        donors = crowd.submit(_send_donors, running, crowd, began)
        thieves = list(_send_thieves(crowd, visitors, began))
        seconds = time.monotonic() - began
        tried = [future.result() for future in thieves]
        given = [future.result() for future in donors.result()]
        over.set()
        for other in others:
            other.result()
    with running.database.transaction() as session:
        alarm = session.execute(_ALARM).scalar_one()
        unpaid = [moment.timestamp() for moment in session.execute(_PASSED).scalars()]
    charges = list(_charges(running))
    return Figures(
        thieves=tried,
        donors=given,
        reads=reads,
        declined_at=sorted(at for at, paid in charges if not paid),
        charged_at=sorted(at for at, paid in charges if paid),
        unpaid_at=unpaid,
        alarm_seconds=(alarm - started).total_seconds(),
        seconds=seconds,
    )


def _visitor(running: ServedSite, address: str) -> Visitor:
    return Visitor(running.url, running.sandbox, address)


def _send_thieves(
    crowd: ThreadPoolExecutor, visitors: Sequence[Visitor], began: float
) -> Iterator[Future[Tried]]:
    for number in range(A_MINUTE * SECONDS // 60):
        time.sleep(max(0.0, began + number * 60 / A_MINUTE - time.monotonic()))
        yield crowd.submit(visitors[number % ADDRESSES].try_card, DECLINED, patient=False)


def _send_donors(running: ServedSite, crowd: ThreadPoolExecutor, began: float) -> list[Future[Tried]]:
    sent = []
    for number in range(SECONDS // DONOR_EVERY):
        time.sleep(max(0.0, began + number * DONOR_EVERY - time.monotonic()))
        sent.append(crowd.submit(_give, _visitor(running, f"203.0.113.{number}")))
    return sent


def _give(donor: Visitor) -> Tried:
    donor.load_form()
    time.sleep(2.5)
    return donor.try_card(VISA, patient=True)


def _read(running: ServedSite, over: threading.Event, reads: list[float]) -> None:
    with requests.Session() as reader:
        while not over.wait(_READ_EVERY):
            began = time.monotonic()
            reader.get(running.url, timeout=10).raise_for_status()
            reads.append(time.monotonic() - began)


def _make_cards_differ(running: ServedSite, over: threading.Event) -> None:
    """Forget which card was tried: the sandbox has one that is declined, and thieves have thousands."""
    while not over.wait(0.2):
        with running.database.transaction() as session:
            session.execute(_ANOTHER_CARD)


def _charges(running: ServedSite) -> Iterator[tuple[float, bool]]:
    """Walk all charges at the payment provider: when, and whether the bank said yes."""
    after: dict[str, str] = {}
    while True:
        answer = requests.get(
            f"{running.sandbox}/v1/charges",
            params={"limit": "100", **after},
            auth=(SECRET_KEY, ""),
            timeout=10,
        ).json()
        yield from ((charge["created"], charge["status"] == "succeeded") for charge in answer["data"])
        if not answer["has_more"]:
            return
        after = {"starting_after": answer["data"][-1]["id"]}


def worst_minute(moments: Sequence[float]) -> int:
    """Return the most that fall into any minute."""
    return max(
        (number + 1 - bisect_right(moments, moment - 60) for number, moment in enumerate(moments)), default=0
    )


def report(figures: Figures) -> str:
    """Write what was seen, beside the goals."""
    tried = len(figures.thieves)
    rate = tried * 60 / figures.seconds
    lines = [
        "# Card testing",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "Made by `make bench ARGS=abuse`.",
        f"{tried:,} cards from {ADDRESSES} addresses in {figures.seconds:.0f} seconds",
        f"({rate:,.0f} a minute), each declined by its bank; a donor every {DONOR_EVERY} seconds;",
        f"{PROCESSES} web processes, PostgreSQL, sandbox, thieves and readers on one machine.",
        "Thieves bring another gift and another card each time, solve each sum, and never wait;",
        "donors do what the page's script does.",
        "",
        *goals_table(_goals(figures)),
        "",
        "| seen | |",
        "| --- | --- |",
        *(f"| {what} | {number} |" for what, number in _seen(figures)),
    ]
    return "\n".join(lines) + "\n"


def _goals(figures: Figures) -> Iterator[Goal]:
    yield Goal(
        what="cards a minute that reach the payment provider and don't pay, in the worst minute",
        limit=30,
        measured=max(worst_minute(figures.unpaid_at), worst_minute(figures.declined_at)),
        at_most=True,
    )
    share = 100 * len(_passed(figures)) / len(figures.donors)
    yield Goal(what="donors who gave, pressing the button once", limit=100, measured=share, unit=" %")
    yield Goal(what="until the alarm", limit=60, measured=figures.alarm_seconds, at_most=True, unit=" s")
    slowest = quantiles(figures.reads, n=100)[98] * 1000
    yield Goal(
        what="reading the front page meanwhile, p99", limit=250, measured=slowest, at_most=True, unit=" ms"
    )


def _seen(figures: Figures) -> Iterator[tuple[str, str]]:
    waited = [donor.ended - donor.began for donor in figures.donors]
    yield "cards declined at the provider, in all", f"{len(figures.declined_at)}"
    yield "cards authorised there, in all", f"{len(figures.charged_at)}"
    yield "from the button to the answer, donors, median", f"{median(waited):.0f} s"
    yield "from the button to the answer, donors, longest", f"{max(waited):.0f} s"
    yield "most times a donor's page asked again", f"{max(donor.waits for donor in figures.donors)}"
    answers = Counter(f"{thief.status} {thief.code}" for thief in figures.thieves)
    yield from ((f"thieves' cards answered {answer}", f"{count}") for answer, count in answers.most_common())


def _passed(figures: Figures) -> list[Tried]:
    return [donor for donor in figures.donors if donor.code in {"captured", "held"}]
