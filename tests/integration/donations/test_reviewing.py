from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from factually.donations.lifecycle import GiftState
from factually.donations.reviewing import Ruling, review_gift
from factually.foundation.errors import Conflict, DomainError, InvalidInput, NotFound, Unavailable
from factually.independence.results import Verdict
from tests.support.donation_factories import SHARED_NAME, GivingDesk, organisation_pledge
from tests.support.people import add_person

if TYPE_CHECKING:
    import uuid

    from factually.donations.models import Gift

REASON = "The club's register entry shows that it is a choir."


@pytest.fixture
def held(desk: GivingDesk) -> Gift:
    return desk.give(organisation_pledge(SHARED_NAME))


@pytest.fixture
def reviewer(desk: GivingDesk) -> uuid.UUID:
    return add_person(desk.database, "auditor", now=desk.clock.now()).id


def rule(
    desk: GivingDesk, gift: Gift, verdict: Verdict, reviewer: uuid.UUID, reason: str = REASON
) -> uuid.UUID:
    ruling = Ruling(verdict=verdict, reason=reason, reviewer_id=reviewer)
    with desk.database.transaction() as session:
        return review_gift(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())


def test_an_accepted_hold_is_captured(desk: GivingDesk, held: Gift, reviewer: uuid.UUID) -> None:
    gift_id = rule(desk, held, Verdict.ACCEPT, reviewer)
    assert [intent["status"] for intent in desk.intents(held.id)] == ["requires_capture"]
    assert desk.journey.settle(gift_id).state is GiftState.CAPTURED
    assert [intent["amount_received"] for intent in desk.intents(held.id)] == [500]
    assert desk.letters() == ["gift-held", "gift-receipt"]
    assert "gift.review_accept" in desk.journal()


def test_a_refused_hold_is_really_cancelled(desk: GivingDesk, held: Gift, reviewer: uuid.UUID) -> None:
    gift_id = rule(desk, held, Verdict.REFUSE, reviewer)
    assert desk.journey.settle(gift_id).state is GiftState.RELEASED
    [intent] = desk.intents(held.id)
    assert (intent["status"], intent["amount_received"]) == ("canceled", 0)
    assert intent["cancellation_reason"] is None
    gift = desk.gift(held.id)
    assert (gift.release_reason, gift.refunded_minor) == ("refused_by_reviewer", 0)
    assert desk.letters() == ["gift-held", "gift-released"]


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_a_cancellation_without_an_answer_is_finished_later(
    desk: GivingDesk, held: Gift, reviewer: uuid.UUID, kind: str
) -> None:
    rule(desk, held, Verdict.REFUSE, reviewer)
    desk.sandbox.fault("POST /v1/payment_intents/{}/cancel", kind, count=3)
    with pytest.raises(Unavailable):
        desk.journey.settle(held.id)
    assert desk.gift(held.id).state == GiftState.HELD
    assert desk.journey.settle(held.id).state is GiftState.RELEASED
    assert [intent["status"] for intent in desk.intents(held.id)] == ["canceled"]


def test_a_hold_is_decided_once(desk: GivingDesk, held: Gift, reviewer: uuid.UUID) -> None:
    rule(desk, held, Verdict.ACCEPT, reviewer)
    with pytest.raises(Conflict):
        rule(desk, held, Verdict.REFUSE, reviewer)
    assert desk.journey.settle(held.id).state is GiftState.CAPTURED


def test_opposite_decisions_at_once_leave_one(desk: GivingDesk, held: Gift, reviewer: uuid.UUID) -> None:
    def decide(verdict: Verdict) -> bool:
        try:
            rule(desk, held, verdict, reviewer)
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(8) as reviewers:
        decided = list(reviewers.map(decide, [Verdict.ACCEPT, Verdict.REFUSE] * 4))
    assert decided.count(True) == 1
    assert desk.journey.settle(held.id).state in {GiftState.CAPTURED, GiftState.RELEASED}


def test_a_decision_needs_a_reason(desk: GivingDesk, held: Gift, reviewer: uuid.UUID) -> None:
    with pytest.raises(InvalidInput):
        rule(desk, held, Verdict.ACCEPT, reviewer, reason="ok")
    assert desk.gift(held.id).instruction is None


def test_a_gift_that_is_not_held_cannot_be_decided(desk: GivingDesk, reviewer: uuid.UUID) -> None:
    with pytest.raises(Conflict):
        rule(desk, desk.give(), Verdict.REFUSE, reviewer)


def test_a_gift_that_does_not_exist_cannot_be_decided(desk: GivingDesk, reviewer: uuid.UUID) -> None:
    ruling = Ruling(verdict=Verdict.ACCEPT, reason=REASON, reviewer_id=reviewer)
    with pytest.raises(NotFound), desk.database.transaction() as session:
        review_gift(session, "nowhere", ruling, keyring=desk.keyring, now=desk.clock.now())
