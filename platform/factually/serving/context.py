"""What the commands of the command line are given."""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from factually.application import Parts, create_worker, payment_gateway, site_facts, smtp_server
from factually.audit.journal import SYSTEM
from factually.demonstration.borrowing import borrowed_environment
from factually.demonstration.sample_content import load_sample_content
from factually.demonstration.sample_giving import load_sample_giving
from factually.demonstration.sandbox_control import SandboxControl
from factually.donations.context import DonationsContext
from factually.donations.journey import Journey
from factually.foundation.clock import Clock, SystemClock
from factually.foundation.crypto import Keyring
from factually.foundation.database import Database, opened_database
from factually.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from factually.demonstration.greeting import SignIn
    from factually.donations.gateway import PaymentGateway
    from factually.web.context import SiteFacts

STATE: Final = ".factually"
_CONFIGURED: Final = frozenset({"DATABASE_URL", "FACTUALLY_MODE"})


class CommandParts:
    """The parts of one run; nothing is read, started or connected before it is used."""

    def __init__(self, root: Path) -> None:
        """Take the checkout, whose templates and migrations are used."""
        self.root = root
        self.environment: Mapping[str, str] = os.environ
        self._resources = ExitStack()

    @property
    def state(self) -> Path:
        """Where the demonstration keeps its data: FACTUALLY_STATE, or a folder of the checkout."""
        return Path(self.environment.get("FACTUALLY_STATE", self.root / STATE))

    @cached_property
    def settings(self) -> Settings:
        """The settings of the environment, for what must never run on a guess."""
        return read_settings(self.environment, self.root)

    @cached_property
    def operated(self) -> Settings:
        """The configured site, or the demonstration where nothing is configured."""
        if _CONFIGURED & self.environment.keys():
            return self.settings
        click.echo(f"DATABASE_URL is not set: using the demonstration's database in {self.state}.", err=True)
        borrowed = borrowed_environment(
            self.environment, root=self.root, state=self.state, load=self.load_samples
        )
        return read_settings(self._resources.enter_context(borrowed), self.root)

    @cached_property
    def database(self) -> Database:
        """The database, as the role that owns nothing."""
        return self._resources.enter_context(
            opened_database(self.operated.database_url, derived=self.operated.derived_files)
        )

    @cached_property
    def keyring(self) -> Keyring:
        """The site's keys."""
        return Keyring.from_secret(self.operated.data_key)

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock."""
        return SystemClock()

    @cached_property
    def gateway(self) -> PaymentGateway:
        """The payment provider."""
        return payment_gateway(self.operated)

    @cached_property
    def site(self) -> SiteFacts:
        """What the site is called and where it stands."""
        return site_facts(self.operated)

    def load_samples(self, environment: Mapping[str, str]) -> Sequence[SignIn]:
        """Load the demonstration's content by the settings of its environment."""
        settings = read_settings(environment, self.root)
        with opened_database(settings.database_url, derived=settings.derived_files) as database:
            return load_sample_content(database, now=self.clock.now())

    def load_demonstration(self, environment: Mapping[str, str]) -> Sequence[SignIn]:
        """Load its content, and what was given, as the worker would take it; the sandbox must be running."""
        sign_ins = self.load_samples(environment)
        settings = read_settings(environment, self.root)
        with opened_database(settings.database_url, derived=settings.derived_files) as database:
            parts = Parts(
                clock=self.clock,
                database=database,
                gateway=payment_gateway(settings),
                keyring=Keyring.from_secret(settings.data_key),
                smtp=smtp_server(settings),
            )
            _, worker = create_worker(settings, parts)
            donations = worker.resource(DonationsContext)
            journey = Journey(
                database=database,
                gateway=donations.gateway,
                post=donations.post,
                clock=self.clock,
                actor=SYSTEM,
            )
            stripe = settings.stripe
            sandbox = SandboxControl(address=stripe.sandbox_url, secret_key=stripe.secret_key)
            load_sample_giving(journey, sandbox)
        return sign_ins

    def close(self) -> None:
        """Stop what was started for this run."""
        self._resources.close()
