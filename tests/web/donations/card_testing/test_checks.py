from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.donations.card_testing.form_tokens import LIFETIME
from factually.donations.card_testing.pacing import AT_ONCE
from factually.donations.card_testing.proof_of_work import BITS, BITS_WHILE_DECLINING
from factually.donations.pledges import Donor
from tests.support.card_testing import card_entry, loaded_form, proof_of
from tests.support.donation_factories import ADA, DECLINED, THREE_D_SECURE, VISA, GivingDesk, pledge_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from factually.donations.models import Gift
    from factually.foundation.database import Database

JSON = {"Accept": "application/json"}
FORM = {
    "client_key": "6c0a6f5e-3a0e-4a7e-9d3c-6f1f0c0a9d11",
    "attestation_version": "2026-11",
    "amount": "5",
    "capacity": "own_money",
    "political_group": "no",
    "name": ADA.name,
    "email": ADA.email,
    "attestation": "y",
}


def promise(client: FlaskClient, token: dict[str, str]) -> TestResponse:
    return client.post("/donate", data=FORM | token, headers=JSON)


def confirm(
    client: FlaskClient, gift: Gift, entry: dict[str, str], *, address: str = "127.0.0.1"
) -> TestResponse:
    return client.post(
        f"/donate/{gift.public_id}/confirm",
        data=entry,
        headers=JSON,
        environ_base={"REMOTE_ADDR": address},
    )


def steal(client: FlaskClient, desk: GivingDesk) -> None:
    """Try ten cards that are declined, each from another address, for another donor."""
    for number in range(AT_ONCE):
        # The sandbox has one card that is declined: make it another one each time.
        with desk.database.transaction() as session:
            session.execute(text("UPDATE card_turn SET card_index = NULL"))
        gift = desk.pledge(pledge_of(donor=Donor(name="No One", email=f"thief{number}@example.org")))
        entry = card_entry(gift.public_id, desk.token(DECLINED))
        assert confirm(client, gift, entry, address=f"198.51.100.{number}").status_code == 402


def test_the_form_carries_a_token_with_which_it_can_be_sent(client: FlaskClient, desk: GivingDesk) -> None:
    page = client.get("/donate").text
    token = {"form_token": page.split('name="form_token" value="')[1].split('"')[0]}
    early = promise(client, token)
    assert (early.status_code, early.headers["Retry-After"]) == (429, "2")
    assert early.get_json()["error"]["code"] == "wait_your_turn"
    desk.clock.advance(timedelta(seconds=2))
    assert promise(client, token).status_code == 201
    desk.clock.advance(LIFETIME)
    late = promise(client, token)
    assert (late.status_code, late.get_json()["error"]["field"]) == (422, "form_token")


@pytest.mark.parametrize("token", [{}, {"form_token": ""}, {"form_token": "1.2.3"}])
def test_a_gift_from_no_form_of_ours_is_refused(client: FlaskClient, token: dict[str, str]) -> None:
    answer = promise(client, token)
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, "form_token")


def test_one_loaded_form_is_good_for_twenty_gifts(client: FlaskClient, desk: GivingDesk) -> None:
    token = loaded_form(client)
    for _ in range(20):
        assert promise(client, token).status_code == 201
    desk.clock.advance(timedelta(minutes=1))
    refused = promise(client, token)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (429, "too_many_requests")
    assert promise(client, loaded_form(client)).status_code == 201


def test_a_card_is_tried_once_its_sum_is_solved(client: FlaskClient, desk: GivingDesk) -> None:
    gift, token = desk.pledge(), desk.token()
    asked = confirm(client, gift, {"confirmation_token": token})
    assert asked.status_code == 428
    assert "solve a small sum" in asked.get_json()["error"]["message"]
    demand = asked.get_json()["proof"]
    assert demand == {"challenge": f"{gift.public_id}:{token}", "bits": BITS}
    assert desk.calls(gift.id) == []
    solved = {"confirmation_token": token, "proof": proof_of(demand["challenge"], demand["bits"])}
    assert confirm(client, gift, solved).get_json()["status"] == "captured"


