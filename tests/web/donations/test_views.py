from __future__ import annotations

import json
import uuid
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.donations.context import STRIPE_PLACES, donations_context, install_donations
from factually.donations.conversion import FIXED_RATES
from factually.donations.donor_records import open_donor
from factually.donations.lifecycle import GiftState
from factually.donations.pledges import ATTESTATION_VERSION
from factually.donations.queries import gift_by_public_id
from factually.donations.reviewing import Ruling, review_gift
from factually.foundation.money import Money
from factually.independence.publishing import publish_policy
from factually.independence.queries import screenings_of
from factually.independence.replaying import replay
from factually.independence.results import Verdict
from tests.support.card_testing import card_entry, loaded_form
from tests.support.donation_factories import (
    DECLINED,
    DETAILED,
    SHARED_NAME,
    THREE_D_SECURE,
    VISA,
    GivingDesk,
    organisation_pledge,
    pledge_of,
)
from tests.support.people import add_person
from tests.support.rule_factories import draft_policy

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from factually.donations.pledges import Donor
    from factually.foundation.database import Database

JSON = {"Accept": "application/json"}

ORGANISATION = {"capacity": "organisation", "organisation": "A Choir"}
ADDRESS = {
    "lines": "1 Made-up Street",
    "city": "Austin",
    "region": "Texas",
    "postal_code": "78701",
    "country": "US",
}
WORK = {"occupation": "Typesetter", "employer": "A Press"}


def filled_in(**changes: str | None) -> dict[str, str]:
    form = {
        "client_key": str(uuid.uuid4()),
        "attestation_version": ATTESTATION_VERSION,
        "amount": "5",
        "capacity": "own_money",
        "political_group": "no",
        "name": "Ada Reader",
        "email": "ada@example.org",
        "attestation": "y",
        **changes,
    }
    return {name: value for name, value in form.items() if value is not None}


def promise(client: FlaskClient, **changes: str | None) -> TestResponse:
    return client.post("/donate", data=filled_in(**changes) | loaded_form(client), headers=JSON)


def confirm(client: FlaskClient, desk: GivingDesk, gift: str, card: str = VISA) -> TestResponse:
    return client.post(f"/donate/{gift}/confirm", data=card_entry(gift, desk.token(card)), headers=JSON)


def test_the_form_is_filled_in_by_its_link(client: FlaskClient) -> None:
    page = client.get("/donate?amount=25&from=an-article").text
    assert 'checked id="amount-2" name="amount" required type="radio" value="25"' in page
    assert 'name="from_article" type="hidden" value="an-article"' in page


