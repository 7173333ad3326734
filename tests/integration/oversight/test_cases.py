from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factually.audit.journal import Actor, entries_about
from factually.donations.giving import pledge
from factually.donations.progress import Step
from factually.foundation.errors import InvalidInput
from factually.oversight.cases import Look, open_case
from tests.support.donation_factories import ADA, DONOR, pledge_of

if TYPE_CHECKING:
    from factually.donations.models import Gift
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

AUDITOR = Actor("account", "7c9e6679-7425-40de-944b-e07fc1f90ae7")


@pytest.fixture
def gift(database: Database, keyring: Keyring, clock: FrozenClock) -> Gift:
    with database.transaction() as session:
        return pledge(session, pledge_of(), keyring=keyring, step=Step(DONOR, clock.now()))


def events(database: Database, gift: Gift) -> list[str]:
    with database.reading() as connection:
        return [entry.event for entry in entries_about(connection, f"gift:{gift.id}")]


def test_a_case_opens_without_its_donor(
    database: Database, keyring: Keyring, clock: FrozenClock, gift: Gift
) -> None:
    with database.transaction() as session:
        case = open_case(session, gift.public_id, Look(actor=AUDITOR, now=clock.now()), keyring=keyring)
    assert case.donor is None
    assert not case.can_be_decided
    assert events(database, gift) == ["gift.viewed"]


def test_a_donor_opens_with_a_reason(
    database: Database, keyring: Keyring, clock: FrozenClock, gift: Gift
) -> None:
    look = Look(actor=AUDITOR, now=clock.now(), donor_reason="Two gifts look alike.")
    with database.transaction() as session:
        case = open_case(session, gift.public_id, look, keyring=keyring)
    assert case.donor == ADA
    assert events(database, gift) == ["gift.viewed", "gift.donor_viewed"]


def test_a_short_reason_opens_nothing(
    database: Database, keyring: Keyring, clock: FrozenClock, gift: Gift
) -> None:
    look = Look(actor=AUDITOR, now=clock.now(), donor_reason="why not?")
    with pytest.raises(InvalidInput) as refused, database.transaction() as session:
        open_case(session, gift.public_id, look, keyring=keyring)
    assert refused.value.field == "look_reason"
    assert events(database, gift) == []