def test_a_sum_solved_for_another_card_or_gift_is_none(client: FlaskClient, desk: GivingDesk) -> None:
    gift, other = desk.pledge(), desk.pledge()
    first, second = desk.token(), desk.token()
    proof = card_entry(gift.public_id, first)["proof"]
    assert confirm(client, gift, {"confirmation_token": second, "proof": proof}).status_code == 428
    assert confirm(client, other, {"confirmation_token": first, "proof": proof}).status_code == 428


def test_while_cards_are_declined_the_sum_is_larger_and_cards_go_in_turn(
    client: FlaskClient, desk: GivingDesk
) -> None:
    steal(client, desk)
    gifts = [desk.pledge() for _ in range(2)]
    asked = confirm(client, gifts[0], card_entry(gifts[0].public_id, desk.token()))
    assert asked.get_json()["proof"]["bits"] == BITS_WHILE_DECLINING
    entries = [
        card_entry(gift.public_id, desk.token(card), bits=BITS_WHILE_DECLINING)
        for gift, card in zip(gifts, (THREE_D_SECURE, VISA), strict=True)
    ]
    assert confirm(client, gifts[0], entries[0]).get_json()["status"] == "requires_action"
    waiting = confirm(client, gifts[1], entries[1])
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "4")
    assert waiting.get_json()["error"]["code"] == "wait_your_turn"
    assert "nothing was charged" in waiting.get_json()["error"]["message"]
    assert desk.calls(gifts[1].id) == []
    desk.clock.advance(timedelta(seconds=4))
    assert confirm(client, gifts[1], entries[1]).get_json()["status"] == "captured"
    assert "cards.declining" in desk.journal()


def test_three_declines_of_one_card_are_enough_on_whatever_gift(
    client: FlaskClient, desk: GivingDesk
) -> None:
    def try_card(card: str) -> TestResponse:
        gift = desk.pledge(pledge_of())
        return confirm(client, gift, card_entry(gift.public_id, desk.token(card)))

    assert [try_card(DECLINED).status_code for _ in range(3)] == [402] * 3
    refused = try_card(DECLINED)
    assert (refused.status_code, refused.get_json()["error"]["field"]) == (429, "card")
    desk.clock.advance(timedelta(minutes=1))
    assert try_card(VISA).get_json()["status"] == "captured"


def test_a_repeated_click_takes_no_second_turn(client: FlaskClient, desk: GivingDesk) -> None:
    gift = desk.pledge()
    entry = card_entry(gift.public_id, desk.token())
    assert [confirm(client, gift, entry).get_json()["status"] for _ in range(3)] == ["captured"] * 3
    with desk.database.transaction() as session:
        turns = session.execute(text("SELECT paid FROM card_turn")).scalars().all()
    assert turns == [True]


def test_with_the_store_gone_no_card_passes_and_reading_goes_on(
    client: FlaskClient, desk: GivingDesk, owner_database: Database
) -> None:
    gift = desk.pledge()
    entry = card_entry(gift.public_id, desk.token())
    client.get("/about")
    with owner_database.transaction() as session:
        name = session.execute(text("SELECT current_database()")).scalar_one()
        session.execute(text(f"ALTER DATABASE {name} CONNECTION LIMIT 0"))
    desk.database.dispose()
    assert confirm(client, gift, entry).status_code == 503
    assert promise(client, loaded_form(client)).status_code == 503
    assert client.get("/about").status_code == 200
    with owner_database.transaction() as session:
        session.execute(text(f"ALTER DATABASE {name} CONNECTION LIMIT -1"))
    assert desk.calls(gift.id) == []
    assert confirm(client, gift, entry).get_json()["status"] == "captured"


def test_a_gift_is_looked_at_sixty_times_a_minute_and_its_page_is_shown_all_the_same(
    client: FlaskClient, desk: GivingDesk
) -> None:
    gift = desk.give()
    address = f"/donate/{gift.public_id}"
    assert {client.post(f"{address}/settle", headers=JSON).status_code for _ in range(60)} == {200}
    assert client.post(f"{address}/settle", headers=JSON).status_code == 429
    assert "Thank you" in client.get(address).text
