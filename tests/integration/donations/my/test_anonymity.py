from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from factually.donations.donor_records import seal_donor
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.models import Gift, GivingTotal
from factually.donations.my.anonymity import Wish, can_change, change_anonymity
from factually.donations.my.linking import address_index
from factually.donations.my.models import GiftAnonymity
from factually.foundation.errors import Conflict, NotFound
from tests.support.donation_factories import ADA, kept_gift
from tests.support.donors import signed_in_donor
from tests.support.independence_factories import prepare_screening

if TYPE_CHECKING:
    from factually.donations.my.signed_in import SignedInDonor
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

LINE = 100_000


@pytest.fixture
def ada(database: Database, keyring: Keyring, clock: FrozenClock) -> SignedInDonor:
    with database.transaction() as session:
        prepare_screening(session, now=clock.now())
    return signed_in_donor(database, keyring, now=clock.now())


class Giving:
    """Puts gifts of an address into the database, and changes who may be named."""

    def __init__(self, database: Database, keyring: Keyring, clock: FrozenClock, ada: SignedInDonor) -> None:
        self.database, self.keyring, self.clock, self.ada = database, keyring, clock, ada

    def add(  # noqa: PLR0913 - each test names the one or two that matter to it
        self,
        minor: int = 500,
        *,
        now: datetime | None = None,
        email: str = ADA.email,
        card: bytes | None = None,
        state: GiftState = GiftState.CAPTURED,
        anonymous: bool = False,
    ) -> Gift:
        index = address_index(email, keyring=self.keyring)
        gift = kept_gift(
            now=now or self.clock.now(), email=index, card=card, minor=minor, state=state, anonymous=anonymous
        )
        for column, sealed in seal_donor(ADA, gift_id=gift.id, keyring=self.keyring).items():
            setattr(gift, column, sealed)
        with self.database.transaction() as session:
            session.add(gift)
        return gift

    def change(self, gift: Gift, *, anonymous: bool) -> None:
        with self.database.transaction() as session:
            change_anonymity(
                session,
                Wish(gift.public_id, anonymous=anonymous),
                donor=self.ada,
                keyring=self.keyring,
                now=self.clock.now(),
            )

    def is_anonymous(self, gift: Gift) -> bool:
        with self.database.transaction() as session:
            return session.get_one(Gift, gift.id).anonymous

    def totals(self) -> dict[bool, int]:
        query = select(GivingTotal.anonymous, func.sum(GivingTotal.minor)).group_by(GivingTotal.anonymous)
        with self.database.transaction() as session:
            return {anonymous: int(minor) for anonymous, minor in session.execute(query) if minor}


@pytest.fixture
def giving(database: Database, keyring: Keyring, clock: FrozenClock, ada: SignedInDonor) -> Giving:
    return Giving(database, keyring, clock, ada)


def test_the_anonymous_share_follows_the_donors_wish(giving: Giving) -> None:
    gift = giving.add(700)
    giving.add(300)
    assert giving.totals() == {False: 1000}
    giving.change(gift, anonymous=True)
    assert giving.totals() == {True: 700, False: 300}
    giving.change(gift, anonymous=False)
    assert giving.totals() == {False: 1000}


def test_wishing_what_is_already_so_is_not_noted_again(giving: Giving) -> None:
    gift = giving.add()
    giving.change(gift, anonymous=False)
    with giving.database.transaction() as session:
        assert session.execute(select(func.count()).select_from(GiftAnonymity)).scalar_one() == 0


@pytest.mark.parametrize("state", GiftState)
def test_only_a_gift_that_was_taken_can_be_changed(giving: Giving, state: GiftState) -> None:
    gift = giving.add(state=state)
    assert can_change(gift) == (state in TAKEN_STATES)
    if can_change(gift):
        giving.change(gift, anonymous=True)
    else:
        with pytest.raises(Conflict, match="once the gift is taken"):
            giving.change(gift, anonymous=True)
    assert giving.is_anonymous(gift) == can_change(gift)


def test_all_gifts_of_a_year_count_for_the_line(giving: Giving) -> None:
    gift = giving.add(LINE - 500)
    giving.change(gift, anonymous=True)
    giving.change(gift, anonymous=False)
    giving.add(501)
    with pytest.raises(Conflict, match="DS22"):
        giving.change(gift, anonymous=True)


def test_a_second_address_with_the_same_card_counts_as_well(giving: Giving) -> None:
    gift = giving.add(LINE - 500, card=b"c" * 32)
    giving.add(501, email="another@example.org", card=b"c" * 32)
    with pytest.raises(Conflict, match="DS22"):
        giving.change(gift, anonymous=True)


def test_each_year_has_its_own_line(giving: Giving) -> None:
    last_year = datetime(giving.clock.now().year - 1, 12, 31, 23, tzinfo=UTC)
    before = giving.add(LINE - 500, now=last_year)
    giving.add(LINE - 500, now=last_year + timedelta(hours=2))
    giving.change(before, anonymous=True)
    assert giving.is_anonymous(before)


def test_being_named_is_always_allowed(giving: Giving) -> None:
    gift = giving.add(LINE - 500)
    giving.change(gift, anonymous=True)
    giving.add(501)
    giving.change(gift, anonymous=False)
    assert not giving.is_anonymous(gift)


def test_unnamed_money_does_not_grow_past_its_share(giving: Giving) -> None:
    gift = giving.add()
    for number in range(12):
        giving.add(80_000, email=f"reader{number}@example.org", anonymous=number < 2)
    giving.add(40_000, email="one-more@example.org")
    with pytest.raises(Conflict, match="DS17"):
        giving.change(gift, anonymous=True)


def test_the_gift_of_somebody_else_can_not_be_changed(giving: Giving) -> None:
    gift = giving.add(email="bea@example.org")
    with pytest.raises(NotFound):
        giving.change(gift, anonymous=True)