@pytest.mark.parametrize("query", ["amount=1000000000", "amount=<b>", "from=../x", "amount=7", ""])
def test_a_link_that_says_nonsense_gives_the_plain_form(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/donate?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text
    assert "../x" not in answer.text


def test_the_form_says_that_no_money_moves_and_that_cards_need_javascript(client: FlaskClient) -> None:
    page = client.get("/donate").text
    assert "Sandbox: no money moves." in page
    assert "<noscript>" in page


def test_only_the_form_lets_the_payment_script_in(client: FlaskClient, desk: GivingDesk) -> None:
    form, gift = client.get("/donate"), client.get(f"/donate/{desk.pledge().public_id}")
    assert f"script-src 'self' {desk.sandbox.url};" in form.headers["Content-Security-Policy"]
    assert f"frame-src {desk.sandbox.url};" in form.headers["Content-Security-Policy"]
    assert desk.sandbox.url not in gift.headers["Content-Security-Policy"]
    assert form.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert gift.headers["Cache-Control"] == "no-store"


def test_a_gift_goes_from_the_form_to_the_receipt(client: FlaskClient, desk: GivingDesk) -> None:
    promised = promise(client, from_article="an-article")
    assert promised.status_code == 201
    assert (promised.get_json()["amount"], promised.get_json()["currency"]) == (500, "usd")
    taken = confirm(client, desk, promised.get_json()["public_id"])
    assert (taken.status_code, taken.get_json()["status"]) == (200, "captured")
    page = client.get(taken.get_json()["url"])
    assert "Thank you" in page.text
    assert "$5.00" in page.text
    assert "/fact-checks/an-article" in page.text
    assert "Ada" not in page.text


def test_the_same_form_twice_is_the_same_gift(client: FlaskClient) -> None:
    form = filled_in() | loaded_form(client)
    first, second = (client.post("/donate", data=form, headers=JSON) for _ in range(2))
    assert first.get_json()["public_id"] == second.get_json()["public_id"]
    other = client.post("/donate", data={**form, "amount": "10"}, headers=JSON)
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("amount", {"amount": None}),
        ("amount", {"amount": "17"}),
        ("other_amount", {"amount": "other", "other_amount": ""}),
        ("other_amount", {"amount": "other", "other_amount": "five"}),
        ("other_amount", {"amount": "other", "other_amount": "5.001"}),
        ("other_amount", {"amount": "other", "other_amount": "-5"}),
        ("other_amount", {"amount": "other", "other_amount": "9" * 19}),
        ("other_amount", {"amount": "other", "other_amount": "0.99"}),
        ("other_amount", {"amount": "other", "other_amount": "5000.01"}),
        ("capacity", {"capacity": None}),
        ("capacity", {"capacity": "king"}),
        ("organisation", {"capacity": "organisation"}),
        ("organisation", {"capacity": "organisation", "organisation": "x" * 201}),
        ("true_donor", {"capacity": "someone_else", "true_donor": "  "}),
        ("political_group", {"political_group": None}),
        ("political_group", {"political_group": "maybe"}),
        ("name", {"name": ""}),
        ("name", {"name": "x" * 201}),
        ("name", {"name": "a\x00b"}),
        ("name", {"name": "a\x1bb"}),
        ("email", {"email": "nobody"}),
        ("email", {"email": "a@" + "b" * 250 + ".org"}),
        ("email", {"email": "a@example.org\r\nBcc: b@example.org"}),
        ("organisation_type", {**ORGANISATION, "organisation_type": "church"}),
        ("ein", {**ORGANISATION, "ein": "12-345678"}),
        ("ein", {**ORGANISATION, "ein": "1" * 11}),
        ("adviser", {**ORGANISATION, "adviser": "x" * 201}),
        ("lines", {**ADDRESS, "lines": ""}),
        ("lines", {**ADDRESS, "lines": "a\x00b"}),
        ("city", {**ADDRESS, "city": ""}),
        ("city", {**ADDRESS, "city": "x" * 201}),
        ("region", {**ADDRESS, "region": "Nowhere"}),
        ("postal_code", {**ADDRESS, "postal_code": "787"}),
        ("postal_code", {**ADDRESS, "postal_code": "7" * 13}),
        ("country", {**ADDRESS, "country": "ZZ"}),
        ("occupation", {"occupation": "a\x1bb"}),
        ("employer", {"employer": "x" * 201}),
        ("attestation", {"attestation": None}),
        ("attestation_version", {"attestation_version": "1999"}),
        ("client_key", {"client_key": "not a key"}),
        ("currency", {"currency": "CHF"}),
        ("currency", {"currency": "eur"}),
        ("currency", {"currency": ""}),
        ("amount", {"currency": "JPY", "amount": "5"}),
        ("other_amount", {"currency": "JPY", "amount": "other", "other_amount": "500.00"}),
        ("other_amount", {"currency": "JPY", "amount": "other", "other_amount": "99"}),
        ("other_amount", {"currency": "KWD", "amount": "other", "other_amount": "1,250"}),
        ("other_amount", {"currency": "KWD", "amount": "other", "other_amount": "1.255"}),
        ("other_amount", {"currency": "EUR", "amount": "other", "other_amount": "4000,01"}),
        ("covers_fee", {"amount": "other", "other_amount": "4,999", "covers_fee": "y"}),
        ("fees_version", {"covers_fee": "y", "fees_version": "1999"}),
    ],
)
def test_what_is_wrong_with_a_form_is_named_by_its_field(
    client: FlaskClient, field: str, changes: dict[str, str | None]
) -> None:
    answer = promise(client, **changes)
    assert answer.status_code == 422
    assert answer.get_json()["error"]["field"] == field
    assert answer.get_json()["error"]["message"]


