"""What the composition root hands to a command, made of a test's own database, clock and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


@dataclass
class Parts:
    """The parts that commands of the independence desk use."""

    database: Database
    clock: FrozenClock
    keyring: Keyring
