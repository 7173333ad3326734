from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.donations.lifecycle import GiftState
from factually.donations.models import CARD_ATTEMPTS, Gift
from factually.donations.progress import LEASE
from factually.foundation.errors import Conflict, InvalidInput, NotFound, TooManyRequests
from factually.independence.registers.entries import Entry
from factually.independence.registers.loading import load_register
from tests.support.donation_factories import (
    DECLINED,
    SHARED_NAME,
    THREE_D_SECURE,
    GivingDesk,
    organisation_pledge,
    pledge_of,
)
from tests.support.independence_factories import ENTRIES, register_file

if TYPE_CHECKING:
    from factually.foundation.database import Database


def test_a_readers_own_gift_is_captured_once_and_receipted_once(desk: GivingDesk) -> None:
    gift = desk.give()
    assert gift.state == GiftState.CAPTURED
    assert (gift.captured_minor, gift.refunded_minor) == (500, 0)
    assert desk.facts(gift.id) == ["pledged", "attempted", "authorised", "captured"]
    assert [(intent["status"], intent["amount_received"]) for intent in desk.intents(gift.id)] == [
        ("succeeded", 500)
    ]
    for _ in range(3):
        desk.journey.settle(gift.id)
    assert desk.letters() == ["gift-receipt"]


def test_stripe_is_told_an_opaque_id_and_nothing_else(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    [intent] = desk.intents(gift.id)
    assert intent["metadata"] == {"gift": str(gift.id)}
    assert (intent["description"], intent["receipt_email"], intent["customer"]) == (None, None, None)


@pytest.mark.parametrize(
    "form",
    [pledge_of(political_group=True), organisation_pledge("Republican National Committee")],
    ids=["says so", "named as a committee"],
)
def test_a_political_groups_gift_is_refused_before_stripe_hears_of_it(desk: GivingDesk, form: object) -> None:
    customers, events = desk.at_sandbox("customers"), desk.at_sandbox("events")
    gift = desk.give(form)  # type: ignore[arg-type]  # pytest hands parameters on as objects
    assert gift.state == GiftState.REFUSED
    assert gift.deciding_rule is not None
    assert desk.intents(gift.id) == []
    assert desk.calls(gift.id) == []
    assert (desk.at_sandbox("customers"), desk.at_sandbox("events")) == (customers, events)


def test_a_refused_gift_gives_the_same_answer_again_and_takes_no_other_card(desk: GivingDesk) -> None:
    gift = desk.give(pledge_of(political_group=True))
    again = desk.journey.confirm(gift.public_id, desk.token())
    assert again.state is GiftState.REFUSED
    assert desk.facts(gift.id) == ["pledged", "screened_out"]


def test_a_name_shared_with_a_committee_is_held_with_the_money_untouched(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    assert gift.state == GiftState.HELD
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["requires_capture"]
    assert gift.review_deadline is not None
    assert gift.capture_before is not None
    assert gift.review_deadline < gift.capture_before
    assert desk.letters() == ["gift-held"]


def test_a_screening_that_cannot_read_its_policy_holds_the_gift(
    desk: GivingDesk, owner_database: Database
) -> None:
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE policy_version RENAME TO policy_version_away"))
    gift = desk.give()
    assert gift.state == GiftState.HELD
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["requires_capture"]


def list_committee(desk: GivingDesk, name: str) -> None:
    """Bring a new version of the register into force that has one committee more."""
    entries = (*ENTRIES, Entry(key="C00900009", name=name))
    with desk.database.transaction() as session:
        load_register(session, register_file(entries), now=desk.clock.now())


def test_a_second_card_is_screened_anew_and_a_refusal_ends_the_intent(desk: GivingDesk) -> None:
    gift = desk.pledge(organisation_pledge("Nowhere Valley Action Committee"))
    desk.journey.confirm(gift.public_id, desk.token(DECLINED))
    list_committee(desk, "NOWHERE VALLEY ACTION COMMITTEE")
    assert desk.journey.confirm(gift.public_id, desk.token()).state is GiftState.REFUSED
    desk.journey.settle(gift.id)
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["canceled"]
    assert desk.gift(gift.id).state == GiftState.REFUSED


def test_evidence_that_comes_while_the_bank_is_asked_releases_the_hold(desk: GivingDesk) -> None:
    gift = desk.pledge(organisation_pledge("Nowhere Valley Action Committee"))
    asked = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    assert asked.client_secret is not None
    list_committee(desk, "NOWHERE VALLEY ACTION COMMITTEE")
    desk.authenticate(asked.client_secret, passed=True)
    assert desk.journey.settle(gift.id).state is GiftState.RELEASED
    assert desk.gift(gift.id).release_reason == "refused_by_policy"
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["canceled"]
    assert desk.letters() == ["gift-released"]


def test_an_instruction_to_capture_takes_nothing_without_a_recorded_clearance(
    desk: GivingDesk, owner_database: Database
) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    with owner_database.transaction() as session:
        session.get_one(Gift, gift.id).instruction = "capture"
    assert desk.journey.settle(gift.id).state is GiftState.HELD
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["requires_capture"]
    assert "gift.capture_stopped" in desk.journal()


def test_money_taken_for_a_released_gift_is_named_in_the_journal(
    desk: GivingDesk, owner_database: Database
) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    desk.gateway.capture(desk.intents(gift.id)[0]["id"], idempotency_key=f"elsewhere:{gift.id}")
    with owner_database.transaction() as session:
        session.get_one(Gift, gift.id).state = "released"
    assert desk.journey.settle(gift.id).state is GiftState.RELEASED
    assert "gift.contradicted" in desk.journal()


def test_three_d_secure_passed_leads_to_the_capture(desk: GivingDesk) -> None:
    gift = desk.pledge()
    asked = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    assert asked.client_secret is not None
    assert not asked.wants_card
    desk.authenticate(asked.client_secret, passed=True)
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED


def test_three_d_secure_failed_asks_for_another_card_on_the_same_intent(desk: GivingDesk) -> None:
    gift = desk.pledge()
    asked = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    assert asked.client_secret is not None
    desk.authenticate(asked.client_secret, passed=False)
    failed = desk.journey.settle(gift.id)
    assert failed.wants_card
    assert failed.decline_code == "payment_intent_authentication_failure"
    assert desk.journey.confirm(gift.public_id, desk.token()).state is GiftState.CAPTURED
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["succeeded"]


def test_a_declined_card_and_then_a_good_one_make_one_charge(desk: GivingDesk) -> None:
    gift = desk.pledge()
    declined = desk.journey.confirm(gift.public_id, desk.token(DECLINED))
    assert declined.wants_card
    assert declined.decline_code == "generic_decline"
    assert desk.journey.confirm(gift.public_id, desk.token()).state is GiftState.CAPTURED
    assert len(desk.intents(gift.id)) == 1
    assert desk.calls(gift.id) == [
        ("authorise", 1, "declined"),
        ("authorise", 2, "accepted"),
        ("capture", 1, "accepted"),
    ]


def test_the_last_decline_gives_the_gift_up_at_stripe_too(desk: GivingDesk) -> None:
    gift = desk.pledge()
    for _ in range(CARD_ATTEMPTS):
        desk.journey.confirm(gift.public_id, desk.token(DECLINED))
    with pytest.raises(TooManyRequests):
        desk.journey.confirm(gift.public_id, desk.token())
    desk.journey.settle(gift.id)
    assert desk.gift(gift.id).state == GiftState.FAILED
    assert [intent["status"] for intent in desk.intents(gift.id)] == ["canceled"]
    assert desk.letters() == []


def test_fifty_equal_clicks_at_once_make_one_intent(desk: GivingDesk) -> None:
    gift = desk.pledge()
    token = desk.token()
    together = Barrier(50)

    def click(_number: int) -> None:
        together.wait()
        desk.journey.confirm(gift.public_id, token)

    with ThreadPoolExecutor(50) as clicks:
        list(clicks.map(click, range(50)))
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
    assert len(desk.intents(gift.id)) == 1
    assert desk.facts(gift.id).count("captured") == 1


def test_ten_card_entries_at_once_make_one_charge(desk: GivingDesk) -> None:
    gift = desk.pledge()
    tokens = [desk.token() for _ in range(10)]
    with ThreadPoolExecutor(10) as clicks:
        list(clicks.map(lambda token: desk.journey.confirm(gift.public_id, token), tokens))
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
    assert [intent["amount_received"] for intent in desk.intents(gift.id)] == [500]


def test_ten_looks_at_once_capture_once(desk: GivingDesk) -> None:
    gift = desk.pledge()
    asked = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    assert asked.client_secret is not None
    desk.authenticate(asked.client_secret, passed=True)
    with ThreadPoolExecutor(10) as looks:
        list(looks.map(lambda _: desk.journey.settle(gift.id), range(10)))
    assert desk.gift(gift.id).state == GiftState.CAPTURED
    assert desk.calls(gift.id)[1:] == [("capture", 1, "accepted")]
    assert desk.letters() == ["gift-receipt"]


def test_a_card_entry_of_another_gift_is_refused(desk: GivingDesk) -> None:
    token = desk.token()
    desk.journey.confirm(desk.pledge().public_id, token)
    with pytest.raises(Conflict):
        desk.journey.confirm(desk.pledge().public_id, token)


def test_a_card_entry_that_stripe_does_not_know_is_asked_for_again(desk: GivingDesk) -> None:
    gift = desk.pledge()
    with pytest.raises(InvalidInput) as refused:
        desk.journey.confirm(gift.public_id, "ctoken_unheard_of")
    assert refused.value.field == "confirmation_token"
    assert desk.gift(gift.id).state == GiftState.PLEDGED


def test_a_captured_gift_takes_no_second_card(desk: GivingDesk) -> None:
    gift = desk.give()
    assert desk.journey.confirm(gift.public_id, desk.token()).state is GiftState.CAPTURED
    assert [intent["amount_received"] for intent in desk.intents(gift.id)] == [500]


def test_a_look_at_a_pledge_without_a_card_waits_for_the_card(desk: GivingDesk) -> None:
    gift = desk.pledge()
    assert desk.journey.settle(gift.id).wants_card
    desk.clock.advance(LEASE)
    assert desk.journey.settle(gift.id).wants_card


def test_a_gift_that_does_not_exist_is_not_found(desk: GivingDesk) -> None:
    with pytest.raises(NotFound):
        desk.journey.confirm("nowhere", desk.token())
