"""What the commands of the command line are given."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from factually.application import site_facts
from factually.foundation.clock import Clock, SystemClock
from factually.foundation.crypto import Keyring
from factually.foundation.database import Database
from factually.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factually.web.context import SiteFacts


class CommandParts:
    """The parts of one run; nothing is read or connected before it is used."""

    def __init__(self, root: Path) -> None:
        """Take the checkout, whose templates and migrations are used."""
        self.root = root
        self.environment: Mapping[str, str] = os.environ

    @cached_property
    def settings(self) -> Settings:
        """The settings of the environment."""
        return read_settings(self.environment, self.root)

    @cached_property
    def database(self) -> Database:
        """The database, as the role that owns nothing."""
        return Database(self.settings.database_url)

    @cached_property
    def keyring(self) -> Keyring:
        """The site's keys."""
        return Keyring.from_secret(self.settings.data_key)

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock."""
        return SystemClock()

    @cached_property
    def site(self) -> SiteFacts:
        """What the site is called and where it stands."""
        return site_facts(self.settings)
