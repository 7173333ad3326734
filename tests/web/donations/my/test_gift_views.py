from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from factually.donations.pledges import Donor
from tests.support.donation_factories import (
    ADA,
    DECLINED,
    DETAILED,
    SHARED_NAME,
    organisation_pledge,
    pledge_of,
)
from tests.support.donors import enter, signed_in_donor

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from factually.donations.models import Gift
    from tests.support.donation_factories import GivingDesk

BEA = Donor(name="Bea Other", email="bea@example.org")


@pytest.fixture
def ada(client: FlaskClient, desk: GivingDesk) -> FlaskClient:
    return enter(client, signed_in_donor(desk.database, desk.keyring, now=desk.clock.now()))


def read_pdf(answer: TestResponse) -> str:
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages).split())


def name(ada: FlaskClient, gift: Gift, *, anonymous: bool) -> TestResponse:
    return ada.post(f"/my/gifts/{gift.public_id}/naming", data={"anonymous": "yes" if anonymous else "no"})


def test_a_donor_sees_their_own_gifts_and_nobody_elses(ada: FlaskClient, desk: GivingDesk) -> None:
    own, other = desk.give(), desk.give(pledge_of(donor=BEA))
    page = ada.get("/my/gifts")
    assert page.headers["Cache-Control"] == "no-store"
    assert own.public_id in page.text
    assert other.public_id not in page.text
    assert BEA.email not in page.text


@pytest.mark.parametrize("page", ["", "/receipt.pdf"])
def test_the_gift_of_somebody_else_is_not_there(ada: FlaskClient, desk: GivingDesk, page: str) -> None:
    other = desk.give(pledge_of(donor=BEA))
    assert ada.get(f"/my/gifts/{other.public_id}{page}").status_code == 404
    assert name(ada, other, anonymous=True).status_code == 404


def test_an_address_without_gifts_is_told_so(ada: FlaskClient) -> None:
    assert "There are no gifts any more" in ada.get("/my/gifts").text


def test_a_taken_gift_shows_its_decision_its_steps_and_its_receipt(
    ada: FlaskClient, desk: GivingDesk
) -> None:
    gift = desk.give(pledge_of(donor=DETAILED))
    page = ada.get(f"/my/gifts/{gift.public_id}").text
    assert "no rule spoke against it" in page
    assert "We took the money." in page
    assert "1 Made-up Street, Austin, TX, 78701, US" in page
    assert "Typesetter" in page
    text_of_receipt = read_pdf(ada.get(f"/my/gifts/{gift.public_id}/receipt.pdf"))
    assert gift.public_id[:8] in text_of_receipt
    assert "Ada Reader" in text_of_receipt
    assert "Total of gifts: $5.00" in text_of_receipt


def test_what_went_back_is_named_and_subtracted(ada: FlaskClient, desk: GivingDesk) -> None:
    gift = desk.give()
    with desk.database.transaction() as session:
        session.execute(text("UPDATE gift SET state = 'partly_refunded', refunded_minor = 200"))
    assert "$2.00 of it went back to you." in ada.get(f"/my/gifts/{gift.public_id}").text
    assert "Total of gifts: $3.00" in read_pdf(ada.get(f"/my/gifts/{gift.public_id}/receipt.pdf"))


