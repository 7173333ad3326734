"""Databases for tests: one migrated template, and a fresh copy of it for each test."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, text

from factually.foundation.schema import APP_ROLE, OWNER_ROLE, provision, upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.foundation.embedded_postgres import EmbeddedCluster

ROOT: Final = Path(__file__).parents[2]
TEMPLATE: Final = "template_of_tests"


@dataclass(frozen=True)
class TestDatabase:
    """Addresses of one test's database, as the app and as the owner of its tables."""

    __test__ = False

    app_url: str
    owner_url: str


def make_template(cluster: EmbeddedCluster) -> None:
    """Provision and migrate the database that every test's own is copied from."""
    provision(cluster.url(user="postgres", database="postgres"), TEMPLATE)
    upgrade(cluster.url(user=OWNER_ROLE, database=TEMPLATE), ROOT)


@contextmanager
def fresh_database(cluster: EmbeddedCluster) -> Iterator[TestDatabase]:
    """Copy the template for one test, and drop the copy after it."""
    name = f"test_{secrets.token_hex(6)}"
    engine = create_engine(cluster.url(user="postgres", database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy OWNER {OWNER_ROLE}")
        )
        try:
            yield TestDatabase(
                app_url=cluster.url(user=APP_ROLE, database=name),
                owner_url=cluster.url(user=OWNER_ROLE, database=name),
            )
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
