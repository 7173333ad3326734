"""Fixtures that every kind of test shares."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis
import pytest

from factually.application import build_parts, create_app
from factually.foundation.crypto import Keyring
from factually.foundation.database import opened_database
from factually.web.page_cache import stop_listening
from tests.support.clock import FrozenClock
from tests.support.databases import TestDatabase, fresh_database, make_template
from tests.support.demonstration import FirstStart, first_start_from_nothing
from tests.support.distribution import StartedOnce
from tests.support.made_up_settings import made_up_settings
from tests.support.newsroom import open_newsroom
from tests.support.postgres import throw_away_cluster
from tests.support.site import RunningSite, running_site
from tests.support.small_indexes import DERIVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from xdist.remote import Producer

    from factually.foundation.database import Database
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from factually.settings import Settings
    from tests.support.newsroom import Newsroom


# How long an example takes says more about the machine's other tests than about the example.
hypothesis.settings.register_profile("shared machine", deadline=None)
hypothesis.settings.load_profile("shared machine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Take a worker more than there are cores: a third of their time tests wait for servers and browsers."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> StartedOnce:
    """Start slow processes once, not once a worker."""
    return StartedOnce(config, log)


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedCluster]:
    """The PostgreSQL server of this run, with a migrated template."""
    with throw_away_cluster() as running:
        make_template(running)
        yield running


@pytest.fixture(scope="session")
def first_start() -> Iterator[FirstStart]:
    """A demonstration that was started once, from nothing."""
    with first_start_from_nothing() as made:
        yield made


@pytest.fixture(scope="session")
def site(first_start: FirstStart) -> Iterator[RunningSite]:
    """The whole site as real processes."""
    with running_site(first_start) as running:
        yield running


@pytest.fixture
def test_database(cluster: EmbeddedCluster) -> Iterator[TestDatabase]:
    """Addresses of this test's own database."""
    with fresh_database(cluster) as made:
        yield made


@pytest.fixture
def database(test_database: TestDatabase) -> Iterator[Database]:
    """This test's database, as the app sees it."""
    with opened_database(test_database.app_url, derived=DERIVED) as connected:
        yield connected


@pytest.fixture
def owner_database(test_database: TestDatabase) -> Iterator[Database]:
    """The same database, as the owner of its tables."""
    with opened_database(test_database.owner_url, derived=DERIVED) as connected:
        yield connected


@pytest.fixture
def newsroom(database: Database, clock: FrozenClock) -> Newsroom:
    """Two editors and two reviewers at work on this test's database."""
    return open_newsroom(database, clock)


@pytest.fixture
def settings(test_database: TestDatabase) -> Settings:
    """Settings of a demonstration whose sandbox nobody has started."""
    return made_up_settings(test_database)


@pytest.fixture
def app(settings: Settings, database: Database, keyring: Keyring, clock: FrozenClock) -> Iterator[Flask]:
    """The whole application on this test's database and clock.

    Forms need no token here; that they do otherwise is tested in tests/web/test_csrf.py.
    """
    parts = replace(build_parts(settings), database=database, keyring=keyring, clock=clock)
    made = create_app(settings, parts)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield made
    stop_listening(made)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.from_secret(b"a made-up key for tests, 32 bytes")
