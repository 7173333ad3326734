from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from factually.donations.appeals.filing import file_appeal
from factually.donations.appeals.models import Appeal
from factually.donations.disputes.answering import Answer, answer_dispute
from factually.donations.disputes.models import DisputeAnswer
from factually.donations.donor_records import SEALED_COLUMNS, open_donor
from factually.donations.lifecycle import GiftState
from factually.donations.my.erasing import ask_for_erasure, erase_due, fates_of
from factually.donations.my.linking import address_index
from factually.donations.my.models import DonorLink, DonorSession, ErasureRequest, GiftErasure
from factually.donations.refunds.models import Refund
from factually.donations.sweeping import PLEDGE_LIFETIME, give_up_abandoned
from factually.foundation.crypto import ERASED, DamagedCiphertext
from factually.foundation.errors import NotFound
from factually.independence.queries import screenings_of
from factually.independence.rescreening.donors import last_number, numbers_between, open_donors
from tests.support import refunds
from tests.support.donation_factories import (
    ADA,
    DETAILED,
    SHARED_NAME,
    organisation_pledge,
    pledge_of,
)
from tests.support.donors import ask, signed_in_donor, write_links
from tests.support.people import add_person

if TYPE_CHECKING:
    import uuid

    from factually.donations.models import Gift
    from tests.support.donation_factories import GivingDesk

SIX_YEARS = timedelta(days=6 * 366)


def send_letters(desk: GivingDesk) -> None:
    with desk.database.transaction() as session:
        session.execute(text("UPDATE outgoing_letter SET sent_at = created_at"))


def erase(desk: GivingDesk) -> None:
    donor = signed_in_donor(desk.database, desk.keyring, now=desk.clock.now())
    with desk.database.transaction() as session:
        ask_for_erasure(session, donor, post=desk.post, now=desk.clock.now())


def erase_when_due(desk: GivingDesk) -> int:
    with desk.database.transaction() as session:
        return erase_due(session, post=desk.post, now=desk.clock.now())


def count(desk: GivingDesk, table: type[Any]) -> int:
    with desk.database.transaction() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def abandoned(desk: GivingDesk) -> Gift:
    """A form that was sent and never followed by a card."""
    gift = desk.pledge(pledge_of(donor=DETAILED))
    desk.clock.advance(PLEDGE_LIFETIME)
    with desk.database.transaction() as session:
        give_up_abandoned(session, step=desk.step())
    assert desk.gift(gift.id).state == GiftState.EXPIRED
    return gift


def is_erased(desk: GivingDesk, gift_id: uuid.UUID) -> bool:
    gift = desk.gift(gift_id)
    return {getattr(gift, column) for column in SEALED_COLUMNS} <= {ERASED, None}


def test_what_nothing_keeps_goes_at_once_and_the_address_with_it(desk: GivingDesk) -> None:
    gift = abandoned(desk)
    ask(desk.database, desk.keyring, now=desk.clock.now())
    write_links(desk.database, desk.keyring, now=desk.clock.now())
    erase(desk)
    assert is_erased(desk, gift.id)
    after = desk.gift(gift.id)
    assert after.email_index != address_index(ADA.email, keyring=desk.keyring)
    assert after.amount_minor == gift.amount_minor
    assert open_donor(after, keyring=desk.keyring).email == ""
    assert [count(desk, table) for table in (ErasureRequest, DonorLink, DonorSession)] == [0, 0, 0]
    assert "gift.donor_erased" in desk.journal()
    assert [letter.subject for letter in desk.open_letters()][-1] == "Your data is deleted"


def test_what_must_be_kept_stays_until_its_day_and_then_goes_by_itself(desk: GivingDesk) -> None:
    gift = desk.give(pledge_of(donor=DETAILED))
    erase(desk)
    send_letters(desk)
    assert not is_erased(desk, gift.id)
    assert erase_when_due(desk) == 0
    desk.clock.advance(SIX_YEARS)
    assert erase_when_due(desk) == 1
    assert is_erased(desk, gift.id)
    assert desk.gift(gift.id).card_index is None
    assert count(desk, ErasureRequest) == 0
    assert erase_when_due(desk) == 0


def test_nothing_about_the_donor_is_left_in_checks_decisions_and_letters(desk: GivingDesk) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    with desk.database.transaction() as session:
        held = session.execute(text("SELECT count(*) FROM screening_finding")).scalar_one()
        session.execute(text("UPDATE gift SET state = 'released'"))
    erase(desk)
    send_letters(desk)
    desk.clock.advance(SIX_YEARS)
    assert erase_when_due(desk) == 1
    with desk.database.transaction() as session:
        blank = "octet_length({0}) = 64 AND get_byte({0}, 0) = 0"
        for table, column, rows in (
            ("screening", "inputs", 2),
            ("screening_finding", "detail", held),
            ("outgoing_letter", "sealed", 1),
        ):
            query = f"SELECT count(*) FROM {table} WHERE {blank.format(column)}"  # noqa: S608 - names from above
            assert session.execute(text(query)).scalar_one() >= rows, table
        outcomes = session.execute(text("SELECT outcome FROM screening")).scalars().all()
        assert outcomes == ["hold", "hold"]
        with pytest.raises(DamagedCiphertext):
            screenings_of(session, gift.id, keyring=desk.keyring)


