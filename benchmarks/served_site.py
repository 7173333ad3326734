"""The site as its real server processes with a sandbox behind it, for measurements by many visitors."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from factually.demonstration.ports import free_port
from factually.foundation.database import Database, opened_database
from tests.support.databases import ROOT, fresh_database, make_template
from tests.support.independence_factories import prepare_screening
from tests.support.made_up_settings import ENVIRONMENT
from tests.support.postgres import throw_away_cluster
from tests.support.small_indexes import DERIVED
from tests.support.stripe_sandbox import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET, stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.databases import TestDatabase


@dataclass(frozen=True)
class ServedSite:
    """Addresses of the site and of the sandbox, and the database as its owner sees it."""

    url: str
    sandbox: str
    database: Database


@contextmanager
def served_site(*, processes: int) -> Iterator[ServedSite]:
    """Run the site behind one proxy's worth of forwarded addresses, so that loopback can be many."""
    with ExitStack() as opened:
        cluster = opened.enter_context(throw_away_cluster())
        make_template(cluster)
        addresses = opened.enter_context(fresh_database(cluster))
        sandbox = opened.enter_context(stripe_sandbox()).url
        database = opened.enter_context(opened_database(addresses.owner_url, derived=DERIVED))
        with database.transaction() as session:
            prepare_screening(session, now=datetime.now(UTC))
        web = opened.enter_context(_web(addresses, sandbox, processes))
        yield ServedSite(web, sandbox, database)


@contextmanager
def _web(addresses: TestDatabase, sandbox: str, processes: int) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **ENVIRONMENT,
        "DATABASE_URL": addresses.app_url,
        "FACTUALLY_BASE_URL": url,
        "FACTUALLY_DERIVED_FILES": str(DERIVED),
        "FACTUALLY_PROXIES": "1",
        "PATH": os.environ["PATH"],
        "STRIPE_SANDBOX_URL": sandbox,
        "STRIPE_SECRET_KEY": SECRET_KEY,
        "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }
    command = [str(Path(sys.executable).with_name("factually")), "serve", "--lifeline"]
    process = subprocess.Popen(  # noqa: S603 - our own program, with arguments made here
        [*command, "--port", str(port), "--workers", str(processes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment,
    )
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            if requests.get(f"{url}/readyz", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the site did not start")
