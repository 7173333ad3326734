"""What a screening at a renewal, or after a register changed, says about taking the money."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.independence.queries import clearance
from factually.independence.results import Clearance
from factually.independence.screening import screen
from factually.independence.subjects import Stage
from tests.support.independence_factories import (
    FIRST_GIFT,
    NOW,
    OWN_GIFT,
    organisation_gift,
    prepare_screening,
)

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.independence.subjects import ScreeningSubject

HELD = organisation_gift("We the People Committee")


def cleared(database: Database, keyring: Keyring, *screened: tuple[ScreeningSubject, Stage]) -> Clearance:
    """What the screenings of one gift come to, made one after the other."""
    gift_id = uuid.uuid4()
    with database.transaction() as session:
        prepare_screening(session)
        for minutes, (subject, stage) in enumerate(screened):
            at = NOW + timedelta(minutes=minutes)
            again = replace(subject, stage=stage)
            screen(session, again, gift_id=gift_id, keyring=keyring, now=at, history=FIRST_GIFT)
        return clearance(session, gift_id)


@pytest.mark.parametrize(
    ("screened", "expected"),
    [
        ([(OWN_GIFT, Stage.RENEWAL)], Clearance.CLEARED),
        ([(HELD, Stage.RENEWAL)], Clearance.WAITING),
        ([(OWN_GIFT, Stage.AFTER_AUTHORISATION), (OWN_GIFT, Stage.RESCREENING)], Clearance.CLEARED),
        ([(OWN_GIFT, Stage.AFTER_AUTHORISATION), (HELD, Stage.RESCREENING)], Clearance.WAITING),
        ([(HELD, Stage.AFTER_AUTHORISATION), (OWN_GIFT, Stage.RESCREENING)], Clearance.WAITING),
        ([(OWN_GIFT, Stage.BEFORE_AUTHORISATION), (OWN_GIFT, Stage.RESCREENING)], Clearance.WAITING),
    ],
)
def test_an_allow_of_a_register_change_clears_what_was_cleared_before_and_nothing_else(
    database: Database,
    keyring: Keyring,
    screened: list[tuple[ScreeningSubject, Stage]],
    expected: Clearance,
) -> None:
    assert cleared(database, keyring, *screened) is expected
