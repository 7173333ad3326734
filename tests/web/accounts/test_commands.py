from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from factually.accounts.commands import accounts
from factually.accounts.models import Account
from factually.foundation.errors import Conflict
from factually.web.context import SiteFacts

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

SITE = SiteFacts("Factually", "http://localhost", demonstration=True, contact="hello@example.org")


@dataclass
class Parts:
    clock: FrozenClock
    database: Database
    site: SiteFacts = SITE


def test_an_invitation_prints_a_link_that_works(
    database: Database, clock: FrozenClock, client: FlaskClient
) -> None:
    result = CliRunner().invoke(
        accounts, ["invite", "grace@example.org", "--role", "auditor"], obj=Parts(clock, database)
    )
    link = re.search(r"http://localhost(/invitations/\S+)", result.output)
    assert result.exit_code == 0
    assert link is not None
    assert client.get(link[1]).status_code == 200


def test_a_second_account_for_one_address_is_refused(database: Database, clock: FrozenClock) -> None:
    arguments = ["invite", "grace@example.org", "--role", "editor"]
    CliRunner().invoke(accounts, arguments, obj=Parts(clock, database))
    again = CliRunner().invoke(accounts, arguments, obj=Parts(clock, database))
    assert isinstance(again.exception, Conflict)
    with database.transaction() as session:
        assert len(session.scalars(select(Account.id)).all()) == 1


@pytest.mark.parametrize("role", ["emperor", ""])
def test_an_unknown_role_is_a_usage_error(role: str, database: Database, clock: FrozenClock) -> None:
    result = CliRunner().invoke(
        accounts, ["invite", "a@example.org", "--role", role], obj=Parts(clock, database)
    )
    assert result.exit_code == 2
