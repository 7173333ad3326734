"""What other gifts tell about one, counted in rows that no payment provider made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.donations.conversion import FIXED_RATES, FixedRates
from factually.donations.giving_history import history_of
from factually.donations.lifecycle import TAKEN_STATES, UNDER_WAY_STATES, GiftState
from factually.donations.models import Gift
from factually.foundation.errors import InvalidInput
from factually.independence.facts import GivingHistory
from tests.support.donation_factories import kept_gift

if TYPE_CHECKING:
    from factually.foundation.database import Database

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ADA, EVE, IDA = (bytes([number]) * 32 for number in (1, 2, 3))
VISA, AMEX, OTHER = (bytes([number]) * 32 for number in (11, 12, 13))
COUNTED = TAKEN_STATES | UNDER_WAY_STATES


def history(
    database: Database, *others: Gift, gift: Gift | None = None, card: bytes | None = VISA
) -> GivingHistory:
    """Keep the gifts, and count what the others tell about Ada's five dollars of today."""
    with database.transaction() as session:
        own = gift or kept_gift(now=NOW, email=ADA, state=GiftState.PLEDGED)
        session.add_all([own, *others])
        session.flush()
        return history_of(session, own, card_index=card, now=NOW)


def test_a_first_gift_has_no_history_but_itself(database: Database) -> None:
    assert history(database) == GivingHistory(
        donors_of_card=1, cards_of_donor=1, rates_version=FIXED_RATES.version
    )


def test_without_a_card_none_is_counted(database: Database) -> None:
    paid = kept_gift(now=NOW, email=ADA, card=VISA)
    counted = history(database, paid, card=None)
    assert (counted.donors_of_card, counted.cards_of_donor, counted.donor_year_minor) == (0, 1, 500)


@pytest.mark.parametrize("state", list(GiftState))
def test_gifts_count_while_money_is_kept_or_may_still_come(database: Database, state: GiftState) -> None:
    other = kept_gift(now=NOW, email=ADA, card=VISA, state=state)
    counted = history(database, other)
    money = 500 if state in COUNTED - {GiftState.LOST, GiftState.REFUNDED} else 0
    assert counted.donor_year_minor == counted.revenue_year_minor == money
    assert counted.donor_gifts_today == (state in COUNTED)


def test_what_went_back_to_the_donor_does_not_count(database: Database) -> None:
    other = kept_gift(now=NOW, email=ADA, state=GiftState.PARTLY_REFUNDED, refunded=150)
    assert history(database, other).donor_year_minor == 350


def test_gifts_are_linked_by_address_and_card_in_one_step_each_way(database: Database) -> None:
    counted = history(
        database,
        kept_gift(now=NOW, email=ADA, card=AMEX, minor=1_000),
        kept_gift(now=NOW, email=EVE, card=VISA, minor=2_000),
        kept_gift(now=NOW, email=IDA, card=AMEX, minor=4_000),
        kept_gift(now=NOW, email=IDA, card=OTHER, minor=8_000),
        kept_gift(now=NOW, email=bytes(32), card=OTHER, minor=16_000),
    )
    assert counted.linked_emails == 3
    assert counted.donor_year_minor == 15_000
    assert (counted.donors_of_card, counted.cards_of_donor) == (2, 2)


def test_gifts_in_other_currencies_count_in_dollars_and_never_less(database: Database) -> None:
    counted = history(
        database,
        kept_gift(now=NOW, email=ADA, minor=500),
        kept_gift(now=NOW, email=ADA, minor=401, currency="EUR"),
        kept_gift(now=NOW, email=ADA, minor=401, currency="EUR", anonymous=True),
        kept_gift(now=NOW, email=ADA, minor=501, currency="JPY"),
        kept_gift(now=NOW, email=ADA, minor=1_250, currency="KWD", anonymous=True),
        kept_gift(now=NOW - timedelta(days=365), email=EVE, minor=401, currency="EUR"),
    )
    assert counted.donor_year_minor == 500 + 1_003 + 401 + 425
    assert counted.donor_gifts_today == 5
    assert counted.anonymous_year_minor == 502 + 425
    assert counted.revenue_year_minor == 500 + 501 + 501 + 400 + 425
    assert counted.revenue_last_year_minor == 501


def test_a_gift_in_euros_is_left_out_of_its_own_currencys_sum(database: Database) -> None:
    own = kept_gift(now=NOW, email=ADA, minor=800, currency="EUR", state=GiftState.AUTHORISED)
    counted = history(database, kept_gift(now=NOW, email=EVE, minor=1_000), gift=own)
    assert (counted.donor_year_minor, counted.revenue_year_minor) == (0, 1_000)


def test_a_gift_in_a_currency_without_a_rate_makes_the_count_fail(database: Database) -> None:
    rates = FixedRates(version="2026-01-01", source="", dollars_for_one={"USD": Fraction(1)})
    gift = kept_gift(now=NOW, email=ADA, state=GiftState.PLEDGED)
    with database.transaction() as session:
        session.add_all([gift, kept_gift(now=NOW, email=ADA, currency="EUR")])
        session.flush()
        with pytest.raises(InvalidInput):
            history_of(session, gift, card_index=None, now=NOW, rates=rates)


