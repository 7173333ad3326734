"""Gifts in every standing, given through the real sandbox, and auditors to look at them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from factually.application import build_parts, create_app
from factually.donations.pledges import Donor
from factually.donations.reviewing import Ruling, review_gift
from factually.independence.results import Verdict
from factually.independence.subjects import Capacity
from factually.web.page_cache import stop_listening
from factually.web.sessions import start_session
from tests.support.donation_factories import GivingDesk, pledge_of
from tests.support.independence_factories import prepare_screening
from tests.support.made_up_settings import made_up_settings
from tests.support.people import add_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from factually.accounts.models import Account
    from factually.donations.models import Gift
    from factually.donations.pledges import Pledge
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.settings import Settings
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase
    from tests.support.stripe_sandbox import RunningSandbox

CANARY: Final = Donor(name="Zebulon Canary", email="zebulon.canary@example.org")
"""A donor whose name occurs nowhere else, so that one look through a page's text is proof."""
NAMED_AS_GROUP: Final = Donor(name="ActBlue", email="maria@example.org")
"""A person called like a committee of the small register: held under DS14."""


def organisation(name: str) -> Pledge:
    """Five dollars that the canary gives for an organisation."""
    donor = Donor(name=CANARY.name, email=CANARY.email, organisation=name)
    return pledge_of(donor=donor, capacity=Capacity.ORGANISATION)


def plain(page: str) -> str:
    """The words of a page's main part, without its marks."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#39;", "'").replace("&#34;", '"').split())


def show(browser: FlaskClient, gift: Gift) -> str:
    """Open a gift's case and return its words."""
    answer = browser.get(f"/oversight/gifts/{gift.public_id}")
    assert answer.status_code == 200
    return plain(answer.text)


def paid_through(sandbox: RunningSandbox, test_database: TestDatabase) -> Settings:
    """Settings of a site whose payments go to a running sandbox."""
    return made_up_settings(
        test_database,
        STRIPE_SANDBOX_URL=sandbox.url,
        STRIPE_SECRET_KEY=sandbox.secret_key,
        STRIPE_WEBHOOK_SECRET=sandbox.webhook_secret,
    )


@contextmanager
def open_desk(
    settings: Settings, database: Database, keyring: Keyring, clock: FrozenClock, sandbox: RunningSandbox
) -> Iterator[OversightDesk]:
    """A site with policy and register in force, paid through the sandbox."""
    parts = replace(build_parts(settings), database=database, keyring=keyring, clock=clock)
    app = create_app(settings, parts)
    app.config.update(TESTING=True)
    with database.transaction() as session:
        prepare_screening(session, now=clock.now())
    giving = GivingDesk(
        database=database, gateway=parts.gateway, keyring=keyring, clock=clock, sandbox=sandbox
    )
    yield OversightDesk(app=app, giving=giving)
    stop_listening(app)


@dataclass(frozen=True, kw_only=True)
class OversightDesk:
    """Gives gifts without a browser, and signs people in at the application."""

    app: Flask
    giving: GivingDesk

    def captured_gift(self) -> Gift:
        """Five dollars of the canary's own, allowed and taken."""
        return self.giving.give(pledge_of(donor=CANARY))

    def held_gift(self) -> Gift:
        """Five dollars of an organisation whose name stands on the register: held under DS03."""
        return self.giving.give(organisation("ActBlue"))

    def refused_gift(self) -> Gift:
        """Five dollars of a political committee that says so by its name."""
        return self.giving.give(organisation("Republican National Committee"))

    def decide(
        self,
        gift: Gift,
        reviewer: Account,
        verdict: Verdict = Verdict.ACCEPT,
        reason: str = "It is a shop of that name, not the committee.",
    ) -> None:
        """Decide a gift without its page; the money stays where it is."""
        ruling = Ruling(verdict=verdict, reason=reason, reviewer_id=reviewer.id)
        with self.giving.database.transaction() as session:
            review_gift(
                session, gift.public_id, ruling, keyring=self.giving.keyring, now=self.giving.clock.now()
            )

    def person(self, role: str = "auditor", *, name: str = "auditor") -> Account:
        """Add a person of the house."""
        return add_person(
            self.giving.database, role, now=self.giving.clock.now(), email=f"{name}@example.org"
        )

    def signed_in(self, account: Account) -> FlaskClient:
        """Open a browser of its own in which the person is signed in."""
        with self.giving.database.transaction() as session:
            token = start_session(session, account.id, now=self.giving.clock.now())
        client = self.app.test_client()
        client.set_cookie("factually", token)
        return client
