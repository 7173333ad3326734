"""No gift gets past the screening, whatever is typed and whatever is broken on our side."""

from __future__ import annotations

import fcntl
import shutil
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.donations.lifecycle import GiftState
from factually.donations.queries import gift_by_public_id
from factually.foundation.database import opened_database
from factually.independence.searching.shelf import shelf_at
from tests.support.card_testing import card_entry, loaded_form
from tests.support.donation_factories import GivingDesk, organisation_pledge, pledge_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase

PATIENCE = 20.0
FORM = {
    "client_key": "6c0a6f5e-3a0e-4a7e-9d3c-6f1f0c0a9d11",
    "attestation_version": "2026-11",
    "amount": "5",
    "capacity": "organisation",
    "organisation_type": "company",
    "political_group": "no",
    "name": "Ada Reader",
    "email": "ada@example.org",
    "attestation": "y",
}
SCREENINGS = text("SELECT outcome FROM screening ORDER BY number")


@pytest.fixture
def database(test_database: TestDatabase, tmp_path: Path) -> Iterator[Database]:
    """This test's database, whose indexes lie in a folder of the test."""
    with opened_database(test_database.app_url, derived=tmp_path) as connected:
        yield connected


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a",
        "n" * 10_000,
        "\U0001f600\U0001f600",
        "\u202eCOMMITTEE\u202c",
        "\u05d4\u05d5\u05e2\u05d3 \u05d4\u05e4\u05d5\u05e2\u05dc",
        "Act\x00Blue",
        "<script>alert(1)</script>",
        "%s %(x)s {0} ${jndi:x}",
        "Republican N\u0430tional \u0421ommittee",
    ],
)
def test_any_organisations_name_gets_a_decision_or_is_sent_back(
    client: FlaskClient, desk: GivingDesk, name: str
) -> None:
    form = {**FORM, "organisation": name, **loaded_form(client)}
    answer = client.post("/donate", data=form, headers={"Accept": "application/json"})
    assert 200 <= answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.get_json()["error"]["field"] == "organisation"
        return
    public_id = answer.get_json()["public_id"]
    entry = card_entry(public_id, desk.token("pm_card_visa"))
    decided = client.post(f"/donate/{public_id}/confirm", data=entry, headers={"Accept": "application/json"})
    assert decided.status_code < 500
    with desk.database.reading() as connection:
        outcomes = connection.execute(SCREENINGS).scalars().all()
    assert outcomes
    assert ("hold" in outcomes or "refuse" in outcomes) is ("ommittee" in name)


@contextmanager
def nobody_builds(folder: Path) -> Iterator[None]:
    """Lose the indexes of a machine, and keep it from building them anew for a while."""
    with ExitStack() as held:
        for lock in folder.glob(".*.lock"):
            fcntl.flock(held.enter_context(lock.open("a")), fcntl.LOCK_EX)
        for index in folder.glob("*/manifest.json"):
            shutil.rmtree(index.parent)
        yield


def test_a_lost_index_holds_the_gift_and_loses_nothing(
    client: FlaskClient, desk: GivingDesk, tmp_path: Path
) -> None:
    shelf_at.cache_clear()
    with nobody_builds(tmp_path / "registers"):
        held = desk.give(pledge_of())
    assert held.state == GiftState.HELD
    assert held.deciding_rule == "DS29"
    page = client.get(f"/donate/{held.public_id}").text
    assert "A person will look at this gift by" in page
    assert "Our check could not be completed" in page
    ends = time.monotonic() + PATIENCE
    while desk.give(pledge_of()).state != GiftState.CAPTURED:
        assert time.monotonic() < ends, "the index was not built anew"
    with desk.database.transaction() as session:
        assert gift_by_public_id(session, held.public_id) is not None
    assert desk.give(organisation_pledge("Republican National Committee")).state == GiftState.REFUSED