def donor_of(client: FlaskClient, desk: GivingDesk, **changes: str) -> tuple[Donor, str | None]:
    """Who gives, as kept from one form, and what kind of organisation that is."""
    with desk.database.transaction() as session:
        gift = gift_by_public_id(session, promise(client, **changes).get_json()["public_id"])
    return open_donor(gift, keyring=desk.keyring), gift.organisation_type


def test_all_details_of_a_large_gift_are_kept(client: FlaskClient, desk: GivingDesk) -> None:
    assert donor_of(client, desk, **ADDRESS, **WORK) == (DETAILED, None)


@pytest.mark.parametrize("country", ["US", "DE"])
def test_an_address_of_which_only_the_country_was_chosen_is_none(
    client: FlaskClient, desk: GivingDesk, country: str
) -> None:
    assert donor_of(client, desk, country=country)[0].address is None


@pytest.mark.parametrize(
    ("kind", "adviser", "true_donor"),
    [
        ("", "Eve Reader", None),
        ("charity", "Eve Reader", None),
        ("donor_advised_fund", "Eve Reader", "Eve Reader"),
        ("giving_platform", " ", None),
    ],
)
def test_who_stands_behind_a_fund_is_kept_and_behind_others_nobody(
    client: FlaskClient, desk: GivingDesk, kind: str, adviser: str, true_donor: str | None
) -> None:
    donor, kept_kind = donor_of(
        client, desk, **ORGANISATION, **WORK, organisation_type=kind, adviser=adviser, ein="123456789"
    )
    assert (kept_kind, donor.true_donor, donor.ein) == (kind or None, true_donor, "12-3456789")
    assert (donor.occupation, donor.employer) == (None, None)


def test_what_an_organisation_is_asked_is_not_kept_of_a_person(client: FlaskClient, desk: GivingDesk) -> None:
    donor, kind = donor_of(client, desk, organisation_type="union", ein="12-3456789", adviser="Eve")
    assert (kind, donor.ein, donor.true_donor, donor.organisation) == (None, None, None, None)


def test_the_form_speaks_of_the_currency_that_was_chosen(client: FlaskClient) -> None:
    page = client.get("/donate?currency=JPY").text
    for words in (
        '<option value="JPY" selected>JPY, yen (\u00a5)</option>',
        'name="currency" type="hidden" value="JPY"',
        '<label for="amount-1">\u00a51,000</label>',
        "Amount in yen",
        "From \u00a5100 to \u00a5600,000.",
        "Add \u00a582 to cover the card&#39;s fee",
        "Postal address, above \u00a56,250 a gift or \u00a525,000 a year",
        "come to more than \u00a525,000",
        "Whoever gives more than \u00a5125,000 in a year is named in public.",
        'data-digits="0"',
    ):
        assert words in page
    assert "$" not in page.replace("dollars ($)", "")


@pytest.mark.parametrize("query", ["currency=CHF", "currency=<b>", "currency="])
def test_a_currency_that_we_do_not_take_gives_the_form_in_dollars(client: FlaskClient, query: str) -> None:
    page = client.get(f"/donate?{query}").text
    assert '<option value="USD" selected>' in page
    assert "<b>" not in page


def test_a_choice_of_currency_keeps_what_the_link_said(client: FlaskClient) -> None:
    page = client.get("/donate?from=an-article&details=all").text
    assert '<input type="hidden" name="from" value="an-article">' in page
    assert '<input type="hidden" name="details" value="all">' in page


@pytest.mark.parametrize(
    ("form", "charged", "shown"),
    [
        ({"currency": "EUR", "amount": "other", "other_amount": "7,50"}, 750, "\u20ac7.50"),
        ({"currency": "JPY", "amount": "1000"}, 1_000, "\u00a51,000"),
        ({"currency": "KWD", "amount": "other", "other_amount": "1.250"}, 1_250, "KWD 1.250"),
        ({"currency": "GBP", "amount": "20", "covers_fee": "y"}, 2_141, "\u00a321.41"),
    ],
)
def test_a_gift_in_another_currency_goes_from_the_form_to_the_receipt(
    client: FlaskClient, desk: GivingDesk, form: dict[str, str | None], charged: int, shown: str
) -> None:
    promised = promise(client, **form).get_json()
    assert promised["amount"] == charged
    assert promised["currency"] == str(form["currency"]).lower()
    taken = confirm(client, desk, promised["public_id"]).get_json()
    assert taken["status"] == "captured"
    assert shown in client.get(taken["url"]).text
    assert any(shown in letter.subject for letter in desk.open_letters())
    with desk.database.transaction() as session:
        gift = gift_by_public_id(session, promised["public_id"])
    (intent,) = desk.intents(gift.id)
    assert (intent["amount_received"], intent["currency"]) == (charged, gift.currency.lower())
    assert (gift.captured_minor, gift.refunded_minor) == (charged, 0)


