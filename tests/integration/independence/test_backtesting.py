from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.foundation.database import opened_database
from factually.foundation.money import Money
from factually.independence import backtesting
from factually.independence.backtesting import BacktestedGift, Period, RuleChange, backtest, count_gifts
from factually.independence.outcomes import Outcome
from factually.independence.screening import screen
from factually.independence.subjects import Stage
from tests.support.independence_factories import (
    FIRST_GIFT,
    NOW,
    OWN_GIFT,
    organisation_gift,
    prepare_screening,
)
from tests.support.rule_factories import draft_policy

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.independence.policy import Policy
    from factually.independence.subjects import ScreeningSubject
    from tests.support.databases import TestDatabase

PERIOD = Period(start=NOW - timedelta(days=1), end=NOW + timedelta(days=1))
LARGE = replace(OWN_GIFT, amount=Money(30_000, "USD"))
STRICTER = draft_policy(DS20={"work_above_year_minor": 0}, DS21={"work_above_year_minor": 0})
MILDER = draft_policy(DS20={"missing": "allow"})


class Stored:
    """Screenings of made-up gifts, and what a draft would have said of them."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring
        self._gifts = 0
        with database.transaction() as session:
            prepare_screening(session)

    def add(self, *subjects: ScreeningSubject, now: datetime = NOW) -> list[uuid.UUID]:
        """Store the screenings of one gift, and return their ids."""
        self._gifts += 1
        gift = uuid.UUID(int=self._gifts)
        with self._database.transaction() as session:
            return [
                screen(session, subject, gift_id=gift, keyring=self._keyring, now=now, history=FIRST_GIFT).id
                for subject in subjects
            ]

    def tried(self, draft: Policy, period: Period = PERIOD) -> list[BacktestedGift]:
        """Decide again under a draft."""
        with self._database.transaction() as session:
            decided = list(backtest(session, draft, period, keyring=self._keyring))
            assert count_gifts(session, period) == len(decided)
        return decided


@pytest.fixture
def stored(database: Database, keyring: Keyring) -> Stored:
    return Stored(database, keyring)


def test_the_policy_in_force_decides_nothing_otherwise(stored: Stored) -> None:
    stored.add(OWN_GIFT)
    stored.add(organisation_gift("ActBlue"))
    stored.add(organisation_gift("Republican National Committee"))
    assert [(gift.before, gift.otherwise) for gift in stored.tried(draft_policy())] == [
        (Outcome.ALLOW, False),
        (Outcome.HOLD, False),
        (Outcome.REFUSE, False),
    ]


def test_a_stricter_draft_is_told_with_the_rule_and_its_sentence(stored: Stored) -> None:
    [screening_id] = stored.add(OWN_GIFT)
    [gift] = stored.tried(STRICTER)
    assert (gift.screening_id, gift.stage) == (screening_id, Stage.BEFORE_AUTHORISATION)
    assert (gift.before, gift.after, gift.otherwise) == (Outcome.ALLOW, Outcome.HOLD, True)
    assert gift.changes == (RuleChange(rule_id="DS20", before=Outcome.ALLOW, after=Outcome.HOLD),)
    assert gift.reason is not None
    assert gift.reason.startswith("Above $200 a year")
    assert not gift.drifted


def test_a_milder_draft_lets_a_held_gift_pass(stored: Stored) -> None:
    stored.add(LARGE)
    [gift] = stored.tried(MILDER)
    assert (gift.before, gift.after, gift.reason) == (Outcome.HOLD, Outcome.ALLOW, None)


def test_an_index_that_this_machine_does_not_have_is_built_first(
    stored: Stored, test_database: TestDatabase, tmp_path: Path, keyring: Keyring
) -> None:
    stored.add(organisation_gift("ActBlue"))
    with (
        opened_database(test_database.app_url, derived=tmp_path) as database,
        database.transaction() as session,
    ):
        [gift] = backtest(session, draft_policy(), PERIOD, keyring=keyring)
    assert (gift.after, gift.drifted) == (Outcome.HOLD, False)


def test_a_gift_counts_once_by_its_last_screening_in_the_period(stored: Stored) -> None:
    _, last = stored.add(OWN_GIFT, replace(LARGE, stage=Stage.AFTER_AUTHORISATION))
    stored.add(LARGE, now=NOW - timedelta(days=1, seconds=1))
    stored.add(LARGE, now=NOW + timedelta(days=1))
    [gift] = stored.tried(MILDER)
    assert (gift.screening_id, gift.after) == (last, Outcome.ALLOW)


def test_a_gift_screened_again_after_the_period_is_taken_as_it_was_then(stored: Stored) -> None:
    [then] = stored.add(OWN_GIFT)
    with_later = Period(start=PERIOD.start, end=NOW + timedelta(days=3))
    stored.add(LARGE, now=NOW + timedelta(days=2))
    assert [gift.screening_id for gift in stored.tried(MILDER)] == [then]
    assert len(stored.tried(MILDER, with_later)) == 2


def test_a_failed_screening_stays_held(database: Database, keyring: Keyring) -> None:
    with database.transaction() as session:
        screen(session, OWN_GIFT, gift_id=uuid.UUID(int=9), keyring=keyring, now=NOW, history=FIRST_GIFT)
    [gift] = Stored(database, keyring).tried(draft_policy())
    assert (gift.before, gift.after, gift.drifted) == (Outcome.HOLD, Outcome.HOLD, False)


def test_batches_leave_no_gift_out(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtesting, "BATCH", 2)
    ids = [stored.add(OWN_GIFT)[0] for _ in range(5)]
    assert [gift.screening_id for gift in stored.tried(MILDER)] == ids


def test_what_would_differ_without_the_draft_is_told_apart(stored: Stored, owner_database: Database) -> None:
    stored.add(OWN_GIFT)
    stored.add(OWN_GIFT)
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE screening DISABLE TRIGGER USER"))
        session.execute(text("UPDATE screening SET outcome = 'hold' WHERE number = 1"))
        session.execute(
            text("UPDATE screening SET inputs = overlay(inputs PLACING '\\xff' FROM 20) WHERE number = 2")
        )
    drifted, damaged = stored.tried(draft_policy())
    assert (drifted.after, drifted.drifted) == (Outcome.ALLOW, True)
    assert (damaged.after, damaged.otherwise) == (None, True)


def test_nothing_is_stored(stored: Stored, database: Database) -> None:
    stored.add(LARGE)
    stored.tried(STRICTER)
    with database.reading() as connection:
        counts = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - our own table names
            for table in ("screening", "policy_version")
        ]
    assert counts == [1, 1]
