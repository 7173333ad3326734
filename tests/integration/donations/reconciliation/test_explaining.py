"""Explaining what differs as it should: what it covers, what opens it again, and that nothing drops out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.donations.books.posting import post
from factually.donations.reconciliation.differences import Difference, DifferenceKind
from factually.donations.reconciliation.explaining import explain, explained_differences
from factually.donations.reconciliation.reports import latest_report
from factually.donations.reconciliation.running import OVERLAP
from factually.foundation.errors import Conflict, InvalidInput
from tests.support.balance_movements import movement
from tests.support.donation_factories import pledge_of
from tests.support.people import add_person
from tests.support.stripe_sandbox import take

if TYPE_CHECKING:
    from factually.accounts.models import Account
    from factually.foundation.database import Database
    from tests.support.donation_factories import GivingDesk
    from tests.support.reconciling import Reconciler

WHY = "A payment that our treasurer took by hand in the dashboard."


@pytest.fixture
def auditor(desk: GivingDesk) -> Account:
    return add_person(desk.database, "auditor", now=desk.clock.now())


def told(desk: GivingDesk, difference: Difference, by: Account, reason: str = WHY) -> None:
    with desk.database.transaction() as session:
        explain(session, difference, reason, explained_by=by.id, now=desk.clock.now())


def post_by_mistake(desk: GivingDesk, minor: int, number: int) -> None:
    """Post what Stripe never heard of."""
    with desk.database.transaction() as session:
        made_up = movement("topup", minor, created=desk.clock.now(), number=number)
        post(session, made_up, gift_id=None, now=desk.clock.now())


def test_what_is_explained_is_said_beside_the_difference_and_is_no_longer_open(
    desk: GivingDesk, reconciler: Reconciler, auditor: Account
) -> None:
    take(desk.sandbox.client())
    (left,) = reconciler.run().left
    told(desk, left, auditor)
    with desk.database.transaction() as session:
        report = latest_report(session)
        journal = text("SELECT actor_id, subject FROM journal_entry WHERE event = 'difference.explained'")
        entries = [tuple(row) for row in session.execute(journal)]
    assert report is not None
    assert report.left == ()
    known = report.differences[0].explanation
    assert known is not None
    assert (known.reason, known.explained_by, known.explained_at) == (WHY, auditor.name, desk.clock.now())
    assert entries == [(str(auditor.id), f"difference:{left.subject}")]
    again = reconciler.run_later()
    assert (again.left, len(again.explained)) == ((), 1)


def test_a_gap_that_stays_is_explained_however_much_is_given_and_is_open_once_it_grows(
    desk: GivingDesk, reconciler: Reconciler, auditor: Account
) -> None:
    post_by_mistake(desk, 300, number=98)
    for one in reconciler.run_later().left:
        told(desk, one, auditor)
    desk.give(pledge_of(minor=2_500))
    assert reconciler.run_later().left == ()
    post_by_mistake(desk, 1, number=99)
    assert [one.kind for one in reconciler.run_later().left] == [
        DifferenceKind.UNKNOWN_TO_STRIPE,
        DifferenceKind.BALANCE_DIFFERS,
    ]
    with desk.database.transaction() as session:
        ever = explained_differences(session, limit=10)
    assert [(one.kind, one.gap_minor) for one in ever] == [
        (DifferenceKind.BALANCE_DIFFERS, -300),
        (DifferenceKind.UNKNOWN_TO_STRIPE, None),
    ]


def test_what_nobody_explains_stays_in_the_reports_however_old_it_is(
    desk: GivingDesk, reconciler: Reconciler, auditor: Account
) -> None:
    take(desk.sandbox.client())
    (left,) = reconciler.run().left
    for _ in range(2):
        desk.clock.advance(OVERLAP + timedelta(days=1))
        assert reconciler.run(since=desk.clock.now()).left == (left,)
    told(desk, left, auditor)
    desk.clock.advance(OVERLAP + timedelta(days=1))
    assert reconciler.run().differences == ()


def test_a_gift_that_differs_is_looked_at_again_however_soon_the_next_run_is(
    desk: GivingDesk, reconciler: Reconciler
) -> None:
    gift = desk.give()
    with desk.database.transaction() as session:
        session.execute(text("UPDATE gift SET captured_minor = captured_minor - 1"))
    desk.clock.advance(OVERLAP)
    reconciler.run(since=gift.created_at)
    desk.clock.advance(timedelta(minutes=1))
    soon = reconciler.run(since=desk.clock.now())
    assert [(one.subject, one.mending) for one in soon.differences] == [(gift.public_id, "settling_queued")]


def test_a_difference_is_explained_once_by_a_person_who_says_why(
    desk: GivingDesk, reconciler: Reconciler, auditor: Account
) -> None:
    take(desk.sandbox.client())
    (left,) = reconciler.run().left
    with pytest.raises(InvalidInput, match="Give your reason in 10"):
        told(desk, left, auditor, " By hand. ")
    told(desk, left, auditor)
    with pytest.raises(Conflict, match="has explained this difference already"):
        told(desk, left, auditor)


def test_what_was_mended_needs_no_explanation(
    desk: GivingDesk, reconciler: Reconciler, auditor: Account
) -> None:
    take(desk.sandbox.client())
    mended = reconciler.run_later().differences[0]
    with pytest.raises(Conflict, match="was mended"):
        told(desk, mended, auditor)


def test_an_explanation_is_never_rewritten(
    desk: GivingDesk, reconciler: Reconciler, auditor: Account, owner_database: Database
) -> None:
    take(desk.sandbox.client())
    told(desk, reconciler.run().left[0], auditor)
    for change in ("UPDATE {} SET reason = 'Something else.'", "DELETE FROM {}"):
        with pytest.raises(DBAPIError, match="append-only"), owner_database.transaction() as session:
            session.execute(text(change.format("reconciliation_explanation")))