def test_what_the_donor_wrote_against_a_decision_goes_with_them(desk: GivingDesk) -> None:
    gift = desk.give(pledge_of(political_group=True))
    with desk.database.transaction() as session:
        appeal = file_appeal(
            session, gift.public_id, "I belong to no such group.", keyring=desk.keyring, now=desk.clock.now()
        )
    erase(desk)
    desk.clock.advance(SIX_YEARS)
    assert erase_when_due(desk) == 1
    with desk.database.transaction() as session:
        after = session.get_one(Appeal, appeal.id)
    assert (after.statement, after.reason, after.filed_at) == (ERASED, None, appeal.filed_at)


def write_about(desk: GivingDesk) -> None:
    """Let an auditor give a part back with a reason, and answer the bank that disputes the rest."""
    auditor = add_person(desk.database, "auditor", now=desk.clock.now())
    gift = desk.give()
    refunds.ask(desk, gift, auditor, 200)
    refunds.send_refunds(desk)
    dispute_id = refunds.dispute(desk, gift)
    answer = Answer(text="The donor wrote to us afterwards and thanked us.", written_by=auditor.id)
    with desk.database.transaction() as session:
        answer_dispute(session, dispute_id, answer, keyring=desk.keyring, now=desk.clock.now())
    refunds.decide(desk, gift, dispute_id, "lost")


def test_what_auditors_wrote_about_refunds_and_disputes_goes_too(desk: GivingDesk) -> None:
    write_about(desk)
    erase(desk)
    send_letters(desk)
    desk.clock.advance(SIX_YEARS)
    assert erase_when_due(desk) == 1
    with desk.database.transaction() as session:
        assert session.scalars(select(Refund.reason)).all() == [ERASED]
        assert session.scalars(select(DisputeAnswer.text)).all() == [ERASED]


@pytest.mark.parametrize(("table", "column"), [("refund", "reason"), ("dispute_answer", "text")])
def test_words_about_a_donor_who_is_kept_can_not_be_blanked(
    desk: GivingDesk, table: str, column: str
) -> None:
    write_about(desk)
    blanking = f"UPDATE {table} SET {column} = :erased"  # noqa: S608 - constants of this test
    with (
        pytest.raises(DBAPIError, match="only where the donor was erased"),
        desk.database.transaction() as one,
    ):
        one.execute(text(blanking), {"erased": ERASED})


def test_an_erased_donor_is_not_screened_again(desk: GivingDesk) -> None:
    desk.give()
    erase(desk)
    desk.clock.advance(SIX_YEARS)
    erase_when_due(desk)
    with desk.database.transaction() as session:
        numbers = numbers_between(session, 0, last_number(session), limit=10)
        opened = open_donors(session, numbers, keyring=desk.keyring)
    assert (list(opened.donors), opened.unreadable) == ([], 0)


def test_a_gift_made_after_the_request_is_not_meant_by_it(desk: GivingDesk) -> None:
    first = desk.give()
    erase(desk)
    desk.clock.advance(timedelta(days=1))
    second = desk.give()
    desk.clock.advance(SIX_YEARS)
    assert erase_when_due(desk) == 1
    assert (is_erased(desk, first.id), is_erased(desk, second.id)) == (True, False)
    assert count(desk, ErasureRequest) == 0


def test_a_gift_that_is_not_settled_is_kept_without_a_date(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(SHARED_NAME))
    index = address_index(ADA.email, keyring=desk.keyring)
    with desk.database.transaction() as session:
        [fate] = fates_of(session, index, now=desk.clock.now())
    assert fate.keeping.until is None
    assert not fate.goes_now


def test_all_sessions_of_the_address_end(desk: GivingDesk) -> None:
    desk.give()
    signed_in_donor(desk.database, desk.keyring, now=desk.clock.now())
    erase(desk)
    with desk.database.transaction() as session:
        ended = session.execute(select(DonorSession.ended_at)).scalars().all()
    assert ended == [desk.clock.now()] * 2


def test_an_address_without_gifts_has_nothing_to_erase(desk: GivingDesk) -> None:
    with pytest.raises(NotFound):
        erase(desk)
    assert count(desk, GiftErasure) == 0
