"""What reading an article costs: from the page cache, rendered anew, and not modified.

CPU of the whole tree, database included, divided by completed requests; five rounds, all targets interleaved,
so that a machine whose speed drifts drifts for all of them. The floor is the smallest answer of the app.
"""

from __future__ import annotations

import os
import platform
import re
import socket
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import requests

from benchmarks.processes import cpu_seconds, find_process
from tests.support.databases import ROOT
from tests.support.site import running_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.site import RunningSite

ROUNDS: Final = 5
REQUESTS: Final = 1500
REPORT: Final = Path(ROOT, "docs", "benchmarks", "reading.md")


@dataclass(frozen=True)
class Target:
    """One kind of request; `anew` gives each a query of its own, which no cache has seen."""

    name: str
    path: str
    anew: bool = False
    headers: tuple[str, ...] = ()
    status: int = 200


def main() -> None:
    """Measure, print and write the report."""
    with running_site() as site:
        figures = measure(site)
    text = report(figures)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(text)
    print(text)  # noqa: T201 - the report is what the command is for


def measure(site: RunningSite) -> dict[str, list[float]]:
    """Return CPU milliseconds a request for each target, one figure a round."""
    web = find_process("factually serve", f"--port {urlsplit(site.url).port}")
    postgres = find_process("bin/postgres", f"-D {site.state}")
    targets = targets_of(site)
    for target in targets:
        ask(site, target, REQUESTS // 10)
    figures: dict[str, list[float]] = {target.name: [] for target in targets}
    for _ in range(ROUNDS):
        for target in targets:
            before = _used(web, postgres)
            ask(site, target, REQUESTS)
            figures[target.name].append((_used(web, postgres) - before) * 1000 / REQUESTS)
    return figures


def targets_of(site: RunningSite) -> list[Target]:
    """Return what is compared."""
    home = requests.get(site.url, timeout=10).text
    article = next(path for path in re.findall(r'href="(/fact-checks/[^"#]+)"', home) if "arguments" in path)
    tag = requests.get(site.url + article, timeout=10).headers["ETag"]
    return [
        Target("floor: /healthz", "/healthz"),
        Target("article, page cache", article),
        Target("article, not modified (304)", article, headers=(f"If-None-Match: {tag}",), status=304),
        Target("article, rendered anew", article, anew=True),
        Target("home, rendered anew", "/", anew=True),
    ]


def ask(site: RunningSite, target: Target, times: int) -> None:
    """Send a bounded number of requests over one connection, and check each answer.

    Raises:
        RuntimeError: An answer has another status, or the connection ended.
    """
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as connection:
        reader = connection.makefile("rb")
        for number in range(times):
            query = f"?n={time.monotonic_ns()}.{number}" if target.anew else ""
            lines = (f"GET {target.path}{query} HTTP/1.1", f"Host: {parts.netloc}", *target.headers)
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            _read_answer(reader.readline, reader.read, target)


def _read_answer(readline: Callable[[], bytes], read: Callable[[int], bytes], target: Target) -> None:
    status = readline().split()
    if len(status) < 2 or int(status[1]) != target.status:  # noqa: PLR2004 - version and status
        raise RuntimeError(f"{target.name} answered {status!r}")
    length = 0
    while (line := readline().strip().lower()) != b"":
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    read(length)


def report(figures: dict[str, list[float]]) -> str:
    """Return the figures as a table: CPU-ms a request, and by how much cheaper than rendering anew."""
    base = figures["article, rendered anew"]
    lines = [
        "# Reading an article",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()},",
        f"{ROUNDS} interleaved rounds of {REQUESTS:,} requests over one connection.",
        "CPU of web and database together. Made by `make bench`; read the ratios, not the milliseconds.",
        "",
        "| request | CPU-ms, median [min-max] | cheaper than rendering anew |",
        "| --- | --- | --- |",
    ]
    for name, values in figures.items():
        ratios = [anew / value for anew, value in zip(base, values, strict=True) if value]
        lines.append(
            f"| {name} | {statistics.median(values):.3f} [{min(values):.3f}-{max(values):.3f}] "
            f"| {statistics.median(ratios):.1f} times |",
        )
    return "\n".join(lines) + "\n"


def _used(*roots: int) -> float:
    return sum(cpu_seconds(root) for root in set(roots))
