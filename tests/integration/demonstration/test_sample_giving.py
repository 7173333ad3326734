"""What a newcomer finds given, by a sandbox of its own whose clock goes back and returns to the present."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from factually.audit.journal import SYSTEM
from factually.demonstration.sample_content import demonstration_policy
from factually.demonstration.sample_giving import AGO, MONA, PIA, load_sample_giving
from factually.demonstration.sandbox_control import SandboxControl
from factually.donations.journey import Journey
from factually.donations.monthly.lifecycle import MonthlyState
from factually.donations.monthly.queries import monthlies_of, record_of
from factually.donations.pledges import normal_email
from factually.independence.publishing import publish_policy
from factually.independence.registers.loading import load_register
from factually.mail.letters import OutgoingLetter
from tests.support.checked_gateways import checked_gateway
from tests.support.clock import FrozenClock
from tests.support.donation_factories import donor_post
from tests.support.independence_factories import register_file
from tests.support.stripe_sandbox import RunningSandbox, stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.donations.monthly.queries import MonthlyRecord
    from factually.donations.pledges import Donor
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with stripe_sandbox() as running:
        yield running


@pytest.fixture
def control(sandbox: RunningSandbox) -> SandboxControl:
    return SandboxControl(address=sandbox.url, secret_key=sandbox.secret_key)


@pytest.fixture
def journey(sandbox: RunningSandbox, database: Database, keyring: Keyring) -> Iterator[Journey]:
    clock = FrozenClock(datetime.fromtimestamp(sandbox.advance(0), UTC))
    with database.transaction() as session:
        publish_policy(session, demonstration_policy(), now=clock.now())
        load_register(session, register_file(), now=clock.now())
    with checked_gateway(sandbox) as gateway:
        post = donor_post(keyring)
        yield Journey(database=database, gateway=gateway, post=post, clock=clock, actor=SYSTEM)


def given_by(journey: Journey, donor: Donor) -> MonthlyRecord:
    index = journey.post.keyring.blind_index(normal_email(donor.email), "gift e-mail")
    with journey.database.transaction() as session:
        (monthly,) = monthlies_of(session, index)
        return record_of(session, monthly)


def test_a_month_has_passed_for_one_donor_who_gives_on_and_one_who_paused(
    journey: Journey, control: SandboxControl, sandbox: RunningSandbox
) -> None:
    now = journey.clock.now()
    for _ in range(2):
        load_sample_giving(journey, control)
        mona, pia = given_by(journey, MONA), given_by(journey, PIA)
        assert (mona.state, pia.state) == (MonthlyState.ACTIVE, MonthlyState.PAUSED)
        assert [month.state for month, _ in mona.months] == ["captured", "captured"]
        assert [month.created_at for month, _ in mona.months] == [now, now - AGO]
        assert [month.state for month, _ in pia.months] == ["captured"]
    assert mona.monthly.next_charge_at is not None
    assert mona.monthly.next_charge_at > now
    assert sandbox.advance(0) - now.timestamp() < timedelta(minutes=1).total_seconds()
    with journey.database.transaction() as session:
        keys = session.scalars(select(OutgoingLetter.key)).all()
    assert sorted(key.split(":")[0] for key in keys) == ["gift-receipt"] * 3 + ["monthly-news"]


def test_a_start_that_was_interrupted_leaves_the_sandbox_in_the_past_only_until_the_next_one(
    control: SandboxControl, sandbox: RunningSandbox
) -> None:
    now = datetime.now(UTC)
    assert control.turn_back(now - AGO)
    assert sandbox.advance(0) < (now - timedelta(days=30)).timestamp()
    sandbox.post("/v1/customers", {})
    control.catch_up(now)
    assert not control.turn_back(now - AGO)
    assert sandbox.advance(0) >= int(now.timestamp()) - 1
    with pytest.raises(ValueError, match="takes no card"):
        control.card_token("pm_card_of_nobody")
