"""`factually donors rescreen`, and workers that share a run or die in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from click.testing import CliRunner
from sqlalchemy import text

from factually.donations.rescreening_commands import donors
from factually.independence.publishing import packaged_policy, publish_policy
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
    assert rescreen(desk).startswith("Nothing has changed since the last run.")


def test_watching_takes_part_until_the_run_is_done(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    told = rescreen(desk, "--watch")
    assert "Run 1, what changed in fec_committees: done; 1 donors screened, 1 new in doubt." in told
    assert counted(desk.database)[0] == 1
    assert rescreen(desk, "--watch").startswith("Nothing has changed since the last run.")


def test_without_watching_the_work_is_left_to_the_workers(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    assert "0 of 2 steps done; 0 donors screened" in rescreen(desk)
    with desk.database.transaction() as session:
        queued = session.execute(
            text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'rescreening.walk'")
        )
        assert queued.scalar_one() == 1


def test_a_run_for_a_policy_to_come_is_not_begun_under_the_one_in_force(desk: GivingDesk) -> None:
    desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    begins = (desk.clock.now() + timedelta(days=30)).replace(microsecond=0)
    publish(desk, version="to come", effective_from=f"{begins:%Y-%m-%dT%H:%M:%SZ}")
    told = rescreen(desk, "--watch").splitlines()
    looked_at = begins + timedelta(minutes=2)
    assert told[1] == f"Run 2, all donors, for a new policy: begins at {looked_at:%Y-%m-%d %H:%M} UTC."
    desk.clock.advance(timedelta(days=60))
    assert rescreen(desk, "--watch").startswith(
        "Run 2, all donors, for a new policy: done; 1 donors screened"
    )


def publish(desk: GivingDesk, **changes: str) -> None:
    """Publish the shipped policy again under another name."""
    with desk.database.transaction() as session:
        publish_policy(
            session, json.dumps({**json.loads(packaged_policy()), **changes}), now=desk.clock.now()
        )


def test_everybody_is_screened_on_request(desk: GivingDesk) -> None:
    desk.give()
    assert "Run 1, all donors, on request: done; 1 donors screened, 0 new in doubt." in rescreen(
        desk, "--full", "--watch"
    )
