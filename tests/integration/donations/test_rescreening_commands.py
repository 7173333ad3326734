"""`factually donors rescreen`, and workers that share a run or die in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from click.testing import CliRunner
from sqlalchemy import text

from factually.donations.rescreening_commands import donors
from tests.support.donation_factories import GivingDesk, organisation_pledge
from tests.support.register_changes import NEW_GROUP, NEWCOMER, change_register, counted

if TYPE_CHECKING:
    from factually.foundation.clock import Clock
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database


@dataclass(frozen=True)
class Parts:
    database: Database
    clock: Clock
    keyring: Keyring


def rescreen(desk: GivingDesk, *options: str) -> str:
    parts = Parts(desk.database, desk.clock, desk.keyring)
    result = CliRunner().invoke(donors, ["rescreen", *options], obj=parts, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_without_a_changed_register_there_is_nothing_to_do(desk: GivingDesk) -> None:
    assert rescreen(desk).startswith("No register has changed")


def test_watching_takes_part_until_the_run_is_done(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    told = rescreen(desk, "--watch")
    assert "Run 1, what changed in fec_committees: done; 1 donors screened, 1 new in doubt." in told
    assert counted(desk.database)[0] == 1
    assert rescreen(desk, "--watch").startswith("No register has changed")


def test_without_watching_the_work_is_left_to_the_workers(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    assert "0 of 2 steps done; 0 donors screened" in rescreen(desk)
    with desk.database.transaction() as session:
        queued = session.execute(
            text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'rescreening.walk'")
        )
        assert queued.scalar_one() == 1


def test_everybody_is_screened_on_request(desk: GivingDesk) -> None:
    desk.give()
    assert "Run 1, all donors: done; 1 donors screened, 0 new in doubt." in rescreen(
        desk, "--full", "--watch"
    )