def test_the_form_says_what_the_cards_statement_will_show(app: Flask, client: FlaskClient) -> None:
    assert "statement will show" not in client.get("/donate").text
    with app.app_context():
        install_donations(app, replace(donations_context(), card_statement="FACTUALLY* GIFT"))
    assert "statement will show <strong>FACTUALLY* GIFT</strong>" in client.get("/donate").text


def test_a_covered_fee_is_kept_apart_and_cannot_be_named_by_the_browser(
    client: FlaskClient, desk: GivingDesk
) -> None:
    public_id = promise(client, covers_fee="y", fee_cover_minor="1").get_json()["public_id"]
    with desk.database.transaction() as session:
        gift = gift_by_public_id(session, public_id)
    assert (gift.amount_minor, gift.fee_cover_minor) == (546, 46)
    taken = confirm(client, desk, public_id).get_json()
    assert "you added $0.46 for the card's fee" in client.get(taken["url"]).text
    [receipt] = desk.open_letters()
    assert "$5.46\n                of which you added $0.46 for the card's fee\n" in receipt.text
    assert "$5.46, of which you added $0.46 for the card" in receipt.html


def test_what_a_rule_compares_is_what_another_currency_counts_as(
    client: FlaskClient, desk: GivingDesk
) -> None:
    """The policy asks above fifty dollars; 40 euros count as no more than that, and a cent more does."""
    for amount, asked in (("40", False), ("40.01", True)):
        form = {"currency": "EUR", "amount": "other", "other_amount": amount}
        public_id = promise(client, **form, email=f"ada{asked}@example.org").get_json()["public_id"]
        confirm(client, desk, public_id)
        with desk.database.transaction() as session:
            gift = gift_by_public_id(session, public_id)
            assert (gift.details_asked_at is not None) is asked
            screening = screenings_of(session, gift.id, keyring=desk.keyring)[-1]
            assert replay(session, screening.id, keyring=desk.keyring).same
        assert screening.facts.history is not None
        assert screening.facts.history.rates_version == FIXED_RATES.version


def test_the_form_says_from_which_amount_on_it_asks_more(client: FlaskClient) -> None:
    page = client.get("/donate").text
    for words in (
        'data-address-above="5000"',
        "Postal address, above $50.00 a gift or $200.00 a year",
        "My gifts of this year, with this one, come to more than $200.00",
        'data-work-above="20000"',
        "and a person has to look at it before we take it.",
        'data-asked-above="workAbove" data-asked-for="capacity:own_money"',
        "Whoever gives more than $1,000.00 in a year is named in public.",
        'data-shown-for="organisation_type:donor_advised_fund|fiscal_sponsor|giving_platform"',
    ):
        assert words in page


def test_a_link_can_ask_for_all_details_at_any_amount(client: FlaskClient) -> None:
    page = client.get("/donate?details=all").text
    assert 'data-address-above="0"' in page
    assert 'data-work-above="0"' in page
    assert "come to more than" not in page


def test_the_form_asks_by_the_policy_in_force(client: FlaskClient, desk: GivingDesk) -> None:
    document = json.loads(
        draft_policy(
            DS19={"identity_above_minor": 1_000},
            DS21={"identity_above_minor": 1_000},
            DS31={"adviser_unnamed": "allow"},
        ).document
    )
    with desk.database.transaction() as session:
        publish_policy(
            session,
            json.dumps({**document, "effective_from": desk.clock.now().isoformat()}),
            now=desk.clock.now(),
        )
    page = client.get("/donate").text
    assert "Postal address, above $10.00 a gift or $200.00 a year" in page
    assert "the gift counts as anonymous." in page


