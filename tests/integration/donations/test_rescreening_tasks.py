"""The worker's part in a run: it begins late enough, takes turns, and two workers share it."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from factually.donations import rescreening_tasks
from factually.donations.rescreening_tasks import RESUME, tasks
from factually.independence import screening
from factually.independence.rescreening.models import Cause, RescreeningPartition
from factually.independence.rescreening.queries import latest_runs
from factually.independence.rescreening.running import (
    claim,
    open_runs,
    rescreen_everyone,
    rescreen_under_engine,
    start,
)
from factually.independence.searching.layout import ENGINE
from factually.jobs.context import WorkerContext
from factually.jobs.queue import defer
from factually.jobs.worker import make_worker_app, run_worker
from tests.support.donation_factories import GivingDesk, organisation_pledge
from tests.support.register_changes import NEW_GROUP, NEWCOMER, change_register, counted, progress_of, run_of

if TYPE_CHECKING:
    import pytest


def work(desk: GivingDesk) -> None:
    """Run the jobs of re-screening that are due."""
    with desk.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name NOT LIKE 'rescreening.%'"))
    run_jobs(desk)


def run_jobs(desk: GivingDesk) -> None:
    context = WorkerContext(desk.database, desk.clock, desk.keyring)
    run_worker(make_worker_app(desk.database.url, [tasks]), context, wait=False)


def waiting(desk: GivingDesk) -> list[str]:
    with desk.database.transaction() as session:
        names = session.execute(
            text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' AND task_name LIKE 'resc%'")
        )
        return list(names.scalars())


def begin_now(desk: GivingDesk) -> None:
    """Let the job that waits for two minutes be due, as time would."""
    desk.clock.advance(timedelta(minutes=3))
    with desk.database.transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))


def test_an_imported_register_leads_to_a_run_two_minutes_later(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    work(desk)
    run = progress_of(desk.database, 1)
    assert run.started_at is None
    assert run.begins_at == desk.clock.now() + timedelta(minutes=2)
    assert waiting(desk) == ["rescreening.start"]
    begin_now(desk)
    while waiting(desk):
        work(desk)
    run = progress_of(desk.database, 1)
    assert run.finished_at == desk.clock.now()
    assert (run.opened, counted(desk.database)[0]) == (1, 1)


def test_a_first_register_with_nobody_to_screen_starts_no_run(desk: GivingDesk) -> None:
    with desk.database.reading() as connection:
        assert open_runs(connection) == []


def test_the_same_file_again_starts_no_run(desk: GivingDesk) -> None:
    desk.give()
    change_register(desk)
    with desk.database.reading() as connection:
        assert open_runs(connection) == []


def test_a_job_stops_after_its_turn_and_queues_the_rest(
    desk: GivingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    monkeypatch.setattr(rescreening_tasks, "TURN", timedelta(0))
    run_of(desk)
    while waiting(desk):
        work(desk)
    run = progress_of(desk.database, 1)
    assert run.finished_at is not None
    assert (run.screened, run.opened) == (3, 3)


def test_a_run_whose_jobs_are_gone_is_resumed_by_the_clock(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    run_of(desk)
    with desk.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
        defer(session, RESUME, timestamp=0)
    run_jobs(desk)
    while waiting(desk):
        run_jobs(desk)
    run = progress_of(desk.database, 1)
    assert (run.finished_at, run.opened) == (desk.clock.now(), 1)


def test_two_workers_never_hold_the_same_partition(desk: GivingDesk) -> None:
    desk.give()
    change_register(desk, NEWCOMER)
    work_, numbers = run_of(desk)
    with desk.database.transaction() as first, desk.database.transaction() as second:
        held = claim(first, work_.run_id, numbers[0])
        assert isinstance(held, RescreeningPartition)
        assert claim(second, work_.run_id, numbers[0]) is None


def test_a_run_that_is_begun_again_goes_on_with_its_open_partitions(desk: GivingDesk) -> None:
    desk.give()
    change_register(desk, NEWCOMER)
    work_, numbers = run_of(desk)
    with desk.database.transaction() as session:
        assert start(session, work_.run_id, now=desk.clock.now()) == numbers
    for number in numbers:
        work_.walk(number)
    with desk.database.transaction() as session:
        assert start(session, work_.run_id, now=desk.clock.now()) == []


def ask(desk: GivingDesk, engine: str = ENGINE) -> int | None:
    with desk.database.transaction() as session:
        return rescreen_under_engine(session, now=desk.clock.now(), engine=engine)


def give_under_another_engine(desk: GivingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(screening, "ENGINE", "made-up-engine")
        desk.give()


def test_the_clock_notices_a_new_engine_once_and_all_donors_are_screened(
    desk: GivingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_under_another_engine(desk, monkeypatch)
    for timestamp in range(3):
        with desk.database.transaction() as session:
            session.execute(text("DELETE FROM procrastinate_jobs"))
            defer(session, RESUME, timestamp=timestamp)
        run_jobs(desk)
        begin_now(desk)
    while waiting(desk):
        run_jobs(desk)
    with desk.database.reading() as connection:
        (run,) = latest_runs(connection, limit=10)
    assert (run.cause, run.screened) == (Cause.ENGINE, 1)
    assert run.finished_at is not None


def test_two_workers_that_bring_a_new_engine_start_one_run(
    desk: GivingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_under_another_engine(desk, monkeypatch)
    answers: list[int | None] = []
    with desk.database.transaction() as session:
        first = rescreen_under_engine(session, now=desk.clock.now())
        second = threading.Thread(target=lambda: answers.append(ask(desk)))
        second.start()
        second.join(timeout=0.5)
        assert answers == []
    second.join(timeout=10)
    assert (first, answers) == (1, [None])


def test_an_engine_by_which_donors_were_screened_starts_no_run(
    desk: GivingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(desk) is None
    give_under_another_engine(desk, monkeypatch)
    assert ask(desk, "made-up-engine") is None
    with desk.database.transaction() as session:
        rescreen_everyone(session, now=desk.clock.now())
    assert ask(desk) is None


def test_each_further_engine_starts_a_run_and_none_that_comes_back(
    desk: GivingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_under_another_engine(desk, monkeypatch)
    assert [ask(desk, f"engine-{number}") is not None for number in (7, 8, 7, 9)] == [True, True, False, True]
