"""Monthly gifts in what else is kept: the books, a donor's copy and its deletion, the worker's jobs."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.donations import tasks as donations_tasks
from factually.donations.donor_records import SEALED_COLUMNS
from factually.donations.monthly import tasks as monthly_tasks
from factually.donations.monthly.changing import cancel, pause
from factually.donations.monthly.gateway import SetupOrder, SubscriptionOrder
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.donations.monthly.progress import lock_monthly
from factually.donations.monthly.renewals import Renewals
from factually.donations.monthly.sweeping import LOOK
from factually.donations.my.downloading import donor_data
from factually.donations.my.erasing import ask_for_erasure, erase_due
from factually.foundation.crypto import ERASED
from factually.foundation.errors import NotFound
from factually.foundation.money import Money
from factually.jobs.queue import defer
from tests.support.donation_factories import SHARED_NAME
from tests.support.donation_worker import run_due_jobs
from tests.support.donors import signed_in_donor
from tests.support.independence_factories import ENTRIES
from tests.support.monthly_desk import FAILS_LATER, monthly_organisation
from tests.support.reconciling import Reconciler
from tests.support.register_changes import NEW_GROUP, NEWCOMER, rescreen

if TYPE_CHECKING:
    from tests.support.monthly_desk import MonthlyDesk

SIX_YEARS = timedelta(days=6 * 366)


def work(monthly_desk: MonthlyDesk) -> None:
    """Run every job that is due with a real worker, and no letters."""
    desk = monthly_desk.desk
    with desk.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name LIKE '%mail.deliver'"))
    run_due_jobs(desk, donations_tasks.tasks, monthly_tasks.tasks)


def erase(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    donor = signed_in_donor(desk.database, desk.keyring, now=desk.clock.now())
    with desk.database.transaction() as session:
        ask_for_erasure(session, donor, post=desk.post, now=desk.clock.now())


def test_the_books_agree_with_stripe_over_months_and_failures(monthly_desk: MonthlyDesk) -> None:
    since = monthly_desk.desk.clock.now()
    monthly = monthly_desk.begin()
    monthly_desk.pass_months(2)
    monthly_desk.replace_card(monthly, FAILS_LATER)
    monthly_desk.pass_months()
    monthly_desk.enter_card(monthly)
    monthly_desk.work()
    report = Reconciler(monthly_desk.desk).run(since=since)
    months = monthly_desk.months(monthly)
    # Other tests' months stand at this sandbox as well.
    own = {gift.public_id for gift in months} | {gift.charge_id or "" for gift in months}
    assert len(own) == 8
    wrong = [
        found for found in report.differences if own & {found.subject, *re.findall(r"ch_\w+", found.sentence)}
    ]
    assert wrong == []
    assert monthly_desk.states(monthly) == ["captured"] * 4


def test_the_worker_tells_stripe_what_a_donor_changed(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.give(monthly_organisation("Miller Bakery"))
    work(monthly_desk)
    monthly = monthly_desk.of(gift)
    assert monthly.synced_revision == monthly.revision
    with desk.database.transaction() as session:
        pause(session, monthly.id, post=desk.post, step=monthly_desk.step())
    work(monthly_desk)
    assert monthly_desk.subscription(monthly)["pause_collection"]["behavior"] == "void"


def test_the_worker_tries_again_what_stripe_did_not_hear(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.give(monthly_organisation("Miller Bakery"))
    desk.sandbox.fault("POST /v1/subscriptions/{}", "error_before", count=3)
    work(monthly_desk)
    monthly = monthly_desk.of(gift)
    assert monthly.synced_revision < monthly.revision
    with desk.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
        defer(session, monthly_tasks.SWEEP, timestamp=0)
    for _ in range(2):
        # A worker that waits for nothing can end before it sees what its own job queued.
        work(monthly_desk)
    monthly = monthly_desk.of(gift)
    assert monthly.synced_revision == monthly.revision


def test_the_sweep_finds_a_month_that_no_event_told_of(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    monthly_desk.pass_time(timedelta(days=31, hours=2))
    with desk.database.transaction() as session:
        defer(session, monthly_tasks.SWEEP, timestamp=0)
    for _ in range(2):
        work(monthly_desk)
    assert monthly_desk.states(monthly) == ["captured", "captured"]


def test_a_copy_names_the_monthly_gift_and_its_letters(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    monthly_desk.enter_card(monthly)
    donor = signed_in_donor(desk.database, desk.keyring, now=desk.clock.now())
    with desk.database.transaction() as session:
        data = donor_data(session, donor, keyring=desk.keyring, now=desk.clock.now())
    copied = json.dumps(data)
    assert f'"monthly_gifts": [{{"public_id": "{monthly.public_id}"' in copied
    assert "Your monthly gift has another card" in copied


def test_an_erasure_ends_what_goes_on(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    erase(monthly_desk)
    monthly_desk.work()
    over = monthly_desk.monthly(monthly.id)
    assert (over.state, over.end_reason) == (MonthlyState.ENDED, EndReason.ERASED)
    assert monthly_desk.at_stripe(f"customers/{monthly.customer_id}")["deleted"]
    assert over.email_index == monthly.email_index
    desk.clock.advance(SIX_YEARS)
    with desk.database.transaction() as session:
        session.execute(text("UPDATE outgoing_letter SET sent_at = created_at"))
        assert erase_due(session, post=desk.post, now=desk.clock.now()) == 1
    (gift,) = monthly_desk.months(monthly)
    assert {getattr(gift, column) for column in SEALED_COLUMNS} <= {ERASED, None}
    assert monthly_desk.monthly(monthly.id).email_index != monthly.email_index


def test_an_erasure_withdraws_a_first_month_that_waits_for_a_person(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(monthly_organisation(SHARED_NAME))
    erase(monthly_desk)
    monthly_desk.work()
    assert monthly_desk.monthly(monthly.id).state == MonthlyState.ENDED
    assert monthly_desk.states(monthly) == ["released"]


def test_the_worker_writes_to_a_donor_in_doubt(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly_desk.begin(monthly_organisation(NEW_GROUP))
    monthly_desk.entries = (*ENTRIES, NEWCOMER)
    monthly_desk.refresh()
    rescreen(desk)
    work(monthly_desk)
    assert "We have paused your monthly gift of $5.00" in [letter.subject for letter in desk.open_letters()]


def test_the_worker_looks_again_for_months_when_stripe_answers(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    monthly_desk.pass_time(timedelta(days=31))
    desk.sandbox.fault("GET /v1/invoices", "error_before", count=30)
    with desk.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
        defer(session, LOOK, monthly_id=str(monthly.id))
    work(monthly_desk)
    with desk.database.transaction() as session:
        query = text("SELECT attempts FROM procrastinate_jobs WHERE status = 'todo' AND task_name = :look")
        # The sweep asks for one too, where its minute comes meanwhile.
        assert set(session.execute(query, {"look": LOOK}).scalars()) == {1}
    assert monthly_desk.states(monthly) == ["captured"]


def test_a_pause_of_what_ended_at_stripe_finds_it_over(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    desk.gateway.monthly.end(monthly.subscription_id or "", idempotency_key="ended elsewhere")
    with desk.database.transaction() as session:
        pause(session, monthly.id, post=desk.post, step=monthly_desk.step())
    monthly_desk.work()
    assert monthly_desk.monthly(monthly.id).end_reason == EndReason.ELSEWHERE


def test_a_customer_that_is_gone_already_is_no_trouble(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    desk.gateway.monthly.forget_customer(monthly.customer_id or "", idempotency_key="gone already")
    with desk.database.transaction() as session:
        cancel(session, monthly.id, post=desk.post, step=monthly_desk.step())
    monthly_desk.work()
    over = monthly_desk.monthly(monthly.id)
    assert over.synced_revision == over.revision


def test_there_is_nothing_to_look_for_before_the_start(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(monthly_organisation(SHARED_NAME))
    Renewals(journey=monthly_desk.journey).look(monthly.id)
    assert monthly_desk.states(monthly) == ["held"]


def test_what_is_not_ours_at_stripe_is_left_alone(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    before = desk.journal()
    customer = desk.gateway.monthly.customer("somebody else", idempotency_key="foreign customer")
    setup = desk.gateway.monthly.save_card(
        SetupOrder(
            customer_id=customer,
            gift_id=None,
            confirmation_token=desk.token(),
            idempotency_key="foreign card",
        )
    )
    desk.gateway.monthly.subscribe(
        SubscriptionOrder(
            monthly_id="somebody else",
            customer_id=customer,
            payment_method_id=setup.payment_method_id or "",
            amount=Money(500, "USD"),
            idempotency_key="foreign subscription",
        )
    )
    monthly_desk.deliver()
    assert monthly_desk.waiting_events() == 0
    assert desk.journal() == before


def test_the_database_knows_no_month_or_monthly_gift_that_is_none(monthly_desk: MonthlyDesk) -> None:
    with monthly_desk.desk.database.transaction() as session, pytest.raises(NotFound):
        lock_monthly(session, uuid.uuid4())