def test_where_no_policy_can_be_read_the_form_asks_by_the_one_that_ships(
    client: FlaskClient, owner_database: Database
) -> None:
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE policy_version DISABLE TRIGGER USER"))
        session.execute(text("UPDATE policy_version SET document = '{}'"))
    assert "Postal address, above $50.00 a gift or $200.00 a year" in client.get("/donate").text


@pytest.mark.parametrize(("minor", "times"), [(500, 0), (5_100, 1)])
def test_a_held_gift_says_that_details_are_missing(
    client: FlaskClient, desk: GivingDesk, minor: int, times: int
) -> None:
    gift = desk.give(replace(organisation_pledge(SHARED_NAME), amount=Money(minor, "USD")))
    assert client.get(f"/donate/{gift.public_id}").text.count("Not all details") == times


def test_a_refusal_tells_the_rule_and_that_nothing_was_charged(client: FlaskClient, desk: GivingDesk) -> None:
    form = filled_in(political_group="yes") | loaded_form(client)
    promised = client.post("/donate", data=form, headers=JSON)
    refused = confirm(client, desk, promised.get_json()["public_id"])
    assert refused.status_code == 422
    assert refused.get_json()["decision"] == "refuse"
    assert refused.get_json()["rule_id"] == "DS02"
    assert refused.get_json()["charged"] is False
    assert refused.get_json()["policy_version"]
    assert refused.get_json()["reason_text"]
    assert client.post("/donate", data=form, headers=JSON).get_json() == refused.get_json()
    page = client.get(refused.get_json()["appeal_url"]).text
    assert "Nothing was charged and no hold was placed" in page
    assert refused.get_json()["reason_text"].replace("'", "&#39;") in page
    assert refused.get_json()["case_ref"] in page


def test_a_declined_card_is_answered_in_words_and_another_one_may_follow(
    client: FlaskClient, desk: GivingDesk
) -> None:
    gift = promise(client).get_json()["public_id"]
    declined = confirm(client, desk, gift, DECLINED)
    assert declined.status_code == 402
    assert declined.get_json()["error"]["code"] == "card_declined"
    assert "Nothing was charged" in declined.get_json()["error"]["message"]
    assert "Your card was not charged" in client.get(f"/donate/{gift}").text
    assert confirm(client, desk, gift).get_json()["status"] == "captured"


def test_a_bank_that_asks_is_answered_through_the_payment_script(
    client: FlaskClient, desk: GivingDesk
) -> None:
    gift = promise(client).get_json()["public_id"]
    asked = confirm(client, desk, gift, THREE_D_SECURE)
    assert asked.get_json()["status"] == "requires_action"
    page = client.get(f"/donate/{gift}").text
    assert "We are waiting for your bank" in page
    assert asked.get_json()["client_secret"] not in page
    desk.authenticate(asked.get_json()["client_secret"], passed=True)
    assert client.post(f"/donate/{gift}/settle", headers=JSON).get_json()["status"] == "captured"


def test_an_answer_that_is_awaited_says_so(client: FlaskClient, desk: GivingDesk) -> None:
    gift = promise(client).get_json()["public_id"]
    desk.sandbox.fault("POST /v1/payment_intents", "error_before", count=3)
    waiting = confirm(client, desk, gift)
    assert (waiting.status_code, waiting.get_json()) == (202, {"status": "processing"})


def test_a_page_is_shown_even_while_stripe_is_away(client: FlaskClient, desk: GivingDesk) -> None:
    gift = desk.give()
    desk.sandbox.fault("GET /v1/payment_intents/{}", "error_before", count=3)
    assert "Thank you" in client.get(f"/donate/{gift.public_id}").text


def test_when_all_places_at_stripe_are_taken_donors_are_told_at_once(
    app: Flask, client: FlaskClient, desk: GivingDesk
) -> None:
    taken, pledged = desk.give(), desk.pledge()
    with ExitStack() as waiting, app.app_context():
        for _ in range(STRIPE_PLACES):
            waiting.enter_context(donations_context().at_stripe.place())
        answer = confirm(client, desk, pledged.public_id)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "nothing was charged" in answer.get_json()["error"]["message"]
        assert "Thank you" in client.get(f"/donate/{taken.public_id}").text
    assert desk.calls(pledged.id) == []
    assert confirm(client, desk, pledged.public_id).status_code == 200


