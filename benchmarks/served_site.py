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
    from collections.abc import Iterator, Mapping

    from tests.support.databases import TestDatabase


@dataclass(frozen=True)
class ServedSite:
    """Addresses of the site and of the sandbox, the database as its owner sees it, and the settings."""

    url: str
    sandbox: str
    database: Database
    environment: Mapping[str, str]


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
        url = f"http://127.0.0.1:{free_port()}"
        environment = _environment(addresses, sandbox, url)
        web = ["serve", "--port", url.rpartition(":")[2], "--workers", str(processes)]
        opened.enter_context(started(environment, *web))
        _wait_for(url)
        yield ServedSite(url, sandbox, database, environment)


@contextmanager
def started(environment: Mapping[str, str], *command: str) -> Iterator[None]:
    """Run one of the site's programs, such as `worker`, for the length of a block."""
    program = str(Path(sys.executable).with_name("factually"))
    process = subprocess.Popen(  # noqa: S603 - our own program, with arguments made here
        [program, *command, "--lifeline"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=dict(environment),
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _environment(addresses: TestDatabase, sandbox: str, url: str) -> dict[str, str]:
    return {
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


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            if requests.get(f"{url}/readyz", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the site did not start")
