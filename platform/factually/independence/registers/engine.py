"""Names the matching engine in use; another one is put in here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.matching import PlainMatcher
from factually.independence.registers.in_force import StoredRegisters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from factually.independence.facts import RegisterInForce
    from factually.independence.matching import Matcher

ENGINE: Final = PlainMatcher.version
"""Stored with each decision, so that a replay by another engine says so."""


def matcher_over(session: Session, registers: Sequence[RegisterInForce]) -> Matcher:
    """Return the engine over the given register versions."""
    return PlainMatcher(StoredRegisters(session, registers))