def test_a_script_that_tries_card_after_card_is_slowed_down(client: FlaskClient, desk: GivingDesk) -> None:
    address = f"/donate/{desk.pledge().public_id}/confirm"
    answers = [client.post(address, data={}, headers=JSON) for _ in range(22)]
    assert [answer.status_code for answer in answers] == [422] * 20 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "60"


@pytest.mark.parametrize("token", ["", "pm_card_visa", "ctoken_" + "x" * 300, "ctoken_<b>"])
def test_a_card_entry_of_another_shape_is_refused(client: FlaskClient, desk: GivingDesk, token: str) -> None:
    gift = desk.pledge()
    answer = client.post(
        f"/donate/{gift.public_id}/confirm", data={"confirmation_token": token}, headers=JSON
    )
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, "confirmation_token")


def test_a_held_gift_says_by_when_a_person_looks(client: FlaskClient, desk: GivingDesk) -> None:
    gift = promise(client, capacity="organisation", organisation=SHARED_NAME).get_json()["public_id"]
    assert confirm(client, desk, gift).get_json()["status"] == "held"
    page = client.get(f"/donate/{gift}").text
    assert "A person will look at this gift by" in page
    assert "nothing has been taken" in page
    assert SHARED_NAME not in page


def test_a_hold_that_a_reviewer_refused_says_so_with_dignity(client: FlaskClient, desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    reviewer = add_person(desk.database, "auditor", now=desk.clock.now())
    ruling = Ruling(verdict=Verdict.REFUSE, reason="It is the committee's own.", reviewer_id=reviewer.id)
    with desk.database.transaction() as session:
        review_gift(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())
    page = client.get(f"/donate/{gift.public_id}").text
    assert "We have released the hold" in page
    assert "A person looked at this gift" in page
    assert "the committee&#39;s own" not in page


def test_a_refund_made_elsewhere_is_seen_and_shown(client: FlaskClient, desk: GivingDesk) -> None:
    gift = desk.give()
    desk.sandbox.client().v1.refunds.create({"payment_intent": desk.intents(gift.id)[0]["id"], "amount": 150})
    assert "Returned to you: $1.50" in client.get(f"/donate/{gift.public_id}").text
    assert desk.gift(gift.id).state == GiftState.PARTLY_REFUNDED


@pytest.mark.parametrize(
    ("state", "title"),
    [(GiftState.EXPIRED, "This gift was not made"), (GiftState.PLEDGED, "Your card was not charged")],
)
def test_each_unpaid_end_has_its_words(
    client: FlaskClient, desk: GivingDesk, state: GiftState, title: str
) -> None:
    gift = desk.pledge(pledge_of())
    with desk.database.transaction() as session:
        session.merge(gift).state = state.value
    assert title in client.get(f"/donate/{gift.public_id}").text


def test_a_gift_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert client.get("/donate/nowhere").status_code == 404
    assert client.post("/donate/nowhere/settle", headers=JSON).status_code == 404


def test_the_form_begins_a_monthly_gift(client: FlaskClient, desk: GivingDesk) -> None:
    assert "Every month" in client.get("/donate").text
    promised = promise(client, often="monthly").json
    assert promised is not None
    taken = confirm(client, desk, promised["public_id"]).json
    assert taken is not None
    assert taken["status"] == "captured"
    with desk.database.transaction() as session:
        gift = gift_by_public_id(session, promised["public_id"])
    assert gift.monthly_gift_id is not None
    assert gift.invoice_id is not None


def test_a_monthly_gift_is_refused_as_any_other_before_anything_is_created(
    client: FlaskClient, desk: GivingDesk
) -> None:
    before = desk.at_sandbox("customers")
    promised = promise(client, often="monthly", political_group="yes").json
    assert promised is not None
    refused = confirm(client, desk, promised["public_id"])
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["rule_id"] == "DS02"
    assert refused.json["appeal_url"]
    assert desk.at_sandbox("customers") == before


@pytest.mark.parametrize(("often", "status"), [(None, 201), ("once", 201), ("yearly", 422)])
def test_how_often_is_once_unless_it_is_said(
    client: FlaskClient, desk: GivingDesk, often: str | None, status: int
) -> None:
    answer = promise(client, often=often)
    assert answer.status_code == status
    with desk.database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM monthly_gift")).scalar_one() == 0
