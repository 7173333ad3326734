"""A gift is screened beside the other gifts of its donor."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from factually.donations.donor_records import seal_donor
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift
from factually.donations.pledges import normal_email
from factually.foundation.errors import InvalidInput
from factually.independence.queries import screenings_of
from tests.support.donation_factories import (
    ADA,
    DECLINED,
    DETAILED,
    SITE,
    VISA,
    GivingDesk,
    kept_gift,
    pledge_of,
)

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from factually.independence.facts import GivingHistory

EVE = replace(ADA, email="eve@example.org")
MASTERCARD = "pm_card_mastercard"


def histories(desk: GivingDesk, gift: Gift) -> list[GivingHistory | None]:
    """What was counted at each screening of a gift, oldest first."""
    with desk.database.reading() as connection:
        return [result.facts.history for result in screenings_of(connection, gift.id, keyring=desk.keyring)]


def email_index(desk: GivingDesk) -> bytes:
    return desk.keyring.blind_index(normal_email(ADA.email), "gift e-mail")


def card_indexes(desk: GivingDesk) -> set[bytes | None]:
    with desk.database.transaction() as session:
        return set(session.execute(select(Gift.card_index)).scalars())


def test_both_screenings_are_told_what_other_gifts_say(desk: GivingDesk) -> None:
    desk.give(pledge_of(donor=EVE, minor=700))
    before, after = histories(desk, desk.give())
    assert before == after
    assert after is not None
    assert (after.donor_year_minor, after.linked_emails, after.donors_of_card) == (700, 2, 2)
    assert (after.revenue_year_minor, after.cards_of_donor, after.donor_gifts_today) == (700, 1, 1)


def test_the_card_that_a_bank_authorised_becomes_the_gifts_own(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.journey.confirm(gift.public_id, desk.token(DECLINED))
    assert desk.gift(gift.id).card_index is None
    desk.journey.confirm(gift.public_id, desk.token(VISA))
    desk.give()
    [index] = card_indexes(desk)
    assert index is not None
    assert len(index) == 32
    desk.give(card=MASTERCARD)
    assert len(card_indexes(desk)) == 2


def test_of_gifts_made_at_the_same_moment_each_knows_the_earlier_ones(desk: GivingDesk) -> None:
    with ThreadPoolExecutor(4) as donors:
        gifts = list(donors.map(lambda _: desk.give(), range(4)))
    last_counts = [histories(desk, gift)[-1] for gift in gifts]
    given = {counted.donor_year_minor for counted in last_counts if counted is not None}
    assert max(given) == 1_500


def test_where_nobody_can_count_the_screening_is_told_so(desk: GivingDesk, owner_database: Database) -> None:
    with owner_database.transaction() as session:
        session.execute(text("REVOKE SELECT ON giving_total FROM factually_app"))
    assert histories(desk, desk.give()) == [None, None]


def test_a_currency_without_a_rate_holds_the_donors_next_gift_and_takes_no_card_itself(
    desk: GivingDesk, owner_database: Database
) -> None:
    """As after a currency was dropped from the table by mistake, while gifts in it lie in the database."""
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE gift DROP CONSTRAINT ck_gift_currency_known"))
        session.execute(text("ALTER TABLE gift DROP CONSTRAINT ck_gift_amount_within_limits"))
        old = kept_gift(now=desk.clock.now(), email=email_index(desk), currency="CHF")
        session.add(old)
    held = desk.give()
    assert (held.state, histories(desk, held)) == ("held", [None, None])
    with owner_database.transaction() as session:
        pledged = kept_gift(
            now=desk.clock.now(), email=email_index(desk), currency="CHF", state=GiftState.PLEDGED
        )
        sealed = seal_donor(ADA, gift_id=pledged.id, keyring=desk.keyring)
        pledged.donor_name, pledged.donor_email = sealed["donor_name"] or b"", sealed["donor_email"] or b""
        session.add(pledged)
        public_id, gift_id = pledged.public_id, pledged.id
    with pytest.raises(InvalidInput, match="can't take this currency"):
        desk.journey.confirm(public_id, desk.token())
    assert desk.intents(gift_id) == []


def test_a_large_gift_without_its_details_is_marked_as_asked(desk: GivingDesk) -> None:
    plain, detailed = desk.give(pledge_of(minor=5_100)), desk.give(pledge_of(minor=30_000, donor=DETAILED))
    small = desk.give(pledge_of(donor=replace(ADA, email="ida@example.org")), card=MASTERCARD)
    assert plain.details_asked_at == desk.clock.now()
    assert detailed.details_asked_at is None
    assert small.details_asked_at is None
    first_asked = histories(desk, detailed)[0]
    assert first_asked is not None
    assert first_asked.first_asked_at == plain.details_asked_at


def test_small_gifts_that_add_up_are_asked_about_too(desk: GivingDesk) -> None:
    desk.give(pledge_of(minor=20_000, donor=DETAILED))
    assert desk.give().details_asked_at is not None


def test_a_receipt_asks_once_more_for_what_was_left_open(desk: GivingDesk) -> None:
    small, large = desk.give(), desk.give(pledge_of(minor=5_100))
    letters = {letter.key: letter for letter in desk.open_letters()}
    for gift, asks in ((small, False), (large, True)):
        letter = letters[f"gift-receipt:{gift.id}"]
        assert [f"{SITE}/donate?details=all" in body for body in (letter.text, letter.html)] == [asks, asks]
