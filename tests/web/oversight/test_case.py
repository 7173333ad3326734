from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from factually.audit.journal import entries_about
from factually.donations.models import Gift
from factually.donations.progress import Step
from factually.donations.sweeping import release_overdue
from factually.foundation.crypto import ERASED
from factually.foundation.schema import APP_ROLE
from factually.independence.erasing import erase_decisions
from tests.support.donation_factories import DECLINED, DETAILED, DONOR, pledge_of
from tests.support.oversight_desk import CANARY, plain, show

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.accounts.models import Account
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.oversight_desk import OversightDesk


def looks(desk: OversightDesk, gift: Gift) -> list[tuple[str, str, dict[str, object]]]:
    with desk.giving.database.reading() as connection:
        entries = entries_about(connection, f"gift:{gift.id}")
    return [(entry.event, entry.actor_id, entry.details) for entry in entries]


def test_a_held_gift_shows_at_its_head_why_and_until_when(desk: OversightDesk, browser: FlaskClient) -> None:
    page = show(browser, desk.held_gift())
    head = page[: page.index("What was checked")]
    assert "Held by rule DS03: a person has to decide" in head
    assert 'Organisation\'s name "ActBlue" equals the registered name of ACTBLUE' in head
    assert "The card has a hold of $5.00. Nothing has been taken." in head
    assert "To decide in 3 days" in head
    assert "Accept: take the gift" in head
    assert "Refuse: cancel the hold" in head


