"""The operators' page on Stripe's events: what waits, what is damaged, what speaks another version."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.gateway import Notice
from factually.donations.inbox import accept, keep_damaged
from tests.support.oversight_desk import CANARY, plain

if TYPE_CHECKING:
    from tests.support.oversight_desk import OversightDesk


def page(desk: OversightDesk, role: str = "admin") -> str:
    answer = desk.signed_in(desk.person(role, name=role)).get("/oversight/webhooks")
    assert answer.status_code == 200
    return answer.text


def receive(desk: OversightDesk, event_id: str, *, foreign: bool = False, intent: str | None = None) -> None:
    notice = Notice(
        event_id=event_id,
        type="payment_intent.succeeded",
        livemode=False,
        api_version="2025-01-01.other" if foreign else "2026-10-28.endive",
        foreign_version=foreign,
        subject_id=intent,
        intent_id=intent,
        gift_id=None,
    )
    with desk.giving.database.transaction() as session:
        accept(session, notice, now=desk.giving.clock.now())


def test_before_the_first_event_the_page_says_so(desk: OversightDesk) -> None:
    assert "No event has come yet" in page(desk)


def test_when_all_is_handled_the_page_says_so(desk: OversightDesk) -> None:
    receive(desk, "evt_foreign")
    assert "All events are handled" in page(desk)


def test_what_waits_is_shown_by_stripes_ids_and_never_by_gift_or_donor(desk: OversightDesk) -> None:
    gift = desk.captured_gift()
    receive(desk, "evt_waiting", intent=gift.payment_intent_id)
    shown = page(desk)
    assert f"evt_waiting payment_intent.succeeded {gift.payment_intent_id}" in plain(shown)
    for hidden in (CANARY.name, CANARY.email, gift.public_id[:8], str(gift.id), "/oversight/gifts"):
        assert hidden not in shown


def test_after_an_hour_a_waiting_event_is_an_alarm(desk: OversightDesk) -> None:
    receive(desk, "evt_waiting", intent=desk.captured_gift().payment_intent_id)
    desk.giving.clock.advance(timedelta(hours=1))
    shown = plain(page(desk))
    assert "Events have waited for more than an hour" in shown
    assert "Overdue" in shown


def test_damaged_and_foreign_events_are_shown_with_why(desk: OversightDesk) -> None:
    receive(desk, "evt_other_version", foreign=True)
    with desk.giving.database.transaction() as session:
        keep_damaged(session, b"{}", "the body is no event", livemode=False, now=desk.giving.clock.now())
    shown = plain(page(desk, "auditor"))
    assert "12:00 UTC the body is no event 44136fa355b3678a1146ad16f7e8649e" in shown
    assert "What to do: find the event by its time" in shown
    assert "What to do: make a second endpoint" in shown
    assert "evt_other_version payment_intent.succeeded 2025-01-01.other" in shown


@pytest.mark.parametrize("role", ["editor", "reviewer"])
def test_the_newsroom_has_no_business_here(desk: OversightDesk, role: str) -> None:
    browser = desk.signed_in(desk.person(role, name=role))
    assert browser.get("/oversight/webhooks").status_code == 403
