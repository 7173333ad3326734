"""What was given before a newcomer came: a monthly gift of which two months are taken, and a paused one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.audit.journal import Actor
from factually.donations.giving import pledge
from factually.donations.monthly.changing import pause
from factually.donations.monthly.models import MonthlyGift
from factually.donations.monthly.queries import monthlies_of
from factually.donations.monthly.renewals import Renewals
from factually.donations.monthly.syncing import SubscriptionSync
from factually.donations.pledges import Donor, Pledge
from factually.donations.progress import Step
from factually.foundation.money import Money
from factually.independence.subjects import Capacity

if TYPE_CHECKING:
    from factually.demonstration.sandbox_control import SandboxControl
    from factually.donations.journey import Journey

MONA: Final = Donor(name="Mona Monthly", email="mona@example.org")
PIA: Final = Donor(name="Pia Pause", email="pia@example.org")
AGO: Final = timedelta(days=31, hours=1)
"""When they began: the longest month, and some time for what is due then."""
_FIVE: Final = Money(500, "USD")
_CARD: Final = "pm_card_visa"
_FORM_KEYS: Final = uuid.UUID("2f7a0a2e-3a55-5d0c-9a53-7a2b8c1f6f11")
"""Namespace of the forms' keys, so that each is sent once."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """A clock that shows one moment."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def load_sample_giving(journey: Journey, sandbox: SandboxControl) -> None:
    """Let two donors begin to give monthly a month ago, and the month pass, by the site's own way of gifts.

    Where anybody has given before, nothing is given. The sandbox's clock comes back to the present in any
    case, also after a start that was interrupted.
    """
    now = journey.clock.now()
    given: list[uuid.UUID] = []
    if _nobody_gives(journey) and sandbox.turn_back(now - AGO):
        past = replace(journey, clock=_Standing(now - AGO))
        mona, pia = (_begin(past, donor, sandbox) for donor in (MONA, PIA))
        _pause(past, pia)
        given = [mona, pia]
        for monthly_id in given:
            # Before the month is over: from then on Stripe keeps each of its drafts for us to collect.
            SubscriptionSync(journey=past).sync(monthly_id)
    sandbox.catch_up(now)
    for monthly_id in given:
        Renewals(journey=journey).look(monthly_id)


def _nobody_gives(journey: Journey) -> bool:
    with journey.database.transaction() as session:
        return session.execute(select(MonthlyGift.id).limit(1)).first() is None


def _begin(journey: Journey, donor: Donor, sandbox: SandboxControl) -> uuid.UUID:
    form = Pledge(
        client_key=uuid.uuid5(_FORM_KEYS, donor.email),
        amount=_FIVE,
        capacity=Capacity.OWN_MONEY,
        political_group=False,
        donor=donor,
        anonymous=False,
        attested=True,
        from_article=None,
        monthly=True,
    )
    with journey.database.transaction() as session:
        gift = pledge(session, form, keyring=journey.post.keyring, step=_step(journey))
        (monthly,) = monthlies_of(session, gift.email_index)
    journey.confirm(gift.public_id, sandbox.card_token(_CARD))
    return monthly.id


def _pause(journey: Journey, monthly_id: uuid.UUID) -> None:
    with journey.database.transaction() as session:
        pause(session, monthly_id, post=journey.post, step=_step(journey))


def _step(journey: Journey) -> Step:
    return Step(Actor("donor", "form"), journey.clock.now())
