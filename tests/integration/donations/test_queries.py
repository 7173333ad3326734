from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.audit.journal import Actor
from factually.donations.queries import gift_history, open_donor_record
from factually.foundation.errors import NotFound
from tests.support.donation_factories import ADA, GivingDesk

if TYPE_CHECKING:
    from factually.foundation.database import Database

AUDITOR = Actor("account", "an auditor")


def test_a_gifts_history_has_every_step_and_call(desk: GivingDesk) -> None:
    gift = desk.give()
    with desk.database.transaction() as session:
        history = gift_history(session, gift.public_id)
    assert [event.fact for event in history.events] == ["pledged", "attempted", "authorised", "captured"]
    assert [attempt.kind for attempt in history.attempts] == ["authorise", "capture"]


def test_a_gift_that_does_not_exist_has_no_history(desk: GivingDesk) -> None:
    with pytest.raises(NotFound), desk.database.transaction() as session:
        gift_history(session, "nowhere")


def test_each_look_at_a_donor_is_journalled_with_its_reason(desk: GivingDesk) -> None:
    gift = desk.pledge()
    with desk.database.transaction() as session:
        donor = open_donor_record(
            session, gift, keyring=desk.keyring, actor=AUDITOR, look=("case 7", desk.clock.now())
        )
        look = session.execute(text("SELECT actor_id, subject, details FROM journal_entry")).one()
    assert donor == ADA
    assert tuple(look) == ("an auditor", f"gift:{gift.id}", {"reason": "case 7"})


def test_a_look_that_cannot_be_journalled_shows_nothing(desk: GivingDesk, owner_database: Database) -> None:
    gift = desk.pledge()
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE journal_entry ADD CONSTRAINT closed CHECK (event = 'none')"))
    with pytest.raises(DBAPIError), desk.database.transaction() as session:
        open_donor_record(
            session, gift, keyring=desk.keyring, actor=AUDITOR, look=("case 7", desk.clock.now())
        )
