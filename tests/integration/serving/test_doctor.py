"""The command from end to end, on a real database, sandbox and mail server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from factually.foundation.clock import SystemClock
from factually.serving.context import CommandParts
from factually.serving.doctor import doctor
from tests.support.databases import ROOT, TestDatabase
from tests.support.independence_factories import prepare_screening
from tests.support.made_up_settings import ENVIRONMENT
from tests.support.mail_server import mail_server
from tests.support.small_indexes import DERIVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.foundation.database import Database
    from tests.support.stripe_sandbox import RunningSandbox


@pytest.fixture
def environment(
    test_database: TestDatabase, database: Database, sandbox: RunningSandbox
) -> Iterator[dict[str, str]]:
    """Variables of a site of which everything runs."""
    with database.transaction() as session:
        prepare_screening(session, now=SystemClock().now())
        session.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    with mail_server() as mail:
        yield {
            **ENVIRONMENT,
            "DATABASE_URL": test_database.app_url,
            "DATABASE_OWNER_URL": test_database.owner_url,
            "FACTUALLY_DERIVED_FILES": str(DERIVED),
            "SMTP_PORT": str(mail.address.port),
            "STRIPE_SANDBOX_URL": sandbox.url,
            "STRIPE_SECRET_KEY": sandbox.secret_key,
            "STRIPE_WEBHOOK_SECRET": sandbox.webhook_secret,
        }


def ask(environment: dict[str, str], *options: str, given: str = "") -> Result:
    parts = CommandParts(ROOT)
    parts.environment = environment
    try:
        return CliRunner().invoke(doctor, options, obj=parts, input=given, catch_exceptions=False)
    finally:
        parts.close()


def test_a_site_of_which_everything_runs_is_well(environment: dict[str, str]) -> None:
    answer = ask(environment)
    assert answer.exit_code == 0
    assert answer.output.endswith("0 wrong, 0 warning, 16 ok.\n")
    assert all(line.startswith("ok ") for line in answer.output.splitlines()[:-1])


def test_a_site_of_which_nothing_runs_is_told_all_of_it_without_a_secret(
    environment: dict[str, str], database: Database
) -> None:
    with database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_workers"))
    stopped = {"SMTP_PORT": "9", "STRIPE_SANDBOX_URL": "http://127.0.0.1:9", "SMTP_PASSWORD": "mail-password"}
    answer = ask(environment | stopped, "--json")
    assert answer.exit_code == 1
    found = {finding["check"]: finding for finding in json.loads(answer.stdout)["findings"]}
    assert {check for check, finding in found.items() if finding["state"] == "wrong"} == {
        "worker",
        "mail server",
        "stripe",
    }
    assert all(finding["to_do"] for finding in found.values() if finding["state"] != "ok")
    secrets = ("SECRET_KEY", "FACTUALLY_DATA_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")
    assert not [name for name in secrets if environment[name] in answer.output]


def test_a_database_that_does_not_answer_is_said_once(environment: dict[str, str]) -> None:
    address = "postgresql+psycopg://factually_app:the-password@127.0.0.1:9/factually"
    answer = ask(environment | {"DATABASE_URL": address})
    assert answer.exit_code == 1
    lines = answer.output.splitlines()
    assert "The database factually at 127.0.0.1 can't be used: connection failed" in lines[1]
    assert lines[2].startswith("warning  not looked at")
    assert "the-password" not in answer.output


def test_an_owners_address_that_is_none_is_a_warning(environment: dict[str, str]) -> None:
    answer = ask(environment | {"DATABASE_OWNER_URL": "no address"})
    assert answer.exit_code == 0
    assert "Correct DATABASE_OWNER_URL" in answer.output


def test_a_database_that_must_be_migrated_stops_at_that(
    environment: dict[str, str], owner_database: Database
) -> None:
    with owner_database.transaction() as session:
        session.execute(text("DROP TABLE register_entry CASCADE"))
    answer = ask(environment)
    assert answer.exit_code == 1
    assert "Run `factually migrate`" in answer.output
    assert "the database must be migrated first" in answer.output


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY needs at least 32 characters."),
        ("DATABASE_URL", "not an address with secret-word", "DATABASE_URL is no address of PostgreSQL."),
        ("DATABASE_URL", "mysql://app:secret-word@db/factually", "DATABASE_URL is no address of PostgreSQL."),
    ],
)
def test_a_setting_that_is_wrong_is_named_without_its_value(
    environment: dict[str, str], variable: str, value: str, sentence: str
) -> None:
    answer = ask(environment | {variable: value})
    assert answer.exit_code == 1
    assert answer.output.startswith(f"wrong    settings       {sentence}")
    assert "secret-word" not in answer.output


def test_payments_are_tried_at_the_sandbox(environment: dict[str, str]) -> None:
    answer = ask(environment, "--payments")
    assert answer.exit_code == 0
    assert answer.output.endswith("0 wrong, 0 warning, 12 ok.\n")


def test_a_live_key_in_a_file_is_refused_in_one_sentence(environment: dict[str, str]) -> None:
    answer = ask(environment, "--payments", "--test-key", "-", given="sk_live_made_up\n")
    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1
    assert "never runs with a live key" in answer.output
    assert "made_up" not in answer.output


def test_the_sites_own_live_key_is_refused(environment: dict[str, str]) -> None:
    live = {
        "FACTUALLY_MODE": "production",
        "FACTUALLY_BASE_URL": "https://factually.example",
        "STRIPE_SANDBOX_URL": "",
        "STRIPE_SECRET_KEY": "sk_live_made_up",
        "STRIPE_PUBLISHABLE_KEY": "pk_live_made_up",
    }
    answer = ask(environment | live, "--payments")
    assert (answer.exit_code, "never runs with a live key" in answer.output) == (1, True)


def test_a_test_key_without_payments_is_a_misunderstanding(environment: dict[str, str]) -> None:
    assert ask(environment, "--test-key", "-", given="sk_test_made_up").exit_code == 2