def test_each_finding_shows_rule_register_row_and_what_was_read(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    page = show(browser, desk.held_gift())
    checked = page[page.index("What was checked") : page.index("What happened")]
    for rule in ("DS01", "DS02", "DS03", "DS14", "DS29"):
        assert rule in checked
    assert "policy 2026-11-24" in checked
    assert "Register FEC committees, version of 2026-01-30" in checked
    assert "Row ACTBLUE, C00401224" in checked
    assert "Read: the organisation's name, the donor's name" in checked
    assert "Any other likeness of names is held for a person to decide." in checked
    assert checked.index("After the bank's answer") < checked.index("Before payment")


def test_an_allowed_gift_says_that_no_rule_objects(desk: OversightDesk, browser: FlaskClient) -> None:
    page = show(browser, desk.captured_gift())
    assert "Allowed: 26 rules were checked and none objects" in page
    assert "$5.00 was taken." in page
    assert "Accept: take the gift" not in page
    assert "Card Visa, credit, issued in US" in page
    assert "A letter to the donor was written: the receipt." in page


def test_a_gift_in_euros_shows_its_cover_and_what_it_was_compared_as(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    page = show(browser, desk.giving.give(pledge_of(minor=750, currency="EUR", covers_fee=True)))
    assert "Amount \u20ac8.25, of it \u20ac0.75 for the card's fee" in page
    assert "\u20ac8.25 was taken." in page
    assert "With this gift the donor gave $10.32 this calendar year." in page
    assert "\u20ac8.25 counts as $10.32, by the rates of 2026-11-24." in page


def test_a_refused_gift_says_that_the_provider_never_heard_of_it(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    page = show(browser, desk.refused_gift())
    assert "Refused by rule DS02" not in page
    assert "Refused by rule DS03" in page
    assert "the payment provider never heard of this gift" in page
    assert "Payment intent None was created" in page


def test_a_pledge_without_a_card_and_a_declined_card_are_told_apart(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    assert "Not checked yet: no card was entered" in show(browser, desk.giving.pledge())
    declined = show(browser, desk.giving.give(pledge_of(), DECLINED))
    assert "Card 1 did not pay (generic_decline)." in declined
    assert "Nothing has been taken." in declined


def test_a_hold_that_nobody_decided_says_so(
    desk: OversightDesk, auditor: Account, clock: FrozenClock
) -> None:
    gift = desk.held_gift()
    clock.advance(timedelta(days=4))
    with desk.giving.database.transaction() as session:
        release_overdue(session, step=Step(DONOR, clock.now()))
    desk.giving.journey.settle(gift.id)
    page = show(desk.signed_in(auditor), gift)
    assert "nobody decided in time" in page
    assert "The hold on the card was cancelled. Nothing was taken." in page


def test_the_last_decision_is_made_again_and_comes_out_the_same(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    assert "Same answer The last decision was made again just now" in show(browser, desk.held_gift())


def test_each_look_is_journalled_and_shown_to_the_next_auditor(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift = desk.held_gift()
    assert "Auditor looked at this case." in show(browser, gift)
    other = desk.person(name="other")
    assert "Auditor looked at this case." in show(desk.signed_in(other), gift)
    assert looks(desk, gift) == [
        ("gift.viewed", str(auditor.id), {}),
        ("gift.viewed", str(other.id), {}),
    ]


@pytest.mark.parametrize("act", ["", "/donor"])
def test_a_look_that_cannot_be_journalled_shows_nothing(
    desk: OversightDesk, browser: FlaskClient, owner_database: Database, act: str
) -> None:
    gift = desk.held_gift()
    with owner_database.transaction() as session:
        session.execute(text(f"REVOKE INSERT ON journal_entry FROM {APP_ROLE}"))
    desk.app.config.update(TESTING=False)
    address = f"/oversight/gifts/{gift.public_id}{act}"
    sent = {"look_reason": "The names have to be compared."}
    answer = browser.post(address, data=sent) if act else browser.get(address)
    assert answer.status_code == 500
    for secret in ("ActBlue", CANARY.name, CANARY.email, "DS03"):
        assert secret not in answer.text
    assert looks(desk, gift) == []


def test_the_donor_stays_sealed_until_somebody_says_why(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift = desk.held_gift()
    closed = show(browser, gift)
    assert CANARY.name not in closed
    assert CANARY.email not in closed
    address = f"/oversight/gifts/{gift.public_id}/donor"
    refused = browser.post(address, data={"look_reason": "  why?   "})
    assert refused.status_code == 422
    assert CANARY.name not in refused.text
    assert '<a href="#look_reason">Say why in 10 to 5,000 characters.</a>' in refused.text
    opened = browser.post(address, data={"look_reason": "The names have to be compared."})
    assert opened.status_code == 200
    assert f"Name {CANARY.name} E-mail {CANARY.email} Organisation ActBlue" in plain(opened.text)
    assert "Auditor opened the donor record: “The names have to be compared.”" in plain(opened.text)
    assert looks(desk, gift)[-1] == (
        "gift.donor_viewed",
        str(auditor.id),
        {"reason": "The names have to be compared."},
    )


def test_the_record_of_a_larger_gift_shows_address_and_work(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.giving.give(pledge_of(donor=DETAILED))
    address = f"/oversight/gifts/{gift.public_id}/donor"
    opened = plain(browser.post(address, data={"look_reason": "The names have to be compared."}).text)
    assert f"Occupation {DETAILED.occupation} Employer {DETAILED.employer} Address" in opened
    assert DETAILED.address is not None
    assert DETAILED.address.city in opened


def test_a_donor_record_is_opened_only_by_a_post(desk: OversightDesk, browser: FlaskClient) -> None:
    assert browser.get(f"/oversight/gifts/{desk.held_gift().public_id}/donor").status_code == 405


REWRITE_OUTCOME = "UPDATE screening_finding SET outcome = 'allow' WHERE rule_id = 'DS03'"
REWRITE_EVIDENCE = "UPDATE screening_finding SET detail = set_byte(detail, 20, 255 - get_byte(detail, 20))"


def rewrite(owner: Database, statement: str) -> None:
    """Do what only whoever owns the tables can: switch the guard off and rewrite a finding."""
    with owner.transaction() as session:
        session.execute(text("ALTER TABLE screening_finding DISABLE TRIGGER USER"))
        session.execute(text(statement))
        session.execute(text("ALTER TABLE screening_finding ENABLE TRIGGER USER"))


def test_a_donor_record_that_was_altered_is_named_and_the_look_stays(
    desk: OversightDesk, browser: FlaskClient, owner_database: Database
) -> None:
    gift = desk.held_gift()
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE gift DISABLE TRIGGER USER"))
        session.execute(text("UPDATE gift SET donor_name = donor_email"))
        session.execute(text("ALTER TABLE gift ENABLE TRIGGER USER"))
    address = f"/oversight/gifts/{gift.public_id}/donor"
    opened = browser.post(address, data={"look_reason": "The names have to be compared."})
    assert opened.status_code == 200
    assert "The donor record does not open" in plain(opened.text)
    assert CANARY.email not in opened.text
    assert looks(desk, gift)[-1][0] == "gift.donor_viewed"


def test_a_rewritten_outcome_is_found_by_making_the_decision_again(
    desk: OversightDesk, browser: FlaskClient, owner_database: Database
) -> None:
    gift = desk.held_gift()
    rewrite(owner_database, REWRITE_OUTCOME)
    page = show(browser, gift)
    assert "Made again just now: another answer" in page
    assert "DS03 answered allow and now answers hold." in page


def test_rewritten_evidence_is_named_and_the_rest_of_the_case_still_shows(
    desk: OversightDesk, browser: FlaskClient, owner_database: Database
) -> None:
    gift = desk.held_gift()
    rewrite(owner_database, REWRITE_EVIDENCE)
    page = show(browser, gift)
    assert "The stored evidence does not open" in page
    assert "no card was entered" not in page
    assert "The bank put a hold on the card" in page
    assert "What was checked" not in page
    assert looks(desk, gift)[-1][0] == "gift.viewed"


def test_a_donor_who_was_erased_is_no_tampering(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.captured_gift()
    with desk.giving.database.transaction() as session:
        session.execute(text("INSERT INTO gift_erasure SELECT id, now(), now() FROM gift"))
        session.execute(update(Gift).values(donor_name=ERASED, donor_email=ERASED))
        erase_decisions(session, gift.id)
    page = show(browser, gift)
    assert "Who gave was erased at their wish, and the evidence with it" in page
    assert "altered" not in page
    opened = browser.post(
        f"/oversight/gifts/{gift.public_id}/donor", data={"look_reason": "The names have to be compared."}
    )
    assert "Erased at the donor's wish" in plain(opened.text)
