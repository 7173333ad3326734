"""Disputes, inquiries and warnings through the real sandbox, and our one answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from factually.audit.journal import SYSTEM
from factually.donations.disputes.answering import (
    Answer,
    AnswerSender,
    answer_dispute,
    queue_unsent_answers,
    receipt_text,
)
from factually.donations.disputes.following import follow_warnings
from factually.donations.disputes.models import Dispute, DisputeAnswer, FraudWarning
from factually.donations.lifecycle import GiftState
from factually.donations.progress import LEASE, Step
from factually.foundation.errors import Conflict, InvalidInput, NotFound, Unavailable
from tests.support.donation_factories import ADA
from tests.support.people import add_person
from tests.support.refunds import ask, decide, dispute, send_refunds

if TYPE_CHECKING:
    import uuid

    from factually.accounts.models import Account
    from tests.support.donation_factories import GivingDesk

ROUTE = "POST /v1/disputes/{}"
TRUE = "The donor gave on our page and confirmed it by their bank's own question."


@pytest.fixture
def auditor(desk: GivingDesk) -> Account:
    return add_person(desk.database, "auditor", now=desk.clock.now())


def row(desk: GivingDesk) -> Dispute:
    with desk.database.transaction() as session:
        return session.scalars(select(Dispute)).one()


def answers(desk: GivingDesk) -> list[DisputeAnswer]:
    with desk.database.transaction() as session:
        return list(session.scalars(select(DisputeAnswer).order_by(DisputeAnswer.written_at)))


def answer(desk: GivingDesk, dispute_id: str, auditor: Account, said: str = TRUE) -> uuid.UUID:
    with desk.database.transaction() as session:
        return answer_dispute(
            session,
            dispute_id,
            Answer(text=said, written_by=auditor.id),
            keyring=desk.keyring,
            now=desk.clock.now(),
        )


def send(desk: GivingDesk, answer_id: uuid.UUID) -> None:
    AnswerSender(journey=desk.journey, keyring=desk.keyring).send(answer_id)


def booked(desk: GivingDesk) -> dict[str, int]:
    with desk.database.transaction() as session:
        rows = session.execute(text("SELECT account, sum(amount_minor)::bigint FROM ledger_entry GROUP BY 1"))
        return {account: int(minor) for account, minor in rows}


def test_a_dispute_is_kept_with_its_deadline_and_posted(desk: GivingDesk) -> None:
    gift = desk.give()
    dispute_id = dispute(desk, gift)
    found = row(desk)
    assert (found.id, found.status, found.amount_minor) == (dispute_id, "needs_response", 500)
    assert found.due_by is not None
    assert found.due_by > desk.clock.now()
    assert desk.gift(gift.id).state == GiftState.DISPUTED
    assert booked(desk)["Income:Disputes"] == 500
    assert booked(desk)["Expenses:Stripe:DisputeFees"] == 1500


@pytest.mark.parametrize(
    ("outcome", "state", "left"), [("won", GiftState.WON, 0), ("lost", GiftState.LOST, 500)]
)
def test_the_banks_decision_is_folded_and_posted(
    desk: GivingDesk, outcome: str, state: GiftState, left: int
) -> None:
    gift = desk.give()
    decide(desk, gift, dispute(desk, gift), outcome)
    desk.journey.settle(gift.id)
    assert (row(desk).status, desk.gift(gift.id).state) == (outcome, state)
    assert booked(desk)["Income:Disputes"] == left
    assert desk.journal() == ["dispute.needs_response", f"dispute.{outcome}"]


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(desk: GivingDesk) -> None:
    gift = desk.give()
    dispute_id = dispute(desk, gift, inquiry=True)
    assert (row(desk).status, desk.gift(gift.id).state) == ("warning_needs_response", GiftState.CAPTURED)
    decide(desk, gift, dispute_id, "needs_response")
    assert (row(desk).status, desk.gift(gift.id).state) == ("needs_response", GiftState.DISPUTED)


def test_an_inquiry_ends_when_the_money_goes_back(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    dispute(desk, gift, inquiry=True)
    ask(desk, gift, auditor)
    send_refunds(desk)
    assert (row(desk).status, desk.gift(gift.id).state) == ("warning_closed", GiftState.REFUNDED)


def test_an_answer_reaches_the_bank_with_the_receipt_and_without_the_donor(
    desk: GivingDesk, auditor: Account
) -> None:
    gift = desk.give()
    dispute_id = dispute(desk, gift)
    answer_id = answer(desk, dispute_id, auditor)
    for _ in range(2):
        send(desk, answer_id)
    [at_bank] = [found for found in desk.at_sandbox("disputes") if found["id"] == dispute_id]
    assert at_bank["evidence"]["uncategorized_text"] == f"{TRUE}\n\n{receipt_text(gift)}"
    assert at_bank["evidence_details"]["submission_count"] == 1
    assert ADA.name not in receipt_text(gift)
    assert row(desk).status == "under_review"
    assert [found.state for found in answers(desk)] == ["sent"]
    assert "dispute.answered" in desk.journal()


def test_the_bank_takes_one_answer(desk: GivingDesk, auditor: Account) -> None:
    dispute_id = dispute(desk, desk.give())
    answer(desk, dispute_id, auditor)
    with pytest.raises(Conflict, match="one answer"):
        answer(desk, dispute_id, auditor)
    with pytest.raises(InvalidInput, match="Write 30"):
        answer(desk, dispute_id, auditor, "too short")
    with pytest.raises(NotFound):
        answer(desk, "du_none", auditor)


def test_after_its_day_no_answer_is_taken(desk: GivingDesk, auditor: Account) -> None:
    dispute_id = dispute(desk, desk.give())
    desk.clock.advance(timedelta(days=10))
    with pytest.raises(Conflict, match="takes no answer"):
        answer(desk, dispute_id, auditor)


@pytest.mark.parametrize("fault", ["error_after", "error_before", "rate_limit"])
def test_an_answer_whose_receipt_is_lost_is_sent_again(
    desk: GivingDesk, auditor: Account, fault: str
) -> None:
    dispute_id = dispute(desk, desk.give())
    answer_id = answer(desk, dispute_id, auditor)
    desk.sandbox.fault(ROUTE, fault, count=3 if fault == "error_before" else 1)
    with pytest.raises(Unavailable):
        send(desk, answer_id)
    desk.clock.advance(LEASE)
    with desk.database.transaction() as session:
        assert queue_unsent_answers(session, now=desk.clock.now()) == 1
    send(desk, answer_id)
    [at_bank] = [found for found in desk.at_sandbox("disputes") if found["id"] == dispute_id]
    assert at_bank["evidence_details"]["submission_count"] == 1
    assert row(desk).status == "under_review"
    assert [found.state for found in answers(desk)] == ["sent"]


def test_an_answer_that_comes_too_late_is_kept_as_refused(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    dispute_id = dispute(desk, gift)
    answer_id = answer(desk, dispute_id, auditor)
    desk.sandbox.force(f"disputes/{dispute_id}/decide", {"outcome": "lost"})
    send(desk, answer_id)
    [kept] = answers(desk)
    assert (kept.state, kept.problem) == ("refused", "dispute_unexpected_state")
    assert row(desk).status == "lost"


def test_a_warning_is_kept_once_and_ends_when_nothing_can_be_done(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    desk.sandbox.force("early_fraud_warnings", {"charge": gift.charge_id})

    def look() -> int:
        found = desk.gateway.warnings(gift.charge_id or "")
        with desk.database.transaction() as session:
            return follow_warnings(session, gift.id, found, step=Step(SYSTEM, desk.clock.now()))

    assert [look(), look()] == [1, 0]
    ask(desk, gift, auditor)
    send_refunds(desk)
    look()
    with desk.database.transaction() as session:
        warning = session.scalars(select(FraudWarning)).one()
    assert (warning.fraud_type, warning.actionable, warning.gift_id) == ("misc", False, gift.id)
    assert desk.journal().count("gift.fraud_warning") == 1


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("dispute", "status = 'needs_response'"),
        ("dispute", "gift_id = gen_random_uuid()"),
        ("dispute_answer", "text = repeat('x', 50)::bytea"),
    ],
)
def test_the_database_keeps_what_was_said_and_decided(
    desk: GivingDesk, auditor: Account, table: str, change: str
) -> None:
    gift = desk.give()
    dispute_id = dispute(desk, gift)
    answer(desk, dispute_id, auditor)
    decide(desk, gift, dispute_id, "won")
    with pytest.raises(DBAPIError, match="only goes forward"), desk.database.transaction() as session:
        session.execute(text(f"UPDATE {table} SET {change}"))  # noqa: S608 - constants of this test
