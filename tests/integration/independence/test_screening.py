from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from factually.independence.facts import GivingHistory
from factually.independence.models import PolicyVersion, Screening
from factually.independence.outcomes import Outcome
from factually.independence.queries import latest_outcomes, screenings_of
from factually.independence.screening import screen
from factually.independence.subjects import PaymentFacts, Stage
from tests.support.independence_factories import (
    FIRST_GIFT,
    NOW,
    OWN_GIFT,
    organisation_gift,
    prepare_screening,
    shipped_policy,
)

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database

GIFT = uuid.UUID("00000000-0000-4000-8000-000000000001")
OTHER_GIFT = uuid.UUID("00000000-0000-4000-8000-000000000002")


@pytest.fixture
def prepared(database: Database) -> Database:
    with database.transaction() as session:
        prepare_screening(session)
    return database


def test_an_ordinary_gift_is_allowed_and_every_rule_says_why(prepared: Database, keyring: Keyring) -> None:
    with prepared.transaction() as session:
        result = screen(session, OWN_GIFT, gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT)
    assert result.outcome is Outcome.ALLOW
    assert result.deciding_finding is None
    assert result.policy_version == shipped_policy().version
    assert len(result.findings) == len(shipped_policy().rules)


def test_a_committee_that_gives_in_its_own_name_is_refused(prepared: Database, keyring: Keyring) -> None:
    subject = organisation_gift("Republican National Committee")
    with prepared.transaction() as session:
        result = screen(session, subject, gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT)
    assert result.outcome is Outcome.REFUSE
    assert result.deciding_finding is not None
    assert result.deciding_finding.rule_id == "DS03"
    assert result.deciding_finding.register is not None
    assert result.deciding_finding.register.key == "C00003418"


def test_what_was_decided_is_read_back_whole(prepared: Database, keyring: Keyring) -> None:
    with prepared.transaction() as session:
        stored = screen(
            session, organisation_gift("ActBlue"), gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT
        )
    with prepared.reading() as connection:
        assert screenings_of(connection, GIFT, keyring=keyring) == (stored,)


def test_what_other_gifts_tell_is_kept_with_the_decision(prepared: Database, keyring: Keyring) -> None:
    history = GivingHistory(
        donor_year_minor=20_500, donors_of_card=3, first_asked_at=NOW - timedelta(days=31)
    )
    with prepared.transaction() as session:
        screen(session, OWN_GIFT, gift_id=GIFT, keyring=keyring, now=NOW, history=history)
    with prepared.reading() as connection:
        [stored] = screenings_of(connection, GIFT, keyring=keyring)
    assert stored.facts.history == history


def test_each_stage_adds_a_screening_and_the_last_one_counts(prepared: Database, keyring: Keyring) -> None:
    second = replace(OWN_GIFT, stage=Stage.AFTER_AUTHORISATION, payment=PaymentFacts(billing_name="ActBlue"))
    with prepared.transaction() as session:
        for subject in (OWN_GIFT, second):
            screen(session, subject, gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT)
        screen(session, OWN_GIFT, gift_id=OTHER_GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT)
    with prepared.reading() as connection:
        stages = [result.stage for result in screenings_of(connection, GIFT, keyring=keyring)]
        outcomes = latest_outcomes(connection, [GIFT, OTHER_GIFT, uuid.UUID(int=9)])
    assert stages == [Stage.BEFORE_AUTHORISATION, Stage.AFTER_AUTHORISATION]
    assert outcomes == {GIFT: Outcome.HOLD, OTHER_GIFT: Outcome.ALLOW}


def test_a_gift_never_screened_has_no_screening(prepared: Database, keyring: Keyring) -> None:
    with prepared.reading() as connection:
        assert screenings_of(connection, GIFT, keyring=keyring) == ()


def test_nothing_the_donor_said_is_stored_in_the_open(prepared: Database, keyring: Keyring) -> None:
    with prepared.transaction() as session:
        screen(
            session, organisation_gift("ActBlue"), gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT
        )
        rows = session.execute(text("SELECT screening::text FROM screening"))
        rows_of_findings = session.execute(text("SELECT screening_finding::text FROM screening_finding"))
        stored = " ".join([*rows.scalars(), *rows_of_findings.scalars()]).casefold()
    for secret in ("reader", "example.org", "actblue", "c00401224"):
        assert secret not in stored
        assert secret.encode().hex() not in stored


def test_an_old_register_holds_everyone(prepared: Database, keyring: Keyring) -> None:
    with prepared.transaction() as session:
        result = screen(
            session, OWN_GIFT, gift_id=GIFT, keyring=keyring, now=NOW + timedelta(days=9), history=FIRST_GIFT
        )
    assert result.outcome is Outcome.HOLD
    assert result.deciding_finding is not None
    assert result.deciding_finding.rule_id == "DS29"


def test_without_a_policy_a_gift_is_held(database: Database, keyring: Keyring) -> None:
    with database.transaction() as session:
        result = screen(session, OWN_GIFT, gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT)
    assert result.outcome is Outcome.HOLD
    assert result.policy_version is None
    assert result.facts.failure == "No policy is in force."


def test_a_policy_that_cannot_be_read_holds(prepared: Database, keyring: Keyring) -> None:
    with prepared.transaction() as session:
        session.add(
            PolicyVersion(
                version="damaged",
                effective_from=NOW,
                author="One",
                approver="Another",
                document="{}",
                sha256="0" * 64,
                published_at=NOW,
            )
        )
        session.flush()
        result = screen(session, OWN_GIFT, gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT)
    assert result.outcome is Outcome.HOLD


def test_a_register_that_cannot_be_read_holds_and_the_transaction_lives_on(
    prepared: Database, owner_database: Database, keyring: Keyring
) -> None:
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE register_retrieval RENAME TO register_retrieval_lost"))
    with prepared.transaction() as session:
        result = screen(session, OWN_GIFT, gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT)
        refused = screen(
            session,
            replace(OWN_GIFT, political_group=True),
            gift_id=OTHER_GIFT,
            keyring=keyring,
            now=NOW,
            history=FIRST_GIFT,
        )
    assert result.outcome is Outcome.HOLD
    assert result.deciding_finding is not None
    assert result.deciding_finding.evidence == ("The screening failed: ProgrammingError.",)
    assert refused.outcome is Outcome.REFUSE
    with prepared.reading() as connection:
        assert len(connection.execute(select(Screening.id)).all()) == 2