def test_a_held_gift_says_why_and_has_no_receipt(ada: FlaskClient, desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    page = ada.get(f"/my/gifts/{gift.public_id}").text
    assert "A person will decide by" in page
    assert f"#{gift.deciding_rule}" in page
    assert "You can change this once the gift is taken." in page
    assert ada.get(f"/my/gifts/{gift.public_id}/receipt.pdf").status_code == 404


def test_a_refused_gift_names_the_rule_and_a_gift_without_a_card_waits(
    ada: FlaskClient, desk: GivingDesk
) -> None:
    refused = desk.give(pledge_of(political_group=True))
    assert "We can't take this gift. No money was taken." in ada.get(f"/my/gifts/{refused.public_id}").text
    waiting = desk.give(card=DECLINED)
    assert "We wait for your card or your bank." in ada.get(f"/my/gifts/{waiting.public_id}").text


def test_a_statement_lists_what_was_taken_in_its_days(ada: FlaskClient, desk: GivingDesk) -> None:
    gifts = [desk.give(), desk.give(pledge_of(minor=1000))]
    desk.give(pledge_of(political_group=True))
    year = desk.clock.now().year
    assert f"Statement {year} (PDF)" in ada.get("/my/gifts").text
    whole = read_pdf(ada.get(f"/my/statement.pdf?year={year}"))
    assert f"Statement of gifts in {year}" in whole
    assert all(gift.public_id[:8] in whole for gift in gifts)
    assert "Total of gifts: $15.00" in whole
    today = desk.clock.now().date()
    assert "$15.00" in read_pdf(ada.get(f"/my/statement.pdf?first={today}&last={today}"))
    empty = read_pdf(ada.get("/my/statement.pdf?first=2001-01-01&last=2001-12-31"))
    assert "No money was taken for a gift in this time." in empty


def test_a_statement_adds_up_each_currency_by_itself(ada: FlaskClient, desk: GivingDesk) -> None:
    desk.give()
    euros = desk.give(pledge_of(minor=22_000, currency="EUR", covers_fee=True, donor=DETAILED))
    desk.give(pledge_of(minor=3_000, currency="JPY", donor=DETAILED))
    desk.give(pledge_of(minor=1_250, currency="KWD", donor=DETAILED))
    words = read_pdf(ada.get(f"/my/statement.pdf?year={desk.clock.now().year}"))
    assert "Total of gifts: \u20ac232.88 and \u00a53,000 and KWD 1.250 and $5.00" in words
    assert "written acknowledgment" in words
    page = ada.get(f"/my/gifts/{euros.public_id}").text
    assert "\u20ac232.88" in page
    assert "you added \u20ac12.88 for the card's fee" in page
    assert "Whoever gives more than \u20ac800.00 in a year" in page


def test_the_same_gifts_give_the_same_statement(ada: FlaskClient, desk: GivingDesk) -> None:
    desk.give()
    address = f"/my/statement.pdf?year={desk.clock.now().year}"
    first, second = ada.get(address), ada.get(address)
    assert "$5.00" in read_pdf(first)
    assert first.data == second.data


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "Enter a day such as 2026-12-31."),
        ("?first=2026-01-01", "Enter a day such as 2026-12-31."),
        ("?first=soon&last=2026-01-01", "Enter a day such as 2026-12-31."),
        ("?first=2026-02-01&last=2026-01-01", "The last day must not come before the first."),
        ("?year=soon", "Choose a year such as 2026."),
        ("?year=0", "Choose a year such as 2026."),
        ("?year=99999999999999999999999", "Choose a year such as 2026."),
    ],
)
def test_days_that_are_none_are_sent_back(ada: FlaskClient, desk: GivingDesk, query: str, told: str) -> None:
    desk.give()
    answer = ada.get(f"/my/statement.pdf{query}")
    assert answer.status_code == 422
    assert told in answer.text


def test_a_donor_decides_for_each_gift_whether_they_are_named(ada: FlaskClient, desk: GivingDesk) -> None:
    gift, other = desk.give(), desk.give()
    assert name(ada, gift, anonymous=True).headers["Location"] == f"/my/gifts/{gift.public_id}"
    assert (desk.gift(gift.id).anonymous, desk.gift(other.id).anonymous) == (True, False)
    assert desk.journal()[-1] == "gift.anonymity_changed"
    assert name(ada, gift, anonymous=False).status_code == 303
    assert desk.gift(gift.id).anonymous is False
    with desk.database.transaction() as session:
        noted = session.execute(text("SELECT anonymous FROM gift_anonymity ORDER BY id")).scalars().all()
    assert noted == [True, False]


def test_no_choice_changes_nothing(ada: FlaskClient, desk: GivingDesk) -> None:
    gift = desk.give()
    answer = ada.post(f"/my/gifts/{gift.public_id}/naming", data={})
    assert answer.status_code == 422
    assert "Choose yes or no." in answer.text


def test_above_the_line_a_donor_stays_named_and_is_told_the_rule(ada: FlaskClient, desk: GivingDesk) -> None:
    gift = desk.give(pledge_of(minor=100_001, donor=DETAILED))
    answer = name(ada, gift, anonymous=True)
    assert answer.status_code == 409
    assert "Rule DS22 of our policy" in answer.text
    assert desk.gift(gift.id).anonymous is False


def test_the_line_is_told_before_paying(client: FlaskClient, desk: GivingDesk) -> None:
    del desk
    page = " ".join(client.get("/donate").text.split())
    assert "Whoever gives more than $1,000.00 in a year is named in public." in page
    assert "Below it you can change this for each gift later, under &#39;Your gifts&#39;." in page


def test_no_address_holds_personal_data(ada: FlaskClient, desk: GivingDesk) -> None:
    gift = desk.give()
    for path in ("/my/gifts", f"/my/gifts/{gift.public_id}", "/my/deletion"):
        page = ada.get(path).text
        for link in page.split('href="')[1:]:
            assert ADA.email not in link.partition('"')[0]
            assert "Ada" not in link.partition('"')[0]