def test_a_gift_that_came_to_nothing_links_nobody(database: Database) -> None:
    counted = history(database, kept_gift(now=NOW, email=EVE, card=VISA, state=GiftState.RELEASED))
    assert (counted.linked_emails, counted.donors_of_card) == (1, 1)


@pytest.mark.parametrize(("age", "seen"), [(timedelta(days=30, seconds=-1), 2), (timedelta(days=30), 1)])
def test_cards_are_counted_for_thirty_days(database: Database, age: timedelta, seen: int) -> None:
    counted = history(
        database,
        kept_gift(now=NOW - age, email=EVE, card=VISA),
        kept_gift(now=NOW - age, email=ADA, card=AMEX),
    )
    assert (counted.donors_of_card, counted.cards_of_donor) == (seen, seen)


@pytest.mark.parametrize(("age", "seen"), [(timedelta(hours=23, minutes=59), 1), (timedelta(hours=24), 0)])
def test_gifts_of_today_are_those_of_twenty_four_hours(database: Database, age: timedelta, seen: int) -> None:
    assert history(database, kept_gift(now=NOW - age, email=ADA)).donor_gifts_today == seen


def test_a_year_is_a_calendar_year_in_utc(database: Database) -> None:
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    counted = history(
        database,
        kept_gift(now=new_year, email=ADA, minor=700),
        kept_gift(now=new_year - timedelta(seconds=1), email=ADA, minor=900),
        kept_gift(now=new_year - timedelta(days=366), email=ADA, minor=1_100),
    )
    assert counted.donor_year_minor == counted.revenue_year_minor == 700
    assert counted.revenue_last_year_minor == 900


def test_on_new_years_day_yesterdays_gifts_are_still_of_today(database: Database) -> None:
    morning = datetime(2027, 1, 1, 6, tzinfo=UTC)
    with database.transaction() as session:
        gift = kept_gift(now=morning, email=ADA)
        session.add_all([gift, kept_gift(now=morning - timedelta(hours=12), email=ADA)])
        session.flush()
        counted = history_of(session, gift, card_index=None, now=morning)
    assert (counted.donor_gifts_today, counted.donor_year_minor) == (1, 0)


def test_revenue_is_all_donors_and_never_the_gift_itself(database: Database) -> None:
    gift = kept_gift(now=NOW, email=ADA, anonymous=True, state=GiftState.AUTHORISED)
    counted = history(
        database,
        kept_gift(now=NOW, email=EVE, minor=1_000),
        kept_gift(now=NOW, email=IDA, minor=300, anonymous=True),
        gift=gift,
    )
    assert (counted.revenue_year_minor, counted.anonymous_year_minor) == (1_300, 300)


def test_the_sums_of_a_year_follow_each_step_of_a_gift(database: Database) -> None:
    gift = kept_gift(now=NOW, email=EVE, state=GiftState.AUTHORISED)
    steps = [("captured", 0, 500), ("partly_refunded", 200, 300), ("disputed", 200, 300), ("lost", 200, 0)]
    assert history(database, gift).revenue_year_minor == 500
    for state, refunded, kept in steps:
        with database.transaction() as session:
            changed = session.get_one(Gift, gift.id)
            changed.state, changed.captured_minor, changed.refunded_minor = state, 500, refunded
            session.flush()
            assert session.execute(text("SELECT sum(minor) FROM giving_total")).scalar_one() == kept


def test_the_app_cannot_write_the_sums(database: Database) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), database.transaction() as session:
        session.execute(text("UPDATE giving_total SET minor = 0"))


def test_a_donor_was_first_asked_when_the_earliest_linked_gift_lacked_something(database: Database) -> None:
    asked = NOW - timedelta(days=40)
    counted = history(
        database,
        kept_gift(now=NOW, email=ADA, details_asked_at=NOW),
        kept_gift(now=asked, email=EVE, card=VISA, details_asked_at=asked),
        kept_gift(now=asked, email=IDA, details_asked_at=asked - timedelta(days=1)),
    )
    assert counted.first_asked_at == asked


@pytest.mark.parametrize(
    "change",
    [
        "organisation_type = 'union', capacity = 'organisation'",
        "anonymous = true",
        "card_index = NULL",
        "details_asked_at = now()",
    ],
)
def test_what_was_stated_or_set_once_does_not_change(database: Database, change: str) -> None:
    with database.transaction() as session:
        session.add(kept_gift(now=NOW, email=ADA, card=VISA, details_asked_at=NOW))
    with (
        pytest.raises(DBAPIError, match=r"does not change|set once|noted before it counts"),
        database.transaction() as session,
    ):
        session.execute(text(f"UPDATE gift SET {change}"))  # noqa: S608 - literals above


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("organisation_type = 'church'", "organisation_type_known"),
        ("organisation_type = 'union'", "organisation_type_of_organisation"),
        ("card_index = 'short'", "card_index_length"),
    ],
)
def test_the_database_has_the_last_word(owner_database: Database, change: str, constraint: str) -> None:
    with pytest.raises(DBAPIError, match=constraint), owner_database.transaction() as session:
        session.add(kept_gift(now=NOW, email=ADA))
        session.flush()
        session.execute(text("ALTER TABLE gift DISABLE TRIGGER USER"))
        session.execute(text(f"UPDATE gift SET {change}"))  # noqa: S608 - literals above
