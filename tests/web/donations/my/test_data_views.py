from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from sqlalchemy import text

from factually.donations.appeals.filing import file_appeal
from factually.donations.my.downloading import FORMAT, VERSION
from factually.donations.pledges import Donor
from tests.support.donation_factories import (
    ADA,
    DETAILED,
    SHARED_NAME,
    organisation_pledge,
    pledge_of,
)
from tests.support.donors import enter, signed_in_donor, write_links

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.donation_factories import GivingDesk

APPEAL = "I am a reader and belong to no group."
SCHEMA = json.loads(Path(__file__).parents[4].joinpath("docs", "donor-data.schema.json").read_text())


@pytest.fixture
def ada(client: FlaskClient, desk: GivingDesk) -> FlaskClient:
    return enter(client, signed_in_donor(desk.database, desk.keyring, now=desk.clock.now()))


def test_a_copy_holds_everything_in_the_documented_shape(ada: FlaskClient, desk: GivingDesk) -> None:
    taken = desk.give(pledge_of(donor=DETAILED))
    monthly = desk.give(pledge_of(monthly=True))
    desk.give(organisation_pledge(SHARED_NAME))
    refused = desk.give(pledge_of(political_group=True))
    with desk.database.transaction() as session:
        file_appeal(session, refused.public_id, APPEAL, keyring=desk.keyring, now=desk.clock.now())
    ada.post("/my", data={"email": ADA.email})
    write_links(desk.database, desk.keyring, now=desk.clock.now())
    ada.post(f"/my/gifts/{taken.public_id}/naming", data={"anonymous": "yes"})
    answer = ada.get("/my/data.json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    data = answer.get_json()
    jsonschema.validate(data, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert (data["format"], data["version"]) == (FORMAT, VERSION)
    assert [gift["state"] for gift in data["gifts"]].count("captured") == 2
    assert data["monthly_gifts"][0]["gifts"] == [monthly.public_id]
    [whole] = [gift for gift in data["gifts"] if gift["public_id"] == taken.public_id]
    assert whole["donor"]["address"]["city"] == "Austin"
    assert [check["stage"] for check in whole["checks"]] == ["before_authorisation", "after_authorisation"]
    assert whole["checks"][0]["read"]["email"] == ADA.email
    assert whole["anonymity_changes"][0]["anonymous"] is True
    assert "gift.anonymity_changed" in [entry["event"] for entry in whole["journal"]]
    assert whole["letters"] == [] or whole["letters"][0]["to"] == ADA.email
    assert data["sign_in_letters"][0]["to"] == ADA.email
    assert [gift["appeals"][0]["statement"] for gift in data["gifts"] if gift["appeals"]] == [APPEAL]
    assert desk.journal()[-1] == "donor.data_copied"


def test_a_copy_leaves_out_register_rows_and_everybody_else(ada: FlaskClient, desk: GivingDesk) -> None:
    desk.give(organisation_pledge(SHARED_NAME))
    desk.give(pledge_of(donor=Donor(name="Bea Other", email="bea@example.org")))
    data = ada.get("/my/data.json").get_json()
    assert "Bea" not in json.dumps(data)
    assert "evidence" not in json.dumps(data["gifts"])
    assert any("register rows" in sentence for sentence in data["not_included"])


def test_a_deletion_says_first_what_goes_and_what_stays(ada: FlaskClient, desk: GivingDesk) -> None:
    taken = desk.give()
    desk.pledge()
    page = " ".join(ada.get("/my/deletion").text.split())
    assert taken.public_id[:8] in page
    assert f'stays until <time datetime="{desk.clock.now().year + 6}' in page
    assert "stays for now." in page
    assert "Keep everything" in ada.get("/my/deletion/confirm").text


def test_nothing_is_deleted_by_one_click(ada: FlaskClient, desk: GivingDesk) -> None:
    desk.give()
    answer = ada.post("/my/deletion/confirm", data={})
    assert answer.status_code == 422
    assert "Tick the box if you want this." in answer.text
    with desk.database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM erasure_request")).scalar_one() == 0


def test_a_deletion_signs_out_and_is_confirmed_by_mail(ada: FlaskClient, desk: GivingDesk) -> None:
    taken = desk.give()
    answer = ada.post("/my/deletion/confirm", data={"understood": "y"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my/deleted")
    assert "It is done" in ada.get("/my/deleted").text
    assert ada.get("/my/gifts").status_code == 303
    [letter] = [letter for letter in desk.open_letters() if "when the rest goes" in letter.subject]
    assert letter.to == ADA.email
    assert taken.public_id[:8] in letter.text
    assert "kept until" in letter.text
    assert "kept until" in letter.html


def test_an_address_with_nothing_left_has_nothing_to_delete(ada: FlaskClient) -> None:
    assert ada.post("/my/deletion/confirm", data={"understood": "y"}).status_code == 404
