from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.my.statements import Contribution, contribution_of, receipt, statement, was_taken
from factually.donations.pledges import Donor
from factually.foundation.money import Money
from tests.support.donation_factories import ADA, kept_gift

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = NOW.date()


def taken(
    state: GiftState = GiftState.CAPTURED, *, minor: int = 500, refunded: int = 0, day: date = DAY
) -> Contribution:
    gift = kept_gift(now=NOW, email=bytes(32), minor=minor, state=state, refunded=refunded)
    return contribution_of(gift, ADA, day=day)


@pytest.mark.parametrize(
    ("state", "refunded", "kept"),
    [
        (GiftState.CAPTURED, 0, 500),
        (GiftState.PARTLY_REFUNDED, 200, 300),
        (GiftState.REFUNDED, 500, 0),
        (GiftState.DISPUTED, 0, 0),
        (GiftState.WON, 0, 500),
        (GiftState.LOST, 0, 0),
    ],
)
def test_a_receipt_claims_only_what_we_still_have(state: GiftState, refunded: int, kept: int) -> None:
    gift = taken(state, refunded=refunded)
    assert (gift.taken, gift.kept, gift.returned) == (
        Money(500, "USD"),
        Money(kept, "USD"),
        Money(500 - kept, "USD"),
    )
    assert bool(gift.note) == (kept < 500)


@pytest.mark.parametrize("state", GiftState)
def test_only_gifts_whose_money_was_taken_come_on_paper(state: GiftState) -> None:
    assert was_taken(kept_gift(now=NOW, email=bytes(32), state=state)) == (state in TAKEN_STATES)


def test_the_giver_is_whose_money_it_was() -> None:
    gift = kept_gift(now=NOW, email=bytes(32))
    through = Donor(name="Ada Reader", email="ada@example.org", organisation="A Fund", true_donor="Bea Giver")
    assert contribution_of(gift, through, day=DAY).giver == "Bea Giver"
    assert contribution_of(gift, ADA, day=DAY).giver == "Ada Reader"
    by_organisation = Donor(name="Ada Reader", email="ada@example.org", organisation="A Press")
    assert contribution_of(gift, by_organisation, day=DAY).giver == "A Press"


def test_a_period_counts_its_first_and_its_last_day_and_lists_the_oldest_first() -> None:
    days = [date(2026, 3, 31), date(2026, 4, 30), date(2026, 4, 1), date(2026, 5, 1)]
    made = statement(
        [taken(day=day) for day in days], period=(date(2026, 4, 1), date(2026, 4, 30)), as_of=DAY
    )
    assert [gift.day for gift in made.contributions] == [date(2026, 4, 1), date(2026, 4, 30)]
    assert made.totals == (Money(1000, "USD"),)
    assert made.title == "Statement of gifts"


def test_a_whole_year_is_called_by_its_number() -> None:
    made = statement([], period=(date(2025, 1, 1), date(2025, 12, 31)), as_of=DAY)
    assert (made.title, made.totals) == ("Statement of gifts in 2025", ())


@pytest.mark.parametrize(
    ("minor", "currency", "needed"),
    [(20_000, "EUR", True), (19_999, "EUR", False), (31_250, "JPY", True), (31_248, "JPY", False)],
)
def test_a_gift_in_another_currency_is_acknowledged_by_what_it_counts_as(
    minor: int, currency: str, *, needed: bool
) -> None:
    gift = kept_gift(now=NOW, email=bytes(32), minor=minor, currency=currency)
    assert contribution_of(gift, ADA, day=DAY).needs_acknowledgment is needed


def test_a_statement_has_one_total_a_currency() -> None:
    gifts = [(500, "USD"), (750, "EUR"), (1_250, "KWD"), (500, "EUR"), (1_200, "JPY")]
    made = statement(
        [
            contribution_of(kept_gift(now=NOW, email=bytes(32), minor=minor, currency=code), ADA, day=DAY)
            for minor, code in gifts
        ],
        period=(date(2026, 1, 1), date(2026, 12, 31)),
        as_of=DAY,
    )
    assert [str(total) for total in made.totals] == ["\u20ac12.50", "\u00a51,200", "KWD 1.250", "$5.00"]


@pytest.mark.parametrize(
    ("minor", "refunded", "needed"), [(24_999, 0, False), (25_000, 0, True), (30_000, 5_001, False)]
)
def test_an_acknowledgment_is_needed_from_250_dollars_that_we_kept(
    minor: int, refunded: int, *, needed: bool
) -> None:
    state = GiftState.PARTLY_REFUNDED if refunded else GiftState.CAPTURED
    assert taken(state, minor=minor, refunded=refunded).needs_acknowledgment is needed


def test_a_receipt_is_a_statement_of_one() -> None:
    gift = taken()
    made = receipt(gift, as_of=DAY)
    assert (made.title, made.period, made.contributions) == (f"Receipt for gift {gift.number}", None, (gift,))
