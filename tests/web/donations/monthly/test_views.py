"""The pages of a monthly gift, through its donor's own door and through a mailed link."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.card_testing.admitting import admit
from factually.donations.card_testing.pacing import AT_ONCE
from factually.donations.card_testing.proof_of_work import BITS
from factually.donations.card_testing.turns import Ask
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.donations.monthly.terms import LINK_LIFETIME
from factually.donations.pledges import Donor
from tests.support.card_testing import card_entry
from tests.support.donation_factories import DECLINED, DETAILED, THREE_D_SECURE, pledge_of
from tests.support.donors import enter, signed_in_donor
from tests.support.monthly_desk import FAILS_LATER, MonthlyDesk

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.donations.monthly.models import MonthlyGift
    from tests.support.donation_factories import GivingDesk

LINK = re.compile(r"https://example\.org(/monthly/\w+/[\w.-]+)")
BEA = Donor(name="Bea Other", email="bea@example.org")


@pytest.fixture
def monthly(monthly_desk: MonthlyDesk) -> MonthlyGift:
    return monthly_desk.begin()


@pytest.fixture(params=["own", "link"])
def place(request: pytest.FixtureRequest, client: FlaskClient, monthly: MonthlyGift, desk: GivingDesk) -> str:
    """The address of the page, through each of its two doors."""
    if request.param == "own":
        enter(client, signed_in_donor(desk.database, desk.keyring, now=desk.clock.now()))
        return f"/my/monthly/{monthly.public_id}"
    return mailed_link(desk)


def mailed_link(desk: GivingDesk) -> str:
    found = LINK.search(desk.open_letters()[-1].text)
    assert found is not None
    return found[1]


def test_the_page_says_where_it_stands_and_names_nobody(
    client: FlaskClient, place: str, monthly: MonthlyGift
) -> None:
    page = client.get(place)
    assert page.status_code == 200
    assert "$5.00 a month" in page.text
    assert "Goes on" in page.text
    assert "Ada" not in page.text
    assert "ada@example.org" not in page.text
    assert monthly.subscription_id is not None
    assert monthly.subscription_id not in page.text


def test_it_is_cancelled_in_two_clicks(
    client: FlaskClient, place: str, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    asked = client.get(f"{place}/cancel")
    assert "Cancel $5.00 a month?" in asked.text
    done = client.post(f"{place}/cancel", follow_redirects=True)
    assert "You cancelled it" in done.text
    assert monthly_desk.monthly(monthly.id).end_reason == EndReason.CANCELLED
    assert client.post(f"{place}/cancel").status_code == 303
    assert "It has ended already" in client.get(f"{place}/cancel").text
    assert "There is no card to change" in client.get(f"{place}/card").text


def test_it_is_paused_and_resumed(
    client: FlaskClient, place: str, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    paused = client.post(f"{place}/pause", follow_redirects=True)
    assert "Nothing is taken until you resume it" in paused.text
    assert client.post(f"{place}/pause").status_code == 303
    resumed = client.post(f"{place}/resume", follow_redirects=True)
    assert "Goes on" in resumed.text
    assert monthly_desk.monthly(monthly.id).state == MonthlyState.ACTIVE


def test_the_amount_is_changed(
    client: FlaskClient, place: str, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    changed = client.post(f"{place}/amount", data={"amount": "$7.50"}, follow_redirects=True)
    assert "$7.50 a month" in changed.text
    assert monthly_desk.monthly(monthly.id).amount_minor == 750


def test_an_amount_that_needs_an_address_asks_for_a_new_form(
    client: FlaskClient, place: str, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    page = client.post(f"{place}/amount", data={"amount": "60"})
    assert page.status_code == 422
    assert "we need your postal address" in page.text
    assert monthly_desk.monthly(monthly.id).amount_minor == 500


def test_a_donor_whose_address_is_known_can_give_more(client: FlaskClient, monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(pledge_of(monthly=True, donor=DETAILED))
    client.post(f"{mailed_link(monthly_desk.desk)}/amount", data={"amount": "60"})
    assert monthly_desk.monthly(monthly.id).amount_minor == 6_000


@pytest.mark.parametrize("amount", ["", "0.10", "seven", "99999999", "5.001", "x" * 21])
def test_an_amount_that_is_none_is_named(
    client: FlaskClient, place: str, monthly: MonthlyGift, monthly_desk: MonthlyDesk, amount: str
) -> None:
    page = client.post(f"{place}/amount", data={"amount": amount})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert monthly_desk.monthly(monthly.id).amount_minor == 500


def test_another_card_is_saved(
    client: FlaskClient, place: str, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    page = client.get(f"{place}/card")
    assert "data-settle-url" in page.text
    assert monthly_desk.desk.sandbox.url not in page.headers.get("Location", "")
    saved = client.post(
        f"{place}/card/confirm", data=card_entry(monthly.public_id, monthly_desk.desk.token())
    )
    assert saved.json == {"status": "saved", "url": place}
    assert monthly_desk.monthly(monthly.id).payment_method_id != monthly.payment_method_id


def test_another_card_goes_to_stripe_once_its_sum_is_solved(
    client: FlaskClient, place: str, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    desk = monthly_desk.desk
    setups, token = len(desk.at_sandbox("setup_intents")), desk.token()
    asked = client.post(f"{place}/card/confirm", data={"confirmation_token": token})
    assert asked.status_code == 428
    assert asked.get_json()["proof"] == {"challenge": f"{monthly.public_id}:{token}", "bits": BITS}
    other = card_entry(monthly.public_id, desk.token())["proof"]
    refused = client.post(f"{place}/card/confirm", data={"confirmation_token": token, "proof": other})
    assert refused.status_code == 428
    assert len(desk.at_sandbox("setup_intents")) == setups
    assert monthly_desk.monthly(monthly.id).payment_method_id == monthly.payment_method_id


def test_another_card_takes_a_turn_and_waits_for_it_as_a_gifts_does(
    client: FlaskClient, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    desk = monthly_desk.desk
    address = f"{mailed_link(desk)}/card/confirm"
    for number in range(AT_ONCE + 1):
        whose = str(number).encode().rjust(32, b"-")
        ask = Ask(subject=str(number), entry=str(number), address=whose, email_index=whose)
        admit(desk.database, ask, clock=desk.clock)
    entry = card_entry(monthly.public_id, desk.token())
    waiting = client.post(address, data=entry, headers={"Accept": "application/json"})
    assert (waiting.status_code, waiting.get_json()["error"]["code"]) == (429, "wait_your_turn")
    desk.clock.advance(timedelta(seconds=int(waiting.headers["Retry-After"])))
    assert client.post(address, data=entry).get_json()["status"] == "saved"


def test_a_declined_card_is_told_in_words(
    client: FlaskClient, place: str, monthly: MonthlyGift, desk: GivingDesk
) -> None:
    declined = client.post(f"{place}/card/confirm", data=card_entry(monthly.public_id, desk.token(DECLINED)))
    assert declined.status_code == 402
    assert declined.json is not None
    assert declined.json["error"]["field"] == "card"


def test_a_bank_that_asks_is_asked_in_the_browser(
    client: FlaskClient, place: str, monthly: MonthlyGift, desk: GivingDesk
) -> None:
    entry = card_entry(monthly.public_id, desk.token(THREE_D_SECURE))
    asked = client.post(f"{place}/card/confirm", data=entry).json
    assert asked is not None
    assert asked["status"] == "requires_action"
    desk.authenticate(asked["client_secret"], passed=True)
    saved = client.post(f"{place}/card/settle").json
    assert saved is not None
    assert saved["status"] == "saved"


def test_a_card_entry_that_is_none_is_refused(client: FlaskClient, place: str, monthly: MonthlyGift) -> None:
    assert client.post(f"{place}/card/confirm", data={"confirmation_token": "x"}).status_code == 422
    unknown = card_entry(monthly.public_id, "ctoken_none")
    assert client.post(f"{place}/card/confirm", data=unknown).status_code == 422


def test_a_failed_month_is_shown_with_the_way_to_another_card(
    client: FlaskClient, place: str, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    monthly_desk.desk.sandbox.force(
        f"payment_methods/{monthly.payment_method_id}/replace", {"card": FAILS_LATER}
    )
    monthly_desk.pass_months()
    if place.startswith("/my"):
        enter(
            client,
            signed_in_donor(
                monthly_desk.desk.database, monthly_desk.desk.keyring, now=monthly_desk.desk.clock.now()
            ),
        )
    page = client.get(place)
    assert "We try the card again" in page.text
    assert f'href="{place}/card"' in page.text


def test_a_bank_that_asks_about_a_month_is_answered_on_a_page_of_its_own(
    client: FlaskClient, place: str, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    desk = monthly_desk.desk
    desk.sandbox.force(f"payment_methods/{monthly.payment_method_id}/replace", {"card": THREE_D_SECURE})
    monthly_desk.pass_months()
    if place.startswith("/my"):
        enter(client, signed_in_donor(desk.database, desk.keyring, now=desk.clock.now()))
    assert f'href="{place}/bank"' in client.get(place).text
    assert client.get(f"{mailed_link(desk)}/bank").status_code == 200
    page = client.get(f"{place}/bank")
    assert "Your bank wants to know that it is you who gives $5.00" in page.text
    assert desk.sandbox.url in page.headers["Content-Security-Policy"]
    assert "_secret_" not in page.text
    asked = client.post(f"{place}/bank").json
    assert asked is not None
    desk.authenticate(asked["client_secret"], passed=True)
    assert client.post(f"{place}/bank").json == {"status": "settled", "url": place}
    assert monthly_desk.states(monthly) == ["captured", "captured"]
    assert "There is nothing to confirm" in client.get(f"{place}/bank").text
    assert "Your bank wanted you to confirm $5.00" in client.get(place).text


def test_a_link_is_bound_to_its_gift_and_its_time(
    client: FlaskClient, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    desk = monthly_desk.desk
    link = mailed_link(desk)
    other = monthly_desk.begin()
    assert client.get(link.replace(monthly.public_id, other.public_id)).status_code == 404
    assert client.get(f"{link}x").status_code == 404
    assert client.post(f"{link[:-3]}abc/cancel").status_code == 404
    desk.clock.advance(LINK_LIFETIME - timedelta(seconds=1))
    assert client.get(link).status_code == 200
    desk.clock.advance(timedelta(seconds=2))
    assert client.get(link).status_code == 404
    assert monthly_desk.monthly(monthly.id).state == MonthlyState.ACTIVE


def test_the_monthly_gift_of_somebody_else_is_not_there(
    client: FlaskClient, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    desk = monthly_desk.desk
    other = monthly_desk.begin(pledge_of(monthly=True, donor=BEA))
    enter(client, signed_in_donor(desk.database, desk.keyring, now=desk.clock.now()))
    assert client.get(f"/my/monthly/{monthly.public_id}").status_code == 200
    assert client.get(f"/my/monthly/{other.public_id}").status_code == 404
    assert client.post(f"/my/monthly/{other.public_id}/cancel").status_code == 404
    assert client.get("/my/monthly/nothing").status_code == 404
    listed = client.get("/my/gifts").text
    assert monthly.public_id in listed
    assert other.public_id not in listed


def test_each_month_leads_to_its_monthly_gift(
    client: FlaskClient, monthly: MonthlyGift, monthly_desk: MonthlyDesk
) -> None:
    desk = monthly_desk.desk
    enter(client, signed_in_donor(desk.database, desk.keyring, now=desk.clock.now()))
    (month,) = monthly_desk.months(monthly)
    page = client.get(f"/my/gifts/{month.public_id}").text
    assert f"/my/monthly/{monthly.public_id}" in page
    assert "Your bank lets us charge the saved card." in page
    assert "Given monthly" in client.get(f"/donate/{month.public_id}").text
