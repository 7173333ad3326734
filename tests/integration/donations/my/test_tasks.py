"""The worker's part with a real worker."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from factually.donations.my.erasing import ask_for_erasure
from factually.donations.my.models import DonorLink, DonorSession
from factually.donations.my.tasks import tasks
from factually.jobs.queue import defer
from factually.web.sessions import ABSOLUTE_LIMIT
from tests.support.donation_worker import run_due_jobs
from tests.support.donors import ask, follow, signed_in_donor, tokens_mailed

if TYPE_CHECKING:
    from tests.support.donation_factories import GivingDesk


def work(desk: GivingDesk) -> None:
    """Run every job of ours that is due."""
    with desk.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name NOT LIKE 'donors.%'"))
    run_due_jobs(desk, tasks)


def forget(desk: GivingDesk) -> None:
    with desk.database.transaction() as session:
        defer(session, "donors.forget", timestamp=0)
    work(desk)


def rows(desk: GivingDesk, table: type[DonorLink | DonorSession]) -> int:
    with desk.database.transaction() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_link_that_was_asked_for_is_mailed_and_signs_in(desk: GivingDesk) -> None:
    desk.give()
    ask(desk.database, desk.keyring, now=desk.clock.now())
    work(desk)
    [token] = tokens_mailed(desk.database, desk.keyring)
    assert follow(desk.database, token, now=desk.clock.now())


def test_an_address_that_never_gave_leaves_nothing_behind(desk: GivingDesk) -> None:
    ask(desk.database, desk.keyring, now=desk.clock.now(), email="stranger@example.org")
    work(desk)
    assert rows(desk, DonorLink) == 0
    assert desk.letters() == []


def test_links_sessions_and_their_letters_are_forgotten_after_a_day(desk: GivingDesk) -> None:
    desk.give()
    ask(desk.database, desk.keyring, now=desk.clock.now())
    work(desk)
    signed_in_donor(desk.database, desk.keyring, now=desk.clock.now())
    with desk.database.transaction() as session:
        session.execute(text("UPDATE outgoing_letter SET sent_at = created_at"))
    forget(desk)
    assert (rows(desk, DonorLink), rows(desk, DonorSession)) == (1, 1)
    desk.clock.advance(max(timedelta(days=1), ABSOLUTE_LIMIT) + timedelta(seconds=1))
    forget(desk)
    assert (rows(desk, DonorLink), rows(desk, DonorSession)) == (0, 0)
    assert tokens_mailed(desk.database, desk.keyring) == []
    assert "donor-link" in desk.letters()


def test_a_letter_that_could_not_be_delivered_is_forgotten_too_and_one_that_waits_is_not(
    desk: GivingDesk,
) -> None:
    desk.give()
    for _ in range(2):
        ask(desk.database, desk.keyring, now=desk.clock.now())
        work(desk)
        desk.clock.advance(timedelta(minutes=1))
    waiting = tokens_mailed(desk.database, desk.keyring)[1]
    with desk.database.transaction() as session:
        session.execute(
            text(
                "UPDATE outgoing_letter SET undeliverable_at = now() WHERE id = "
                "(SELECT id FROM outgoing_letter WHERE key LIKE 'donor-link:%' ORDER BY created_at LIMIT 1)"
            )
        )
    desk.clock.advance(timedelta(days=1))
    forget(desk)
    assert tokens_mailed(desk.database, desk.keyring) == [waiting]


def test_what_may_go_by_now_goes(desk: GivingDesk) -> None:
    desk.give()
    donor = signed_in_donor(desk.database, desk.keyring, now=desk.clock.now())
    with desk.database.transaction() as session:
        ask_for_erasure(session, donor, post=desk.post, now=desk.clock.now())
    desk.clock.advance(timedelta(days=6 * 366))
    forget(desk)
    assert desk.journal()[-1] == "gift.donor_erased"
