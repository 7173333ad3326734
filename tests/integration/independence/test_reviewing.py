from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from factually.accounts.models import Account
from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.independence.models import GiftDecision
from factually.independence.queries import clearance, decision_of
from factually.independence.results import Clearance, Verdict
from factually.independence.reviewing import Review, decide
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

GIFT = uuid.UUID("00000000-0000-4000-8000-000000000001")
REVIEWER = uuid.UUID("00000000-0000-4000-8000-0000000000aa")
HELD = organisation_gift("ActBlue")
REVIEW = Review(
    gift_id=GIFT, verdict=Verdict.ACCEPT, reviewer_id=REVIEWER, reason="A bakery of the same name."
)


@pytest.fixture
def prepared(database: Database) -> Database:
    with database.transaction() as session:
        prepare_screening(session)
        session.add(
            Account(
                id=REVIEWER,
                email="auditor@example.org",
                name="Made-up Auditor",
                role="auditor",
                created_at=NOW,
            )
        )
    return database


def screened(
    database: Database, keyring: Keyring, subject: ScreeningSubject, stage: Stage = Stage.AFTER_AUTHORISATION
) -> Clearance:
    with database.transaction() as session:
        screen(
            session, replace(subject, stage=stage), gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT
        )
        return clearance(session, GIFT)


def test_the_rules_alone_clear_only_an_allow_after_authorisation(
    prepared: Database, keyring: Keyring
) -> None:
    with prepared.reading() as connection:
        assert clearance(connection, GIFT) is Clearance.WAITING
    assert screened(prepared, keyring, OWN_GIFT, Stage.BEFORE_AUTHORISATION) is Clearance.WAITING
    assert screened(prepared, keyring, HELD) is Clearance.WAITING
    assert screened(prepared, keyring, OWN_GIFT) is Clearance.CLEARED
    assert screened(prepared, keyring, replace(OWN_GIFT, political_group=True)) is Clearance.DENIED


@pytest.mark.parametrize(
    ("verdict", "after"), [(Verdict.ACCEPT, Clearance.CLEARED), (Verdict.REFUSE, Clearance.DENIED)]
)
def test_a_human_decides_a_held_gift(
    prepared: Database, keyring: Keyring, verdict: Verdict, after: Clearance
) -> None:
    screened(prepared, keyring, HELD)
    with prepared.transaction() as session:
        decided = decide(session, replace(REVIEW, verdict=verdict), keyring=keyring, now=NOW)
        assert clearance(session, GIFT) is after
    with prepared.reading() as connection:
        assert decision_of(connection, GIFT, keyring=keyring) == decided


def test_new_evidence_that_refuses_outweighs_an_acceptance(prepared: Database, keyring: Keyring) -> None:
    screened(prepared, keyring, HELD)
    with prepared.transaction() as session:
        decide(session, REVIEW, keyring=keyring, now=NOW)
    assert screened(prepared, keyring, organisation_gift("C00401224")) is Clearance.DENIED


def test_a_gift_is_decided_once(prepared: Database, keyring: Keyring) -> None:
    screened(prepared, keyring, HELD)
    with prepared.transaction() as session:
        decide(session, REVIEW, keyring=keyring, now=NOW)
    with prepared.transaction() as session, pytest.raises(Conflict, match="already"):
        decide(session, replace(REVIEW, verdict=Verdict.REFUSE), keyring=keyring, now=NOW)


@pytest.mark.parametrize("subject", [OWN_GIFT, replace(OWN_GIFT, political_group=True)])
def test_what_the_rules_decided_is_not_for_a_human(
    prepared: Database, keyring: Keyring, subject: ScreeningSubject
) -> None:
    screened(prepared, keyring, subject)
    with prepared.transaction() as session, pytest.raises(Conflict, match="not held"):
        decide(session, REVIEW, keyring=keyring, now=NOW)


def test_a_gift_never_screened_cannot_be_decided(prepared: Database, keyring: Keyring) -> None:
    with prepared.transaction() as session, pytest.raises(NotFound):
        decide(session, REVIEW, keyring=keyring, now=NOW)
    with prepared.reading() as connection:
        assert decision_of(connection, GIFT, keyring=keyring) is None


@pytest.mark.parametrize("reason", ["", "ok", "    too short   ", "x" * 5_001])
def test_a_decision_needs_a_reason(prepared: Database, keyring: Keyring, reason: str) -> None:
    screened(prepared, keyring, HELD)
    with prepared.transaction() as session, pytest.raises(InvalidInput) as caught:
        decide(
            session, replace(REVIEW, reason=reason.replace("too short", "short")), keyring=keyring, now=NOW
        )
    assert caught.value.field == "reason"


def test_the_database_has_the_last_word_on_a_reason(prepared: Database, keyring: Keyring) -> None:
    screened(prepared, keyring, HELD)
    with prepared.transaction() as session:
        decided = decide(session, REVIEW, keyring=keyring, now=NOW)
    with pytest.raises(IntegrityError, match="reason_given"), prepared.transaction() as session:
        session.add(
            GiftDecision(
                id=uuid.uuid4(),
                gift_id=uuid.uuid4(),
                screening_id=decided.screening_id,
                policy_version=None,
                verdict="accept",
                reviewer_id=REVIEWER,
                reason=b"sealed",
                decided_at=NOW,
            )
        )
