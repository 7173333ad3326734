"""What the desk says while banks decline most cards, and that it says nothing otherwise."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from factually.donations.card_testing.pacing import AT_ONCE, LOOK_BACK
from factually.donations.card_testing.turns import Ask, answer_turn, take_turn
from tests.support.oversight_desk import plain

if TYPE_CHECKING:
    from tests.support.oversight_desk import OversightDesk

ALARM = "Somebody seems to be trying stolen cards here"


def try_cards(desk: OversightDesk, *, paid: int) -> None:
    """Let ten cards be tried, of which some pay."""
    now = desk.giving.clock.now()
    for number in range(AT_ONCE):
        visitor = sha256(str(number).encode()).digest()
        ask = Ask(subject=f"gift {number}", entry=f"card {number}", address=visitor, email_index=visitor)
        with desk.giving.database.transaction() as session:
            assert take_turn(session, ask, now=now) is None
            answer_turn(session, ask.subject, paid=number < paid, now=now)


@pytest.mark.parametrize(("role", "path"), [("auditor", ""), ("auditor", "webhooks"), ("admin", "webhooks")])
def test_while_most_cards_are_declined_the_desk_says_what_it_means_and_what_to_do(
    desk: OversightDesk, role: str, path: str
) -> None:
    browser = desk.signed_in(desk.person(role))
    try_cards(desk, paid=4)
    page = plain(browser.get(f"/oversight/{path}").text)
    assert f"{ALARM} Banks declined 6 of 10 cards within the last five minutes." in page
    assert "What to do: look in Stripe's dashboard" in page
    desk.giving.clock.advance(LOOK_BACK)
    assert ALARM not in browser.get(f"/oversight/{path}").text


def test_an_evening_on_which_half_the_cards_pay_raises_no_alarm(desk: OversightDesk) -> None:
    browser = desk.signed_in(desk.person())
    try_cards(desk, paid=5)
    for path in ("", "webhooks"):
        assert ALARM not in browser.get(f"/oversight/{path}").text
